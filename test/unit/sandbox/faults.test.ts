import tls from 'node:tls';
import { entersState, joinVoiceChannel, type VoiceConnection, VoiceConnectionStatus } from '@discordjs/voice';
import { expect } from 'chai';
import { type Client, Events, GatewayIntentBits as I } from 'discord.js';
import type { Hop } from '../../../sandbox/voice/voice-media.ts';
import { until } from '../../support/until.ts';
import { Desk } from './support.ts';

const [FREYA, SORIN] = ['Freya Lund', 'Sorin Dalca'];

describe('Faults happen on the wire', () => {
  let desk: Desk;
  let logged: string[];
  const trusted = tls.getCACertificates('default');
  let connection: VoiceConnection | undefined;

  beforeEach(async () => {
    logged = [];
    desk = await new Desk({ heartbeatIntervalMs: 100, log: (line) => logged.push(line) }).start();
    tls.setDefaultCACertificates([...trusted, desk.sandbox.certificate]);
  });
  afterEach(async () => {
    if (connection && connection.state.status !== VoiceConnectionStatus.Destroyed) connection.destroy();
    connection = undefined;
    await desk.stop();
  });
  after(() => tls.setDefaultCACertificates(trusted));

  const fault = async (body: object) => {
    const answer = await desk.control<{ id: string }>('POST', '/faults', body);
    expect(answer.refusal).to.equal(undefined);
    return answer.body.id;
  };
  const sit = (who: string, channel = 'Alpha') =>
    desk.control('POST', `/members/${desk.person(who)}/voice`, { channelId: desk.channel(channel) });
  const say = (who: string, durationMs: number) =>
    desk.control('POST', `/members/${desk.person(who)}/speak`, { toneHz: 440, durationMs, wait: true });
  /** A worker in Alpha, with what its library says of its call. */
  async function bot(): Promise<{ client: Client<true>; call: VoiceConnection; lines: string[] }> {
    const client = await desk.login([I.Guilds, I.GuildVoiceStates], 1);
    const guild = client.guilds.cache.get(desk.sandbox.guildId);
    if (!guild) throw new Error('no guild');
    const call = joinVoiceChannel({
      guildId: guild.id,
      channelId: desk.channel('Alpha'),
      adapterCreator: guild.voiceAdapterCreator,
      selfDeaf: false,
      group: client.user.id,
      debug: true,
    });
    connection = call;
    const lines: string[] = [];
    call.on('error', (error) => lines.push(`error ${error.message}`)).on('debug', (line) => lines.push(line));
    await entersState(call, VoiceConnectionStatus.Ready, 10_000);
    return { client, call, lines };
  }

  /** A worker and Freya in Alpha, one DAVE group. */
  async function groupOfTwo() {
    const made = await bot();
    await sit(FREYA);
    await until(() => made.call.voicePrivacyCode);
    return made;
  }

  /** What the library's own socket receives, as it comes. */
  function datagrams(call: VoiceConnection): Buffer[] {
    const { networking } = call.state as {
      networking: { state: { udp: { on: (name: string, fn: unknown) => void } } };
    };
    const all: Buffer[] = [];
    networking.state.udp.on('message', (datagram: Buffer) => all.push(datagram));
    return all;
  }

  it('gateway.silence: a bot whose heartbeats are not acknowledged gives the line up and comes back', async () => {
    const client = await desk.login();
    const lines: string[] = [];
    client.on(Events.Debug, (line) => lines.push(line));
    const resumed = new Promise((resolve) => client.once(Events.ShardResume, resolve));
    await fault({ kind: 'gateway.silence', bot: 'Comms' });
    await resumed;
    expect(lines.some((line) => line.toLowerCase().includes('zombie'))).to.equal(true);
  });

  it('gateway.silence: the same line speaks again when the fault is taken back', async () => {
    const socket = await desk.socket();
    socket.send(2, { token: desk.sandbox.bots[0]?.token, intents: 0, properties: {} });
    await socket.read((packet) => packet.t === 'READY');
    const id = await fault({ kind: 'gateway.silence' });
    socket.send(1, null);
    socket.send(8, { guild_id: desk.sandbox.guildId, query: '', limit: 1, nonce: 'after the heartbeat' });
    await socket.read((packet) => packet.t === 'GUILD_MEMBERS_CHUNK');
    expect(socket.seen((packet) => packet.op === 11)).to.equal(0);
    await desk.control('DELETE', `/faults/${id}`);
    socket.send(1, null);
    await socket.read((packet) => packet.op === 11);
    socket.terminate();
  });

  it('rest.500 fails as often as it is asked to, on its route only', async () => {
    await fault({ kind: 'rest.500', route: 'GET /users/@me', times: 2 });
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await desk.rest('GET', '/users/@me')).status);
    expect(statuses).to.deep.equal([500, 500, 200]);
    await fault({ kind: 'rest.500', route: 'GET /users/@me' });
    expect((await desk.rest('GET', '/gateway/bot')).status).to.equal(200);
  });

  it('rest.delay answers as it would have, later', async () => {
    await fault({ kind: 'rest.delay', delayMs: 150 });
    const begun = performance.now();
    expect((await desk.rest('GET', '/users/@me')).status).to.equal(200);
    expect(performance.now() - begun).to.be.above(145);
    const again = performance.now();
    await desk.rest('GET', '/users/@me');
    expect(performance.now() - again).to.be.below(145);
  });

  it('voice.move-server sends a bot and a person of the channel to another address', async () => {
    const { call } = await groupOfTwo();
    const endpoints: string[] = [];
    const before = call['packets'].server?.endpoint;
    await fault({ kind: 'voice.move-server', channel: 'Alpha' });
    await until(() => call['packets'].server?.endpoint !== before);
    endpoints.push(before ?? '', call['packets'].server?.endpoint ?? '');
    expect(new Set(endpoints).size).to.equal(2);
    await until(async () => (await say(FREYA, 100)).status === 200);
  });

  /** Sequence numbers of the packets of Freya that were sent on to Sorin, from now on. */
  function passed(): number[] {
    const numbers: number[] = [];
    desk.sandbox.onVoicePacket(({ packet }) => numbers.push(packet.header.readUInt16BE(2)));
    return numbers;
  }

  /** Freya has spoken to Sorin, and all of it has arrived. */
  async function warmedUp(): Promise<void> {
    await sit(FREYA);
    await sit(SORIN);
    const numbers = passed();
    await say(FREYA, 100);
    await until(() => numbers.length === 10);
  }

  it('voice.udp-loss loses one packet when it is not told how often, else the share it is told to', async () => {
    await warmedUp();
    const allButOne = passed();
    await fault({ kind: 'voice.udp-loss', percent: 100 });
    await say(FREYA, 100);
    await until(() => allButOne.length === 9);
    const half = passed();
    await fault({ kind: 'voice.udp-loss', percent: 50, durationMs: 60_000, member: FREYA });
    await say(FREYA, 900);
    expect(half.length).to.be.within(10, 40);
  });

  it('voice.udp-reorder has packets overtaken and loses none', async () => {
    await warmedUp();
    const numbers = passed();
    await fault({ kind: 'voice.udp-reorder', percent: 50, durationMs: 60_000 });
    await say(FREYA, 400);
    await until(() => numbers.length === 25);
    expect(new Set(numbers).size).to.equal(25);
    expect(numbers.some((number, n) => ((number - (numbers[n - 1] ?? number)) << 16) >> 16 < 0)).to.equal(true);
  });

  it('voice.udp-forge reaches the bot as datagrams in the name of a member that no key opens', async () => {
    const { call } = await groupOfTwo();
    await say(FREYA, 100);
    const all = datagrams(call);
    await fault({ kind: 'voice.udp-forge', channel: 'Alpha', bot: desk.sandbox.bots[1]?.id });
    const ssrcs = call.receiver.ssrcMap;
    const isFreyas = (one: Buffer) => one.length >= 12 && ssrcs.get(one.readUInt32BE(8))?.userId === desk.person(FREYA);
    await until(() => all.filter(isFreyas).length >= 40);
    expect(all.some((one) => one.length < 12)).to.equal(true);
  });

  it('voice.padding-burst reaches the bot as fifty packets that are nothing but padding', async () => {
    const { call, lines } = await groupOfTwo();
    await say(FREYA, 100);
    const all = datagrams(call);
    await fault({ kind: 'voice.padding-burst' });
    await until(() => all.filter((one) => one.length > 12 && one[0] === 0xa0).length === 50);
    expect(lines.filter((line) => line.startsWith('error'))).to.deep.equal([]);
  });

  for (const [kind, complaint] of [
    ['dave.wrong-epoch', /op 27 not taken: .*WrongEpoch/],
    ['dave.repeat-external-sender', /op 25 not taken: .*AlreadyInGroup/],
  ] as const) {
    it(`${kind} sends an established member what its session throws at`, async () => {
      await sit(FREYA);
      await sit(SORIN);
      await until(async () => (await say(FREYA, 40)).status === 200);
      await fault({ kind });
      await until(() => logged.filter((line) => complaint.test(line)).length === 2);
    });
  }

  it('dave.invalid-commit makes a client ask to be added anew, and it is', async () => {
    const { call, lines } = await groupOfTwo();
    const before = call.voicePrivacyCode;
    await fault({ kind: 'dave.invalid-commit' });
    await until(() => lines.some((line) => line.includes('Invalidating transition')));
    await until(() => call.voicePrivacyCode && call.voicePrivacyCode !== before);
  });

  it('dave.downgrade tells a client that the call is not encrypted, and sends a bot sound in the clear', async () => {
    const { call, lines } = await groupOfTwo();
    await say(FREYA, 100);
    const all = datagrams(call);
    await fault({ kind: 'dave.downgrade' });
    await until(() => lines.some((line) => line.includes('"protocol_version":0')));
    await until(() => all.filter((one) => one[0] === 0x90).length >= 10);
  });

  it('concerns only whom it names', async () => {
    await sit(FREYA);
    await sit(SORIN);
    await sit('Kofi Mensah', 'Bravo');
    await sit('Priya Nair', 'Bravo');
    const hops: Hop[] = [];
    desk.sandbox.onVoicePacket((hop) => hops.push(hop));
    await fault({ kind: 'voice.udp-loss', percent: 100, durationMs: 60_000, channel: 'Bravo' });
    await Promise.all([say(FREYA, 100), say('Kofi Mensah', 100)]);
    expect(new Set(hops.map(({ from }) => from.userId))).to.deep.equal(new Set([desk.person(FREYA)]));
  });
});
