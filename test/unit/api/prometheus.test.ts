import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { LoopDelay } from '../../../api/loop-delay.ts';
import { parsePrometheusText } from '../../support/prometheus-text.ts';
import { until } from '../../support/until.ts';
import { call, send } from './call.ts';
import { makeWorld, OTHER, type World } from './world.ts';

async function scrape(world: World, key = world.key) {
  const answer = await call(world, 'getPrometheusMetrics', { key });
  expect(answer.status).to.equal(200);
  return parsePrometheusText(answer.text);
}

type Metrics = Awaited<ReturnType<typeof scrape>>;

const samples = (metrics: Metrics, name: string) => metrics.find((one) => one.name === name)?.samples ?? [];
const value = (metrics: Metrics, name: string, labels: object = {}) =>
  samples(metrics, name).find((one) => Object.entries(labels).every(([key, word]) => one.labels[key] === word))?.value;

describe('GET /metrics/prometheus', () => {
  it('answers in the text format of Prometheus', async () => {
    const answer = await send(await makeWorld(), 'get', '/metrics/prometheus');
    expect(answer.get('Content-Type')).to.equal('text/plain; version=0.0.4; charset=utf-8');
  });

  it('names everything by the rules: prefix, base units, _total on counters and on nothing else', async () => {
    const world = await makeWorld();
    Object.assign(world.voice.did, { dropped: { late: 1, 'dave-failed': 2 } });
    const metrics = await scrape(world);
    expect(metrics).to.have.length.above(20);
    expect(new Set(metrics.map(({ name }) => name)).size).to.equal(metrics.length);
    for (const { name, help, type, samples: found } of metrics) {
      expect(name).to.match(/^shard_[a-z0-9]+(_[a-z0-9]+)*$/);
      expect(help, name).to.match(/\.$/);
      expect(['counter', 'gauge', 'histogram'], name).to.include(type);
      expect(name.endsWith('_total'), name).to.equal(type === 'counter');
      expect(name).not.to.match(/milliseconds|_ms\b|minutes|kilobytes|_mb\b|percent/);
      expect(name).not.to.match(/_(count|sum|bucket|info)$/);
      expect(found.length, name).to.be.above(0);
      for (const sample of found) expect(sample.value, sample.name).to.be.at.least(0).and.to.be.finite;
    }
  });

  it('has labels from small fixed sets only, and never a user, a key, a net or a guild', async () => {
    const world = await makeWorld();
    await send(world, 'get', '/status');
    Object.assign(world.voice.did, { dropped: { 'unknown-ssrc': 1 } });
    const answer = await call(world, 'getPrometheusMetrics');
    const labels = parsePrometheusText(answer.text).flatMap(({ samples: found }) => found.map((one) => one.labels));
    expect(new Set(labels.flatMap(Object.keys))).to.deep.equal(
      new Set(['type', 'status', 'le', 'reason', 'state', 'outcome']),
    );
    const { userId, displayName, netUid, netName, guildId, guildName, roleId, channelId } = EXAMPLE;
    for (const word of [userId, displayName, netUid, netName, guildId, guildName, roleId, channelId, 'key_', 'scok_']) {
      expect(answer.text).not.to.include(word);
    }
  });

  it('counts what happened in the guild of the key', async () => {
    const world = await makeWorld();
    await send(world, 'post', '/operation', { body: { open: false } });
    await send(world, 'get', '/nowhere');
    await world.clock.advance(100);
    const metrics = await scrape(world);
    expect(value(metrics, 'shard_operation_open')).to.equal(0);
    expect(value(metrics, 'shard_connected_operators')).to.equal(1);
    expect(value(metrics, 'shard_nets')).to.equal(1);
    expect(value(metrics, 'shard_events_published_total', { type: 'operation.closed' })).to.equal(1);
    expect(value(metrics, 'shard_events_published_total', { type: 'acars.sent' })).to.equal(0);
    expect(value(metrics, 'shard_api_requests_total', { status: '2xx' })).to.equal(1);
    expect(value(metrics, 'shard_api_requests_total', { status: '4xx' })).to.equal(1);
    const other = await scrape(world, world.otherKey);
    expect(value(other, 'shard_operation_open')).to.equal(1);
    expect(value(other, 'shard_api_requests_total', { status: '4xx' })).to.equal(0);
    expect(OTHER.guildId).not.to.equal(EXAMPLE.guildId);
  });

  it('has the times of the journal as a histogram that adds up', async () => {
    const world = await makeWorld();
    await send(world, 'post', '/operation', { body: { open: false } });
    world.store.failing = true;
    await send(world, 'post', '/operation', { body: { open: true } });
    const metrics = await scrape(world);
    const times = samples(metrics, 'shard_journal_write_seconds');
    const buckets = times.filter(({ name }) => name.endsWith('_bucket'));
    const counts = buckets.map((bucket) => bucket.value);
    expect(counts).to.deep.equal([...counts].sort((a, b) => a - b));
    expect(buckets.at(-1)?.labels['le']).to.equal('+Inf');
    expect(counts.at(-1))
      .to.equal(times.find(({ name }) => name.endsWith('_count'))?.value)
      .and.to.be.above(0);
    expect(value(metrics, 'shard_journal_write_errors_total')).to.equal(1);
  });

  it('has the numbers of the voice workers', async () => {
    const world = await makeWorld();
    const workers = { idle: 0, joining: 1, serving: 2, leaving: 0 };
    Object.assign(world.voice.did, {
      packetsIn: 5,
      packetsOut: 4,
      dropped: { late: 3 },
      recoveries: 2,
      concealed: 6,
      workers,
    });
    const metrics = await scrape(world);
    expect(value(metrics, 'shard_voice_packets_received_total')).to.equal(5);
    expect(value(metrics, 'shard_voice_packets_sent_total')).to.equal(4);
    expect(value(metrics, 'shard_voice_packets_dropped_total', { reason: 'late' })).to.equal(3);
    expect(value(metrics, 'shard_voice_recoveries_total')).to.equal(2);
    expect(value(metrics, 'shard_voice_frames_concealed_total')).to.equal(6);
    expect(value(metrics, 'shard_voice_workers', { state: 'serving' })).to.equal(2);
  });

  it('has the deliveries of the guild, by what became of them', async () => {
    const world = await makeWorld();
    const { body } = await call(world, 'testWebhook');
    const metrics = await scrape(world);
    const delivered = value(metrics, 'shard_webhook_deliveries_total', { outcome: 'delivered' });
    const failed = value(metrics, 'shard_webhook_deliveries_total', { outcome: 'failed' });
    expect([delivered, failed]).to.deep.equal(body.delivery.ok ? [1, 0] : [0, 1]);
    const other = await scrape(world, world.otherKey);
    expect(samples(other, 'shard_webhook_deliveries_total').map((one) => one.value)).to.deep.equal([0, 0]);
  });

  it('has the open streams of the guild', async () => {
    const world = await makeWorld();
    expect(value(await scrape(world), 'shard_stream_readers')).to.equal(0);
    const server = createServer(world.app.callback()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const leaving = new AbortController();
    await fetch(`http://127.0.0.1:${port}/api/v1/stream`, {
      headers: { authorization: `Bearer ${world.key}` },
      signal: leaving.signal,
    });
    expect(value(await scrape(world), 'shard_stream_readers')).to.equal(1);
    expect(value(await scrape(world, world.otherKey), 'shard_stream_readers')).to.equal(0);
    leaving.abort();
    await until(async () => value(await scrape(world), 'shard_stream_readers') === 0);
    server.close();
  });

  it('has the numbers of the process in base units', async () => {
    const metrics = await scrape(await makeWorld());
    expect(value(metrics, 'shard_process_resident_memory_bytes')).to.be.above(10_000_000);
    expect(value(metrics, 'shard_process_cpu_seconds_total')).to.be.within(0.01, 100_000);
    const started = value(metrics, 'shard_process_start_time_seconds') ?? 0;
    expect(started * 1000).to.be.within(Date.now() - 3_600_000, Date.now());
  });
});

describe('the delay of the event loop', () => {
  it('is nothing while it is not watched, and seen when something holds the loop up', async () => {
    const loop = new LoopDelay();
    expect(loop.read()).to.deep.equal({ median: 0, p99: 0, max: 0 });
    loop.start();
    await until(() => loop.read().median > 0 || loop.read().max > 0);
    const end = performance.now() + 60;
    while (performance.now() < end);
    const { median, p99, max } = await until(() => loop.read().max > 40 && loop.read());
    expect(median).to.be.at.most(p99);
    expect(p99).to.be.at.most(max);
    loop.stop();
    loop.stop();
  });
});
