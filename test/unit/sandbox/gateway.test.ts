import { expect } from 'chai';
import { type Client, Events, GatewayRateLimitError, type GuildMember, GatewayIntentBits as I } from 'discord.js';
import { until } from '../../support/until.ts';
import { Desk } from './support.ts';

describe('The gateway', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await new Desk({ sessionTimeoutMs: 3000 }).start();
  });
  afterEach(() => desk.stop());

  /** Resolves with the arguments of a client's next event. */
  const next = <K extends string>(client: Client, event: K): Promise<unknown[]> =>
    new Promise((resolve) => client.once(event as never, (...args: unknown[]) => resolve(args)));

  /** The code a bare identify is closed with. */
  async function closeCode(identify: object): Promise<number> {
    const socket = await desk.socket();
    socket.send(2, { properties: {}, ...identify });
    return socket.closeCode;
  }

  it('lets an unmodified client log in and see the demo guild and the empty one', async () => {
    const client = await desk.login();
    expect(client.guilds.cache.map((guild) => guild.id)).to.have.members([
      desk.sandbox.guildId,
      desk.sandbox.otherGuildId,
    ]);
    const guild = client.guilds.cache.get(desk.sandbox.guildId);
    expect(guild?.channels.cache.map((channel) => channel.name)).to.include.members(['general', 'ops', 'Ready Room']);
    expect(guild?.members.me?.permissions.has('MoveMembers')).to.equal(true);
  });

  it('shows only the bot and those in voice at first, as Discord does without the presences intent', async () => {
    const speaker = desk.person('Sorin Dalca');
    await desk.control('POST', `/members/${speaker}/voice`, { channelId: desk.channel('Alpha') });
    const client = await desk.login();
    const guild = client.guilds.cache.get(desk.sandbox.guildId);
    expect(guild?.members.cache.map((member) => member.id)).to.have.members([client.user.id, speaker]);
  });

  it('sends all members on request, once in 30 s per guild', async () => {
    const client = await desk.login();
    const guild = await client.guilds.fetch(desk.sandbox.guildId);
    expect((await guild.members.fetch()).size).to.equal(17);
    const error = await guild.members.fetch().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(GatewayRateLimitError);
    const found = await guild.members.fetch({ query: 'mara', limit: 5 });
    expect(found.map((member) => member.displayName)).to.deep.equal(['Mara Voss']);
    const ids = [desk.person('Priya Nair'), desk.person('Jonas Weil')];
    expect((await guild.members.fetch({ user: ids })).size).to.equal(2);
  });

  it('tells a bot with the members intent of a role change, and one without nothing', async () => {
    const [main, worker] = [await desk.login(), await desk.login([I.Guilds], 1)];
    await (await main.guilds.fetch(desk.sandbox.guildId)).members.fetch();
    let told = 0;
    worker.on('raw' as never, (packet: { t: string }) => void (packet.t === 'GUILD_MEMBER_UPDATE' && told++));
    const updated = next(main, Events.GuildMemberUpdate);
    const jonas = desk.person('Jonas Weil');
    await desk.control('PATCH', `/guilds/${desk.sandbox.guildId}/members/${jonas}`, { roleIds: [desk.role('Pilot')] });
    const [before, after] = (await updated) as GuildMember[];
    expect(before?.roles.cache.has(desk.role('Pilot'))).to.equal(false);
    expect(after?.roles.cache.has(desk.role('Pilot'))).to.equal(true);
    await desk.control('POST', `/guilds/${desk.sandbox.guildId}/roles`, { name: 'Scout' });
    await until(
      () => worker.guilds.cache.get(desk.sandbox.guildId)?.roles.cache.some((r) => r.name === 'Scout') ?? false,
    );
    expect(told).to.equal(0);
  });

  it('closes with 4004 for a bad token, 4013 for unknown intents, 4014 for privileged ones not granted', async () => {
    const token = desk.sandbox.bots[1]?.token;
    expect(await closeCode({ token: 'wrong', intents: 1 })).to.equal(4004);
    expect(await closeCode({ token, intents: 1 << 30 })).to.equal(4013);
    expect(await closeCode({ token, intents: 3 })).to.equal(4014);
    const worker = desk.sandbox.world.bots.get(desk.sandbox.bots[1]?.id ?? '');
    if (!worker) throw new Error('no worker');
    desk.sandbox.world.setPrivilegedIntents(worker, ['GuildMembers']);
    const client = await desk.login([I.Guilds, I.GuildMembers], 1);
    expect(client.isReady()).to.equal(true);
  });

  it('answers a bad token at login with 401', async () => {
    const response = await fetch(`${desk.sandbox.apiUrl}/v10/gateway/bot`, {
      headers: { authorization: 'Bot nobody' },
    });
    expect(response.status).to.equal(401);
  });

  it('lets a bot resume after the line broke, with nothing missed', async () => {
    const client = await desk.login();
    const names: string[] = [];
    client.on(Events.ChannelCreate, (channel) => names.push(channel.name));
    const resumed = next(client, Events.ShardResume);
    await desk.control('POST', '/faults', { kind: 'gateway.drop', bot: 'Comms' });
    for (const name of ['one', 'two', 'three']) {
      await desk.control('POST', `/guilds/${desk.sandbox.guildId}/channels`, { name, type: 'text' });
    }
    await resumed;
    await until(() => names.length === 3);
    expect(names).to.deep.equal(['one', 'two', 'three']);
  });

  it('has a bot reconnect on op 7 and resume its session', async () => {
    const client = await desk.login();
    const resumed = next(client, Events.ShardResume);
    await desk.control('POST', '/faults', { kind: 'gateway.reconnect' });
    await resumed;
    expect(client.isReady()).to.equal(true);
  });

  it('has a bot identify anew after an invalid session', async () => {
    const client = await desk.login();
    const readyAgain = next(client, Events.ShardReady);
    await desk.control('POST', '/faults', { kind: 'gateway.invalid-session' });
    await readyAgain;
    expect(client.ws.status).to.equal(0);
  });

  it('keeps a bot in voice while it may come back, and takes it out when it says it will not', async () => {
    const client = await desk.login();
    const guild = client.guilds.cache.get(desk.sandbox.guildId);
    const channel_id = desk.channel('Alpha');
    guild?.shard.send({ op: 4, d: { guild_id: guild.id, channel_id, self_mute: false, self_deaf: false } });
    await until(async () => (await desk.member(client.user.id)).voice.channelId !== null);
    const resumed = next(client, Events.ShardResume);
    await desk.control('POST', '/faults', { kind: 'gateway.drop' });
    expect((await desk.member(client.user.id)).voice.channelId).to.equal(channel_id);
    await resumed;
    expect((await desk.member(client.user.id)).voice.channelId).to.equal(channel_id);
    await client.destroy();
    await until(async () => (await desk.member(client.user.id)).voice.channelId === null);
  });

  it('takes a bot out of voice when it does not come back in time, and refuses its resume', async () => {
    const short = await new Desk({ sessionTimeoutMs: 50 }).start();
    try {
      const first = await short.socket();
      first.send(2, { token: short.sandbox.bots[0]?.token, intents: 129, properties: {} });
      const ready = await first.read((packet) => packet.t === 'READY');
      const id = short.sandbox.bots[0]?.id ?? '';
      first.send(4, { guild_id: short.sandbox.guildId, channel_id: short.channel('Alpha') });
      await until(async () => (await short.member(id)).voice.channelId !== null);
      first.terminate();
      await until(async () => (await short.member(id)).voice.channelId === null);
      const second = await short.socket();
      const { session_id } = ready.d as { session_id: string };
      second.send(6, { token: short.sandbox.bots[0]?.token, session_id, seq: 1 });
      expect((await second.read((packet) => packet.op === 9)).d).to.equal(false);
      second.terminate();
    } finally {
      await short.stop();
    }
  });

  it('closes a line without heartbeats with 4009', async () => {
    const strict = await new Desk({ heartbeatIntervalMs: 40 }).start();
    const socket = await strict.socket();
    expect(await socket.closeCode).to.equal(4009);
    await strict.stop();
  });

  it('gives no voice state to a bot that may not see or enter the channel, or finds it full', async () => {
    const worker = await desk.login([I.Guilds, I.GuildVoiceStates], 1);
    const overwrites = [{ id: desk.sandbox.guildId, type: 'role', deny: String(1n << 10n) }];
    const path = `/guilds/${desk.sandbox.guildId}/channels`;
    const { body: hidden } = await desk.control<{ id: string }>('POST', path, {
      name: 'Vault',
      type: 'voice',
      overwrites,
    });
    const { body: small } = await desk.control<{ id: string }>('POST', path, {
      name: 'Closet',
      type: 'voice',
      userLimit: 1,
    });
    await desk.control('POST', `/members/${desk.person('Kofi Mensah')}/voice`, { channelId: small.id });
    const states: (string | null)[] = [];
    worker.on(
      Events.VoiceStateUpdate,
      (_, after) => void (after.id === worker.user.id && states.push(after.channelId)),
    );
    const shard = worker.guilds.cache.get(desk.sandbox.guildId)?.shard;
    // The worker's own role lets it view and connect everywhere; an overwrite for everyone takes that away.
    for (const channel_id of [hidden.id, small.id, desk.channel('Bravo')]) {
      shard?.send({ op: 4, d: { guild_id: desk.sandbox.guildId, channel_id, self_mute: false, self_deaf: false } });
    }
    await until(() => states.length > 0);
    expect(states).to.deep.equal([desk.channel('Bravo')]);
  });

  it('hides what people wrote from a bot without the message content intent', async () => {
    const [main, worker] = [
      await desk.login([I.Guilds, I.GuildMessages]),
      await desk.login([I.Guilds, I.GuildMessages], 1),
    ];
    const seen = next(worker, Events.MessageCreate);
    const channel = await main.channels.fetch(desk.channel('general', 0));
    if (channel?.isSendable()) await channel.send('Nobody reads this.');
    const [message] = (await seen) as { content: string }[];
    expect(message?.content).to.equal('');
  });
});
