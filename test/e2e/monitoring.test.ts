import { expect } from 'chai';
import { OpsNight } from '../support/ops-night.ts';
import { parsePrometheusText } from '../support/prometheus-text.ts';
import { until } from '../support/until.ts';

interface Metrics {
  connected: { now: number; peak: number };
  talkTime: {
    totalMs: number;
    byUser: { userId: string; displayName: string; ms: number }[];
    byNet: { name: string; ms: number; transmissions: number }[];
  };
  transmissions: { total: number };
  voice: { packetsIn: number; packetsOut: number; workers: { serving: number } };
}

interface Debug {
  clients: number;
  users: { name: string; voice: boolean; audioIn: number; audioOut: number }[];
  channels: { name: string; userIds: string[] }[];
}

describe('what is measured of an evening', () => {
  let night: OpsNight;
  const metrics = async () => (await night.shard.api<Metrics>('GET', '/api/v1/metrics?sinceMinutes=5')).body;
  const debug = () => night.shard.api<Debug>('GET', '/debug', undefined, night.shard.ready.shardToken);

  before(async function () {
    this.timeout(90_000);
    night = await OpsNight.start();
    await night.order('/net create name:Convoy');
    await night.order('/net bind net:Convoy channel:Medical');
    await night.makeChannel('Convoy East');
    await night.order('/net bind net:Convoy channel:Convoy East');
    await night.order('/rule add role:Medic net:Convoy');
    await night.sit('Priya Nair', 'Medical');
    await night.sit('Freya Lund', 'Convoy East');
    await night.order('/op open');
    await night.connected('Convoy');
  });

  after(() => night.shard.dispose());

  it('counts who spoke on which net for how long, and every packet', async () => {
    await night.speak('Priya Nair', { toneHz: 440, durationMs: 1500 });
    const body = await until(async () => {
      const now = await metrics();
      return now.talkTime.totalMs >= 1400 && now.voice.packetsOut >= 70 && now;
    });
    expect(body.talkTime.byUser).to.have.length(1);
    expect(body.talkTime.byUser[0]).to.include({ userId: night.memberId('Priya Nair'), displayName: 'Priya Nair' });
    expect(body.talkTime.byUser[0]?.ms).to.be.within(1400, 2000);
    expect(body.talkTime.byNet[0]).to.include({ name: 'Convoy', transmissions: 1 });
    expect(body.voice.packetsIn).to.be.within(70, 120);
    expect(body.voice.workers.serving).to.equal(2);
    expect(body.connected.now).to.equal(2);
  });

  it('tells a shard token what is there, and nobody else', async () => {
    const { status, body } = await debug();
    expect(status).to.equal(200);
    expect(body.clients).to.equal(2);
    const [priya, freya] = ['Priya Nair', 'Freya Lund'].map((name) => body.users.find((user) => user.name === name));
    expect(priya).to.include({ voice: true });
    expect(priya?.audioIn).to.be.above(70);
    expect(freya?.audioOut).to.be.above(70);
    expect(body.channels.find(({ name }) => name === 'Medical')?.userIds).to.deep.equal([night.memberId('Priya Nair')]);
    expect((await night.shard.api('GET', '/debug')).status).to.equal(403);
    expect((await night.shard.api('GET', '/debug', undefined, null)).status).to.equal(401);
  });

  it('gives Prometheus the same numbers', async () => {
    const { apiUrl, ownerKey } = night.shard.ready;
    const answer = await fetch(`${apiUrl}/api/v1/metrics/prometheus`, {
      headers: { authorization: `Bearer ${ownerKey}` },
    });
    const scraped = parsePrometheusText(await answer.text());
    const value = (name: string) => scraped.find((one) => one.name === name)?.samples[0]?.value;
    expect(value('shard_transmissions_total')).to.equal(1);
    expect(value('shard_talk_seconds_total')).to.be.within(1.4, 2);
    expect(value('shard_connected_operators')).to.equal(2);
    expect(value('shard_voice_packets_received_total')).to.be.above(70);
    expect(value('shard_event_loop_delay_p99_seconds')).to.be.within(0, 1);
  });

  it('survives an orderly restart, and so does the public token', async function () {
    this.timeout(90_000);
    const token = async () => (await night.shard.api<{ token: string }>('GET', '/api/v1/public-token')).body.token;
    const [before, tokenBefore] = [await metrics(), await token()];
    await night.shard.stop();
    await night.shard.restart();
    const after = await metrics();
    expect(after.talkTime.byUser).to.deep.equal(before.talkTime.byUser);
    expect(after.transmissions).to.deep.equal(before.transmissions);
    expect(after.connected.peak).to.be.at.least(2);
    expect(await token()).to.equal(tokenBefore);
    const { apiUrl } = night.shard.ready;
    const status = await fetch(`${apiUrl}/api/v1/embed/status?token=${tokenBefore}`);
    expect([status.status, ((await status.json()) as { guildName: string }).guildName]).to.deep.equal([
      200,
      'Ninth Horizon',
    ]);
  });
});
