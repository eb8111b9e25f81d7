import { expect } from 'chai';
import { Api } from '../../../api/server.ts';
import { COMMENT_MS, STREAMS_PER_KEY } from '../../../api/streams/guild-streams.ts';
import { Streams } from '../../../api/streams/streams.ts';
import type { DraftEvent } from '../../../shard/draft.ts';
import { EVENT_TYPES } from '../../../shard/record/events.ts';
import { Shards } from '../../../shard/shards.ts';
import { SYSTEM_CLOCK, systemIds } from '../../../system.ts';
import { APPROVING, GivenClock, givenOutside, SILENT } from '../../support/given.ts';
import { givenSearch } from '../../support/given-search.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { until } from '../../support/until.ts';
import { send } from './call.ts';
import { SseClient, type SseWish } from './support/sse-client.ts';
import { makeWorld, type World } from './world.ts';

const SYSTEM = { kind: 'system' as const, name: 'test' };
const HOUR = 3_600_000;

describe('the event stream', () => {
  let world: World;
  let api: Api;
  let clients: SseClient[];

  const start = async (change: object = {}) => {
    world = await makeWorld();
    await world.clock.advance(20); // its own events
    api = new Api({ ...world.options, host: '127.0.0.1', port: 0, ...change });
    await api.start();
  };
  const connect = (wish: Partial<SseWish> = {}) => {
    const client = new SseClient(api.url, { key: world.key, ...wish });
    clients.push(client);
    return client;
  };
  const read = (wish: Partial<SseWish> = {}) => connect(wish).opened();
  /** Publishes that many transmissions' starts, in one batch. */
  const publish = async (count: number, note = 'x') => {
    world.shard.events.publish(Array.from({ length: count }, () => spoken('ptt.start', note)));
    await world.clock.advance(20);
  };
  const ids = () => world.shard.events.recent().map(({ id }) => id);

  beforeEach(() => {
    clients = [];
  });
  afterEach(async () => {
    for (const client of clients) client.cut();
    await api.stop();
    await world.shards.stop();
  });

  it('writes type, id and the whole envelope, each with one space, and headers that proxies obey', async () => {
    await start();
    const client = await read();
    await publish(1);
    await until(() => client.frames.length === 1);
    const event = world.shard.events.recent().at(-1);
    expect(client.frames).to.deep.equal([{ event: 'ptt.start', id: event?.id, data: event }]);
    expect(client.answer?.headers).to.include({ 'x-accel-buffering': 'no', 'cache-control': 'no-store' });
    expect(client.answer?.headers['content-type']).to.match(/^text\/event-stream/);
  });

  it('sends only the types that are asked for', async () => {
    await start();
    const [some, group] = [
      await read({ query: '?events=operation.opened,user.left' }),
      await read({ query: '?events=operation.*' }),
    ];
    for (const open of [false, true]) await world.shard.change(SYSTEM, { type: 'operation.set', open });
    await publish(1);
    await until(() => group.frames.length === 2);
    expect(group.frames.map(({ event }) => event)).to.deep.equal(['operation.closed', 'operation.opened']);
    await until(() => some.frames.length === 1);
    expect(some.frames.map(({ event }) => event)).to.deep.equal(['operation.opened']);
  });

  it('refuses types that do not exist and says which do', async () => {
    await start();
    const answer = await send(world, 'get', '/stream', { query: { events: 'ptt.start,nonsense,ptt,p.*' } });
    expect([answer.status, answer.body.code]).to.deep.equal([400, 'request.invalid']);
    expect(answer.body.details).to.have.length(3);
    for (const type of EVENT_TYPES) expect(answer.body.error).to.include(type);
  });

  it('answers HEAD without staying open', async () => {
    await start();
    const answer = await fetch(`${api.url}/api/v1/stream`, {
      method: 'HEAD',
      headers: { Authorization: `Bearer ${world.key}` },
    });
    expect([answer.status, answer.headers.get('content-type')]).to.deep.equal([
      200,
      'text/event-stream; charset=utf-8',
    ]);
  });

  it('sends a comment every 15 s', async () => {
    await start();
    const client = await read();
    await world.clock.advance(COMMENT_MS);
    await until(() => client.comments === 2);
    await world.clock.advance(COMMENT_MS);
    await until(() => client.comments === 3);
    expect(client.frames).to.deep.equal([]);
  });

  it('replays what was missed, by header or parameter, in the type that is asked for', async () => {
    await start();
    await publish(1200);
    await world.shard.change(SYSTEM, { type: 'operation.set', open: false });
    await publish(100);
    const from = ids().at(-1000) as string;
    const byHeader = connect({ lastEventId: from, query: '?lastEventId=evt_0' });
    const byParameter = connect({ query: `?lastEventId=${from}&events=operation.closed` });
    await until(() => byHeader.frames.length === 999 && byParameter.frames.length === 1);
    expect(byHeader.frames.map(({ id }) => id)).to.deep.equal(ids().slice(-999));
    await publish(1, 'after');
    await until(() => byHeader.frames.length === 1000);
    expect(byParameter.frames.map(({ event }) => event)).to.deep.equal(['operation.closed']);
  });

  it('tells a reader whose last event is no longer kept, then sends all that is', async () => {
    await start();
    await world.clock.advance(20);
    const old = ids().find((id) => id > 'evt_0' && id < 'evt_01') as string;
    await world.clock.advance(HOUR);
    await publish(3);
    await publish(1);
    const client = connect({ lastEventId: old, query: '?events=ptt.*' });
    await until(() => client.frames.length === 5);
    const [reset, ...rest] = client.frames;
    expect(reset).to.deep.include({ event: 'stream.reset', id: undefined });
    expect(reset?.data).to.deep.include({ type: 'stream.reset', id: old, guildId: world.shard.guildId });
    expect(reset?.data.data).to.deep.equal({ reason: 'too-old', lastEventId: old, resumesAtEventId: rest[0]?.id });
    expect(rest.map(({ id }) => id)).to.deep.equal(ids().slice(-4));
  });

  it('tells a reader whose last event never was one, and sends what is new', async () => {
    await start();
    await publish(3);
    const client = connect({ lastEventId: '../nonsense' });
    await until(() => client.frames.length === 1);
    await publish(1);
    await until(() => client.frames.length === 2);
    expect(client.frames.map(({ event }) => event)).to.deep.equal(['stream.reset', 'ptt.start']);
    expect(client.frames[0]?.data.data).to.include({ reason: 'unknown', resumesAtEventId: null });
  });

  it('replays after a restart', async () => {
    const store = new MemoryStore();
    const open = async (clock: GivenClock) => {
      const shards = new Shards({
        open: async () => store,
        central: APPROVING,
        search: givenSearch(),
        outside: givenOutside,
        clock,
        ids: systemIds(clock),
        log: SILENT,
      });
      const shard = await shards.open('1');
      return { shards, shard, clock };
    };
    await start();
    const first = await open(new GivenClock());
    const { secret } = await first.shard.change(SYSTEM, {
      type: 'key.create',
      name: 'k',
      kind: 'owner',
      scopes: ['read:events'],
    });
    for (const name of ['A', 'B', 'C']) await first.shard.change(SYSTEM, { type: 'net.create', name });
    await first.shards.stop();
    const all = store.logged.map(({ id }) => id);
    await api.stop();
    const second = await open(new GivenClock(first.clock.now() + 60_000));
    api = new Api({ ...world.options, ...second, streams: new Streams(second.clock), host: '127.0.0.1', port: 0 });
    await api.start();
    const client = connect({ key: secret, lastEventId: all[1] as string });
    await until(() => client.frames.length === 2);
    expect(client.frames.map(({ id }) => id)).to.deep.equal(all.slice(2));
    await second.shards.stop();
    await until(() => client.closed);
  });

  it('shows a reader that is cut ten times every one of 1,000 events once', async function () {
    this.timeout(20_000);
    await start({ clock: SYSTEM_CLOCK, streams: new Streams(SYSTEM_CLOCK) });
    const before = ids().at(-1);
    let published = 0;
    const feed = async () => {
      while (published < 1000) {
        const some = Math.min(1000 - published, 1 + (published % 7));
        published += some;
        await publish(some);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const feeding = feed();
    const seen: string[] = [];
    let lastEventId = before as string;
    for (let cut = 1; cut <= 11; cut += 1) {
      const client = connect({ lastEventId });
      const wanted = cut === 11 ? 1000 : cut * 90;
      await until(() => seen.length + client.frames.length >= wanted);
      client.cut();
      const got = client.frames.map(({ id }) => id as string);
      seen.push(...got);
      lastEventId = got.at(-1) ?? lastEventId;
    }
    await feeding;
    expect(seen).to.deep.equal(ids().slice(-1000));
  });

  it('serves 200 readers, one of them stuck, who is cut off alone', async function () {
    this.timeout(30_000);
    await start({ clock: SYSTEM_CLOCK, streams: new Streams(SYSTEM_CLOCK) });
    const keys = await Promise.all(Array.from({ length: 20 }, () => world.addKey()));
    const query = '?events=ptt.stop';
    const first = connect();
    const readers = [first, ...keys.flatMap((key) => Array.from({ length: 10 }, () => connect({ key, query })))];
    await Promise.all(readers.map((reader) => reader.opened()));
    await world.clock.advance(20); // the keys' own events
    const [stuck, ...others] = readers;
    stuck?.pause();
    const [long, stop] = [spoken('ptt.start', 'x'.repeat(20_000)), spoken('ptt.stop', 'x')];
    // More than the machine's buffers take for a connection.
    for (let round = 1; round <= 40; round += 1) {
      world.shard.events.publish([...Array.from({ length: 25 }, () => long), stop]);
      await world.clock.advance(20);
      await until(() => others.every((reader) => reader.frames.length === round));
    }
    const stops = world.shard.events.recent().filter(({ type }) => type === 'ptt.stop');
    for (const { frames } of others) expect(frames.map(({ id }) => id)).to.deep.equal(stops.map(({ id }) => id));
    stuck?.resume();
    await until(() => stuck?.closed);
    expect(stuck?.frames.length).to.be.below(1000);
    expect(others.some((reader) => reader.closed)).to.equal(false);
  });

  it('cuts off a reader who takes nothing of what it missed', async () => {
    await start();
    await publish(9000, 'x'.repeat(4000));
    const client = await read({ lastEventId: ids().at(-9000) as string });
    client.pause();
    for (let comment = 0; comment < 10; comment += 1) {
      await world.clock.advance(COMMENT_MS);
      await send(world, 'get', '/webhooks'); // the server goes on meanwhile
    }
    client.resume();
    await until(() => client.closed);
    expect(client.frames.length).to.be.below(8999);
  });

  it('gives a key ten streams and no more, until one is closed', async () => {
    await start();
    const own = [];
    for (let count = 0; count < STREAMS_PER_KEY; count += 1) own.push(await read());
    const eleventh = await send(world, 'get', '/stream');
    expect([eleventh.status, eleventh.body.code]).to.deep.equal([429, 'stream.limit']);
    expect(Number(eleventh.get('Retry-After'))).to.be.above(0);
    await read({ key: await world.addKey() });
    own[0]?.cut();
    await until(async () => (await send(world, 'get', '/stream')).status === 200);
  });

  it('ends the streams of a key that is revoked, and no others', async () => {
    await start();
    const key = await world.addKey();
    const [revoked, other] = [await read({ key }), await read()];
    await world.revoke(key);
    await until(() => revoked.closed, 1000);
    expect(other.closed).to.equal(false);
    const again = await fetch(`${api.url}/api/v1/stream`, { headers: { Authorization: `Bearer ${key}` } });
    expect(again.status).to.equal(401);
  });

  it('ends the streams of a key that expires', async () => {
    await start();
    const at = world.clock.now() + 300_000;
    const client = await read({ key: await world.addKey({ expiresAt: new Date(at).toISOString() }) });
    await world.clock.advance(299_000);
    expect(client.closed).to.equal(false);
    await world.clock.advance(1000);
    await until(() => client.closed);
  });

  it('waits for an end in a year without a timer that is longer than timers can be', async () => {
    const waits: number[] = [];
    const clock = {
      now: () => world.clock.now(),
      after: (ms: number, fn: () => void) => {
        waits.push(ms);
        return world.clock.after(ms, fn);
      },
    };
    await start({ streams: new Streams(clock) });
    const year = 365 * 24 * HOUR;
    await read({ key: await world.addKey({ expiresAt: new Date(world.clock.now() + year).toISOString() }) });
    expect(Math.max(...waits)).to.be.within(HOUR, 2 ** 31 - 1);
  });

  it('ends when the server stops, which waits for no stream', async function () {
    this.timeout(3000);
    await start();
    const [client, stuck] = [await read(), await read()];
    stuck.pause();
    await api.stop();
    await until(() => client.closed);
    const refused = await send(world, 'get', '/stream');
    expect([refused.status, refused.body.code]).to.deep.equal([503, 'shard.stopping']);
  });

  it('ends when its shard stops, after the last events', async () => {
    await start();
    const client = await read();
    world.shard.observe({ type: 'people', people: [] });
    await world.shards.stop();
    await until(() => client.closed);
    expect(client.frames.map(({ event }) => event)).to.include('user.left');
  });

  it('says nothing of a reader that left', async () => {
    await start();
    const client = await read();
    client.cut();
    await publish(10);
    await publish(10);
    const other = await read({ lastEventId: ids().at(-3) as string });
    await until(() => other.frames.length === 2);
    expect(world.failures).to.deep.equal([]);
  });
});

/** Somebody of this name beginning or ending to transmit. */
function spoken(type: 'ptt.start' | 'ptt.stop', displayName: string): DraftEvent {
  const data = { userId: '1', displayName, netId: 1, netUid: 'net_a' };
  return type === 'ptt.start' ? { type, data } : { type, data: { ...data, reason: 'released', durationMs: 1 } };
}
