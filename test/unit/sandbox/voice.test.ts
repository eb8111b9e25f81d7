import tls from 'node:tls';
import { entersState, joinVoiceChannel, type VoiceConnection, VoiceConnectionStatus } from '@discordjs/voice';
import { expect } from 'chai';
import { type Client, GatewayIntentBits as I } from 'discord.js';
import { until } from '../../support/until.ts';
import { Desk } from './support.ts';

interface Spurt {
  fromUserId: string;
  packets: number;
  lost: number;
  undecryptable: number;
  peakHz: number[];
}

describe('Voice through the control API', () => {
  let desk: Desk;
  const before_ = tls.getCACertificates('default');
  const connections: VoiceConnection[] = [];

  beforeEach(async () => {
    desk = await new Desk().start();
    tls.setDefaultCACertificates([...before_, desk.sandbox.certificate]);
  });
  afterEach(async () => {
    for (const connection of connections.splice(0)) {
      if (connection.state.status !== VoiceConnectionStatus.Destroyed) connection.destroy();
    }
    await desk.stop();
  });
  after(() => tls.setDefaultCACertificates(before_));

  const enter = (who: string, channel: string | null) =>
    desk.control(`POST`, `/members/${desk.person(who)}/voice`, { channelId: channel && desk.channel(channel) });
  const say = (who: string, body: object) => desk.control('POST', `/members/${desk.person(who)}/speak`, body);
  const heard = async (who: string): Promise<Spurt[]> =>
    (await desk.control<Spurt[]>('GET', `/members/${desk.person(who)}/heard`)).body;

  async function join(client: Client<true>, channel: string): Promise<VoiceConnection> {
    const guild = client.guilds.cache.get(desk.sandbox.guildId);
    if (!guild) throw new Error('no guild');
    const connection = joinVoiceChannel({
      guildId: guild.id,
      channelId: desk.channel(channel),
      adapterCreator: guild.voiceAdapterCreator,
      selfDeaf: false,
      group: client.user.id,
    });
    connection.on('error', () => {});
    connections.push(connection);
    await entersState(connection, VoiceConnectionStatus.Ready, 10_000);
    return connection;
  }

  it('carries a tone from one person to another past two bots, with nothing lost', async () => {
    const [main, worker] = [await desk.login(), await desk.login([I.Guilds, I.GuildVoiceStates], 1)];
    await join(main, 'Alpha');
    await join(worker, 'Alpha');
    expect((await enter('Sorin Dalca', 'Alpha')).status).to.equal(200);
    expect((await enter('Freya Lund', 'Alpha')).status).to.equal(200);
    expect((await enter('Kofi Mensah', 'Bravo')).status).to.equal(200);
    expect((await say('Sorin Dalca', { toneHz: 440, durationMs: 400, wait: true })).status).to.equal(200);
    const [spurt] = await heard('Freya Lund');
    expect(spurt).to.include({ fromUserId: desk.person('Sorin Dalca'), packets: 25, lost: 0, undecryptable: 0 });
    expect(spurt?.peakHz[0]).to.be.closeTo(440, 5);
    expect(await heard('Kofi Mensah')).to.deep.equal([]);
    const wav = await fetch(`${desk.sandbox.url}/sandbox/v1/members/${desk.person('Freya Lund')}/heard.wav`);
    expect(Buffer.from(await wav.arrayBuffer()).toString('latin1', 0, 4)).to.equal('RIFF');
  });

  it('moves people and bots by REST, and gives the bot its new server', async () => {
    const [main, worker] = [await desk.login(), await desk.login([I.Guilds, I.GuildVoiceStates], 1)];
    const connection = await join(worker, 'Alpha');
    await enter('Sorin Dalca', 'Alpha');
    await enter('Freya Lund', 'Bravo');
    const guild = await main.guilds.fetch(desk.sandbox.guildId);
    for (const id of [worker.user.id, desk.person('Sorin Dalca')]) {
      await (await guild.members.fetch(id)).voice.setChannel(desk.channel('Bravo'));
    }
    await until(() => connection.joinConfig.channelId === desk.channel('Bravo'));
    await entersState(connection, VoiceConnectionStatus.Ready, 10_000);
    await say('Sorin Dalca', { toneHz: 600, durationMs: 200, wait: true });
    await until(async () => (await heard('Freya Lund')).length === 1);
    const missing = await guild.members.fetch(desk.person('Priya Nair'));
    const error = await missing.voice
      .setChannel(desk.channel('Bravo'))
      .catch((reason: { code: number }) => reason.code);
    expect(error).to.equal(40032);
  });

  it('has people come back when their voice connection is dropped, and leave when they are kicked', async () => {
    await enter('Sorin Dalca', 'Alpha');
    await enter('Freya Lund', 'Alpha');
    const sorin = desk.person('Sorin Dalca');
    await desk.control('POST', '/faults', { kind: 'voice.drop', member: 'Sorin Dalca', code: 4006 });
    await until(async () => {
      const { status } = await say('Sorin Dalca', { toneHz: 500, durationMs: 100, wait: true });
      return status === 200 && (await heard('Freya Lund')).length > 0;
    });
    await desk.control('POST', '/faults', { kind: 'voice.drop', member: sorin, code: 4014 });
    expect((await desk.member(sorin)).voice.channelId).to.equal(null);
    expect((await say('Sorin Dalca', { toneHz: 500 })).status).to.equal(409);
  });

  it('lets somebody who is thrown off in the middle of a word come back and finish it', async () => {
    await enter('Sorin Dalca', 'Alpha');
    await enter('Freya Lund', 'Alpha');
    const talk = say('Sorin Dalca', { toneHz: 500, durationMs: 1500, wait: true });
    await until(async () => (await heard('Freya Lund')).length > 0);
    await desk.control('POST', '/faults', { kind: 'voice.drop', member: 'Sorin Dalca', code: 4006 });
    expect((await talk).status).to.equal(200);
    await until(async () => (await heard('Freya Lund')).length === 2);
  });

  it('shows who speaks, and mutes by REST', async () => {
    const main = await desk.login();
    const role = desk.sandbox.world.createRole(desk.guild, { name: 'Mutes', permissions: String(1n << 22n) });
    const botMember = desk.guild.members.get(main.user.id);
    if (botMember) desk.sandbox.world.updateMember(desk.guild, botMember, { roleIds: [...botMember.roleIds, role.id] });
    await enter('Sorin Dalca', 'Alpha');
    await enter('Freya Lund', 'Alpha');
    const sorin = desk.person('Sorin Dalca');
    await say('Sorin Dalca', { toneHz: 500, durationMs: 2000 });
    await until(async () => (await desk.member(sorin)).voice.speaking);
    const guild = await main.guilds.fetch(desk.sandbox.guildId);
    await (await guild.members.fetch(sorin)).voice.setMute(true);
    await until(async () => !(await desk.member(sorin)).voice.speaking);
    expect((await desk.member(sorin)).voice.mute).to.equal(true);
  });

  it('refuses what cannot be: 400, 403, 404 and 409', async () => {
    const hidden = [{ id: desk.sandbox.guildId, type: 'role', deny: String(1n << 20n) }];
    const path = `/guilds/${desk.sandbox.guildId}/channels`;
    const { body: locked } = await desk.control<{ id: string }>('POST', path, {
      name: 'Vault',
      type: 'voice',
      overwrites: hidden,
    });
    const sorin = `/members/${desk.person('Sorin Dalca')}`;
    const calls: [string, unknown, number][] = [
      [`${sorin}/voice`, {}, 400],
      [`${sorin}/voice`, { channelId: desk.channel('general', 0) }, 400],
      [`${sorin}/voice`, { channelId: '1' }, 404],
      [`${sorin}/voice`, { channelId: locked.id }, 403],
      ['/members/1/voice', { channelId: null }, 404],
      [`/members/${desk.sandbox.bots[0]?.id}/voice`, { channelId: null }, 400],
      [`${sorin}/speak`, { toneHz: 440 }, 409],
      [`${sorin}/voice`, { channelId: desk.channel('Alpha') }, 200],
      [`${sorin}/speak`, {}, 400],
      [`${sorin}/speak`, { toneHz: 'loud' }, 400],
      [`${sorin}/speak`, { speech: 'no such clip' }, 400],
      [`${sorin}/voice`, { channelId: null }, 200],
    ];
    for (const [call, body, status] of calls) {
      expect([call, body, (await desk.control('POST', call, body)).status]).to.deep.equal([call, body, status]);
    }
    expect((await desk.control('GET', `${sorin}/heard?since=yesterday`)).status).to.equal(400);
  });
});
