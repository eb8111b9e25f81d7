import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Decoder } from '@evan/opus';
import { expect } from 'chai';
import { SAMPLE_RATE } from '../../sandbox/people/spectrum.ts';
import { type HeardSound, ListenClient } from '../support/listen-client.ts';
import { OpsNight } from '../support/ops-night.ts';
import { firstChannel } from '../support/sound.ts';
import { until } from '../support/until.ts';

interface Assigned {
  assignments: Record<string, { netUid: string }[]>;
}

/** A speaker of another net, in a channel of that net. */
const OTHER = 'Kofi Mensah';
/** Somebody alone on a net with one channel: only a program can hear them. */
const ALONE = 'Priya Nair';

describe('a program that listens', () => {
  let night: OpsNight;
  let client: ListenClient;
  let id: string;

  const connect = async (name = 'Listener') => {
    const { apiUrl, serviceKey, guildId } = night.shard.ready;
    client = new ListenClient(apiUrl, serviceKey);
    id = await client.join(guildId, name);
  };
  const uidOf = async (name: string) => {
    const { body } = await night.shard.api<{ nets: { name: string; netUid: string }[] }>('GET', '/api/v1/status');
    return body.nets.find((net) => net.name === name)?.netUid;
  };
  const assign = async (net: string, action: 'assign' | 'unassign') => {
    const body = { userId: id, netUid: await uidOf(net), action };
    expect((await night.shard.api('POST', '/api/v1/assignments', body)).status).to.equal(200);
  };
  /** Has somebody speak a tone until the program has heard all of it. */
  const hears = async (speaker: string, toneHz: number): Promise<HeardSound[]> => {
    client.sounds.length = 0;
    const stops = client.said.filter(({ type }) => type === 'ptt.stop').length;
    await night.speak(speaker, { toneHz, durationMs: 600 });
    await client.heard('ptt.stop', stops + 1);
    return client.sounds;
  };

  before(async function () {
    this.timeout(90_000);
    night = await OpsNight.start();
    await night.order('/net create name:Quiet');
    await night.order('/net bind net:Quiet channel:Medical');
    await night.order('/rule add role:Medic net:Quiet');
    await night.order('/op open');
    await night.sit(ALONE, 'Medical');
    await connect();
    await assign('Quiet', 'assign');
    await night.connected('Quiet');
    // The first packets may come before the worker knows whose they are.
    await until(async () => (await hears(ALONE, 300)).length === 30);
  });

  after(async () => {
    client.cut();
    await night.shard.dispose();
  });

  it('hears a tone whole, in order and at its pitch, from somebody whom nobody else could hear', async () => {
    const sounds = await hears(ALONE, 440);
    expect(new Set(sounds.map(({ userId }) => userId))).to.deep.equal(new Set([night.memberId(ALONE)]));
    expect(sounds).to.have.length(30);
    const first = sounds[0]?.sequence as number;
    expect(sounds.map(({ sequence }) => sequence)).to.deep.equal(sounds.map((_, at) => first + at));
    expect(pitch(sounds)).to.be.closeTo(440, 5);
    const { data } = await client.heard('ptt.start');
    expect(data).to.include({ userId: night.memberId(ALONE), displayName: ALONE, netId: sounds[0]?.netId });
  });

  it('goes on counting from one transmission to the next', async () => {
    const before = (await hears(ALONE, 440)).at(-1)?.sequence as number;
    expect((await hears(ALONE, 440))[0]?.sequence).to.equal(before + 1);
  });

  it('does not hear a net it is not on', async () => {
    const { client: first, id: own } = { client, id };
    await night.sit(OTHER, 'Ground');
    await connect('Recorder');
    const second = client;
    await assign('Ground', 'assign');
    await night.connected('Ground');
    try {
      await hears(OTHER, 880);
      expect(pitch(second.sounds)).to.be.closeTo(880, 8);
      expect(new Set(second.sounds.map(({ userId }) => userId))).to.deep.equal(new Set([night.memberId(OTHER)]));
    } finally {
      [client, id] = [first, own];
      second.cut();
    }
    const sounds = await hears(ALONE, 440);
    expect(sounds).to.have.length(30);
    const speakers = first.said.filter(({ type }) => type === 'ptt.start').map(({ data }) => data?.['userId']);
    expect(new Set(speakers)).to.deep.equal(new Set([night.memberId(ALONE)]));
  });

  it('is the same again after a restart of the shard, with its assignments', async function () {
    this.timeout(90_000);
    const before = id;
    const began = performance.now();
    expect(await night.shard.stop()).to.equal(0);
    expect(performance.now() - began).to.be.below(4000);
    expect(await client.ended()).to.equal(1001);
    await night.shard.restart();
    await night.look();
    await night.sit(ALONE, 'Medical');
    await connect();
    expect(id).to.equal(before);
    const { body } = await night.shard.api<Assigned>('GET', '/api/v1/assignments');
    expect(JSON.stringify(body)).to.include(id);
    await night.connected('Quiet');
    expect(pitch(await hears(ALONE, 660))).to.be.closeTo(660, 5);
  });

  it('can be the one of the guide', async () => {
    const { apiUrl, serviceKey, guildId } = night.shard.ready;
    const guide = await readFile(new URL('../../docs/listening.md', import.meta.url), 'utf8');
    const code = /```js\n(.*?)```/s.exec(guide)?.[1]?.replace('wss://shard.example.org', apiUrl.replace('http', 'ws'));
    const env = { ...process.env, SERVICE_KEY: serviceKey, GUILD_ID: guildId };
    const program = spawn(process.execPath, ['--input-type=module', '-e', code as string], { env });
    let output = '';
    for (const stream of [program.stdout, program.stderr]) stream.on('data', (text) => (output += text));
    try {
      const own = id;
      id = await until(() => /my id is (\d+)/.exec(output)?.[1]);
      await assign('Quiet', 'assign');
      id = own;
      await hears(ALONE, 440);
      const speaker = night.memberId(ALONE);
      await until(() => output.includes(`${ALONE} speaks on net`) && output.includes(`: ${speaker} #`));
    } finally {
      program.kill();
    }
  });

  it('loses its connection with its key', async () => {
    const lines = (await night.order('/key list')).split('\n');
    const ref = /key_[a-z2-7]{16}/.exec(lines.find((line) => /service/i.test(line)) ?? '')?.[0];
    await night.order(`/key revoke key:${ref}`);
    expect(await client.ended(1000)).to.equal(1008);
    const again = new ListenClient(night.shard.ready.apiUrl, night.shard.ready.serviceKey);
    await until(() => again.refused?.status === 401);
  });
});

/** The pitch of a tone, by the times it crosses zero upwards. */
function pitch(sounds: readonly HeardSound[]): number {
  const decoder = new Decoder({ channels: 2, sample_rate: SAMPLE_RATE });
  // The codec needs some frames to come up to strength.
  const frames = sounds.map(({ opus }) => [...firstChannel(decoder.decode(opus), 2)]).slice(5);
  const samples = frames.flat();
  const crossings = samples.filter((sample, at) => sample >= 0 && (samples[at - 1] ?? 0) < 0).length;
  return (crossings * SAMPLE_RATE) / samples.length;
}
