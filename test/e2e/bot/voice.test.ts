import { joinVoiceChannel } from '@discordjs/voice';
import { expect } from 'chai';
import { Client, Events, GatewayIntentBits } from 'discord.js';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { until } from '../../support/until.ts';
import { Bridge, startSandbox } from './bridge.ts';

describe('the bot carries voice', () => {
  let sandbox: Sandbox;
  let bridge: Bridge;

  before(async () => {
    sandbox = await startSandbox();
  });

  after(() => sandbox.stop());

  afterEach(() => bridge.stop());

  /** Two people of one net in two channels, one person of another net in a third. */
  async function threeChannels(): Promise<void> {
    bridge = await new Bridge(sandbox).start();
    await bridge.net('Air', ['Alpha', 'Bravo'], ['Freya Lund', 'Sorin Dalca']);
    await bridge.net('Dirt', ['Ground'], ['Kofi Mensah']);
    await bridge.sit('Freya Lund', 'Alpha');
    await bridge.sit('Sorin Dalca', 'Bravo');
    await bridge.sit('Kofi Mensah', 'Ground');
    await bridge.served('Air');
  }

  /** Where each bot of the sandbox sits. */
  async function bots(): Promise<{ id: string; channelId: string | null }[]> {
    type Members = { id: string; bot: boolean; voice: { channelId: string | null } }[];
    const { guilds } = await bridge.control<{ guilds: { members: Members }[] }>('GET', '/state');
    const all = guilds.flatMap(({ members }) => members.filter(({ bot }) => bot));
    return all.map(({ id, voice }) => ({ id, channelId: voice.channelId }));
  }

  it('carries speech from one channel to another with nothing lost and none of it to a third, both ways', async () => {
    await threeChannels();
    for (const [speaker, listener] of [
      ['Freya Lund', 'Sorin Dalca'],
      ['Sorin Dalca', 'Freya Lund'],
    ] as const) {
      const since = new Date();
      await bridge.speak(speaker, 440, 1000);
      const heard = await bridge.heardEnd(listener, since);
      expect(heard).to.have.length(1);
      expect(heard[0]).to.include({ packets: 55, silenceFrames: 5, lost: 0, outOfOrder: 0, undecryptable: 0 });
      expect(heard[0]?.peakHz[0]).to.be.closeTo(440, 5);
      expect(sandbox.bots.map(({ id }) => id)).to.include(heard[0]?.fromUserId);
      expect(await bridge.heard('Kofi Mensah', since)).to.deep.equal([]);
    }
  });

  it('carries nothing while the operation is closed, and sits in no channel then', async () => {
    await threeChannels();
    await bridge.operation(false);
    const since = new Date();
    await bridge.speak('Freya Lund', 440, 300);
    expect(await bridge.heard('Sorin Dalca', since)).to.deep.equal([]);
    await until(async () => (await bots()).every(({ channelId }) => channelId === null));
  });

  it('carries nothing of somebody who is not on the net', async () => {
    await threeChannels();
    await bridge.sit('Priya Nair', 'Alpha');
    const since = new Date();
    await bridge.speak('Priya Nair', 440, 300);
    expect(await bridge.heard('Sorin Dalca', since)).to.deep.equal([]);
  });

  it('carries what is said from the moment its workers are in, when the operation opens in the middle of a talk', async () => {
    await threeChannels();
    await bridge.operation(false);
    const since = new Date();
    const talk = bridge.speak('Freya Lund', 440, 2500);
    for (let i = 0; i < 4; i++) {
      await bridge.operation(true);
      await until(async () => (await bridge.heard('Sorin Dalca', since)).length > i);
      await bridge.operation(false);
      await until(() => bridge.workers('Air').get('Bravo') === 'idle');
    }
    await talk;
    const heard = await bridge.heard('Sorin Dalca', since);
    const wrong = heard.filter(
      (spurt) => spurt.undecryptable + spurt.lost + spurt.outOfOrder > 0 || spurt.silenceFrames !== 5,
    );
    expect(heard.length).to.be.at.least(4);
    expect(wrong).to.deep.equal([]);
  });

  it('never relays another bot, though it is on the net', async () => {
    await threeChannels();
    const jukebox = sandbox.bots[4];
    const client = new Client({
      intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildVoiceStates],
      rest: { api: sandbox.apiUrl },
    });
    const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
    await client.login(jukebox?.token ?? '');
    await ready;
    await bridge.assign(jukebox?.id ?? '', 'Air');
    const guild = client.guilds.cache.get(sandbox.guildId);
    if (!guild) throw new Error('the jukebox is not in the guild');
    const call = joinVoiceChannel({
      guildId: guild.id,
      channelId: bridge.channelId('Alpha'),
      adapterCreator: guild.voiceAdapterCreator,
      group: 'jukebox',
    });
    try {
      await until(() => call.state.status === 'ready' && call.voicePrivacyCode);
      const since = new Date();
      // Its own channel hears it, so that silence in the other one means something.
      await until(async () => {
        call.playOpusPacket(Buffer.from('78aabbccddeeff00112233', 'hex'));
        return (await bridge.heard('Freya Lund', since)).some(
          ({ fromUserId, packets }) => fromUserId === jukebox?.id && packets > 20,
        );
      });
      expect(await bridge.heard('Sorin Dalca', since)).to.deep.equal([]);
    } finally {
      call.destroy();
      await client.destroy();
    }
  });

  for (const fault of [
    { kind: 'gateway.drop' },
    { kind: 'gateway.reconnect' },
    { kind: 'gateway.invalid-session' },
    { kind: 'voice.drop', code: 4006 },
    { kind: 'voice.drop', code: 4014 },
    { kind: 'voice.drop', code: 4015 },
  ]) {
    it(`carries on by itself after ${fault.kind} ${fault.code ?? ''}`, async function () {
      this.timeout(30_000);
      await threeChannels();
      await bridge.heardAgain('Freya Lund', 'Sorin Dalca', 3000);
      for (const { id } of sandbox.bots) await bridge.control('POST', '/faults', { ...fault, bot: id });
      await bridge.heardAgain('Freya Lund', 'Sorin Dalca', 12_000);
      await bridge.served('Air');
      await bridge.heardAgain('Sorin Dalca', 'Freya Lund', 3000);
    });
  }

  it('goes back to its channel when somebody moves or disconnects a worker', async () => {
    await threeChannels();
    const inAlpha = async () => (await bots()).find(({ channelId }) => channelId === bridge.channelId('Alpha'))?.id;
    for (const target of ['Medical', null]) {
      const worker = await until(inAlpha);
      await bridge.move(worker, target);
      await bridge.heardAgain('Freya Lund', 'Sorin Dalca', 5000);
    }
  });

  it('serves the busiest channel when workers are too few, and shows which one lacks a worker', async () => {
    bridge = await new Bridge(sandbox, { workerTokens: [] }).start();
    await bridge.net('Air', ['Alpha', 'Bravo'], ['Freya Lund', 'Sorin Dalca', 'Tomas Reyes']);
    await bridge.sit('Freya Lund', 'Alpha');
    await bridge.sit('Sorin Dalca', 'Bravo');
    await bridge.sit('Tomas Reyes', 'Bravo');
    await until(() => bridge.workers('Air').get('Bravo') === 'ok');
    expect(bridge.workers('Air')).to.deep.equal(
      new Map([
        ['Alpha', 'missing'],
        ['Bravo', 'ok'],
      ]),
    );
    expect(bridge.shard.read.nets()[0]?.workers).to.equal('missing');
    expect(bridge.logged.filter((line) => line.includes('channels lack a voice worker'))).to.have.length.within(1, 2);
    await bridge.sit('Sorin Dalca', 'Alpha');
    await until(() => bridge.workers('Air').get('Alpha') === 'ok');
    expect(bridge.workers('Air').get('Bravo')).to.equal('missing');
  });
});
