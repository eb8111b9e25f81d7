import { expect } from 'chai';
import { PermissionFlagsBits as P } from 'discord.js';
import type { SeenRequest } from '../../../sandbox/rest/rest.ts';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { discordValidator, isDescribed } from '../../support/discord-openapi.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { until } from '../../support/until.ts';
import { Bridge, startSandbox } from './bridge.ts';
import { OwnerApi } from './owner-api.ts';

interface Shown {
  id: string;
  text: string;
  components: { accent_color?: number }[];
  mentions: unknown[];
  mention_roles: unknown[];
  edited_timestamp: string | null;
}

interface Clicked {
  ephemeral: boolean;
  error: boolean;
  text: string;
  ackMs: number;
}

interface Outcome {
  session: { id: string; status: string; participants: { userId: string; status: string }[] };
  summary: { total: number; ready: number; declined: number; allReady: boolean };
}

describe('alerts and people', function () {
  this.timeout(20_000);
  let sandbox: Sandbox;
  let bridge: Bridge;
  let api: OwnerApi;
  const requests: SeenRequest[] = [];
  const undo: (() => void)[] = [];

  before(async () => {
    sandbox = await startSandbox();
    sandbox.onRequest((seen) => requests.push(seen));
  });

  after(() => sandbox.stop());

  beforeEach(() => {
    requests.length = 0;
  });

  afterEach(async () => {
    for (const restore of undo.splice(0)) restore();
    await api.stop();
    await bridge.stop();
    if (isDescribed) expect(requests.flatMap(discordValidator())).to.deep.equal([]);
  });

  /** The net Air over Alpha and Bravo, and the Ready Room; Freya in Alpha, Sorin in Bravo, Kofi in the Ready Room. */
  async function evening(store = new MemoryStore(), ops: string | null = 'ops'): Promise<void> {
    const open = async (guildId: string) => (guildId === sandbox.guildId ? store : new MemoryStore());
    bridge = await new Bridge(sandbox, { workerTokens: [], open }).start();
    api = await new OwnerApi(bridge).start();
    if (bridge.shard.read.nets().length === 0) await bridge.net('Air', ['Alpha', 'Bravo']);
    await bridge.shard.change(
      { kind: 'system', name: 'test' },
      {
        type: 'settings.set',
        readyRoomId: bridge.channelId('Ready Room'),
        opsChannelId: ops && bridge.channelId(ops),
      },
    );
    await bridge.sit('Freya Lund', 'Alpha');
    await bridge.sit('Sorin Dalca', 'Bravo');
    await bridge.sit('Kofi Mensah', 'Ready Room');
    await bridge.sit('Jonas Weil', 'Medical');
    await until(() => bridge.shard.read.roster().length === 3);
  }

  const messages = (channel: string) =>
    bridge.control<Shown[]>('GET', `/channels/${bridge.channelId(channel)}/messages`);

  const newest = async (channel: string, words: string) =>
    (await messages(channel)).findLast(({ text }) => text.includes(words));

  /** What stands in a channel, as soon as it does. */
  const shown = (channel: string, words: string) => until(() => newest(channel, words), 3000);

  const click = (name: string, messageId: string, customId: string) =>
    bridge.control<Clicked>('POST', '/components', { memberId: bridge.personId(name), messageId, customId });

  /** The bot may not do this in a channel until the end of the test. */
  async function forbid(channelName: string, bits: bigint): Promise<void> {
    const guild = sandbox.world.guilds.get(sandbox.guildId) ?? expect.fail();
    const channel = guild.channels.get(bridge.channelId(channelName)) ?? expect.fail();
    const { overwrites } = channel;
    undo.push(() => sandbox.world.updateChannel(guild, channel, { overwrites }));
    const own = { id: sandbox.bots[0]?.id ?? '', type: 1 as const, allow: '0', deny: String(bits) };
    sandbox.world.updateChannel(guild, channel, { overwrites: [...overwrites, own] });
    const known = () => bridge.shard.read.guild().channels.get(channel.id)?.writable;
    if (bits & P.SendMessages) await until(() => known() === false);
  }

  /** A ready check of everyone was started; answers its session and what Alpha shows. */
  async function ask(message: string): Promise<{ id: string; alpha: Shown; press: (yes: boolean) => string }> {
    await api.call('POST', '/ready-checks', { id: 'launch', name: 'Launch', message, color: '#ff8800' });
    const started = await api.call<Outcome>('POST', '/ready-checks/start', { templateId: 'launch' });
    expect(started.status, JSON.stringify(started.body)).to.equal(200);
    const { id } = started.body.session;
    const alpha = await shown('Alpha', message.split(' ')[0] ?? '');
    return { id, alpha, press: (yes) => `ready:${yes ? 'yes' : 'no'}:${id}:1` };
  }

  it('an ACARS stands in the chat of every occupied served channel and in ops, as plain text that pings nobody', async () => {
    await evening();
    const text = '@everyone **Rally** at <@1> [here](https://x.example) now';
    const answer = await api.call('POST', '/acars', { text, senderName: '# Ops *Bot*', alertType: 'critical' });
    expect(answer.status).to.equal(200);
    expect(answer.body).to.include({ delivered: true, clients: 3, routed: 3, alertType: 'critical' });
    for (const channel of ['Alpha', 'Bravo', 'Ready Room', 'ops']) {
      const message = await shown(channel, 'Rally');
      expect(message.text).to.include('@everyone \\*\\*Rally\\*\\* at \\<@1> \\[here\\](https://x.example) now');
      expect(message.text).to.include('CRITICAL').and.to.include('Ops \\*Bot\\*');
      expect(message.components[0]?.accent_color).to.equal(0xed4245);
      expect([message.mentions, message.mention_roles]).to.deep.equal([[], []]);
    }
    for (const channel of ['Medical', 'Ground', 'general']) expect(await newest(channel, 'Rally')).to.equal(undefined);
    const posts = requests.filter(({ route }) => route === '/channels/:channel/messages');
    expect(posts).to.have.length(4);
    for (const { body } of posts) expect(body).to.deep.include({ allowed_mentions: { parse: [] } });
    expect((await api.call('POST', '/acars', { text: 'again' })).status).to.equal(429);
  });

  it('an ACARS reaches the other channels when the bot may not write in one', async () => {
    await evening();
    await forbid('Alpha', P.SendMessages);
    const answer = await api.call('POST', '/acars', { text: 'Fuel check' });
    expect(answer.body).to.include({ delivered: true, routed: 2 });
    for (const channel of ['Bravo', 'Ready Room', 'ops']) await shown(channel, 'Fuel check');
    expect(await newest('Alpha', 'Fuel check')).to.equal(undefined);
    expect(bridge.logged.some((line) => line.startsWith('warn') && line.includes(bridge.channelId('Alpha')))).to.equal(
      true,
    );
  });

  it('an ACARS reaches every channel although Discord limits the rate', async () => {
    await evening();
    await bridge.control('POST', '/faults', { kind: 'rest.429', times: 2, route: 'POST /channels/:id/messages' });
    await api.call('POST', '/acars', { text: 'Slowly' });
    for (const channel of ['Alpha', 'Bravo', 'Ready Room', 'ops']) await shown(channel, 'Slowly');
  });

  it('a ready check asks with buttons where people sit, follows their clicks, and shows how it ended', async () => {
    await evening();
    const { id, alpha, press } = await ask('Engines *running*?');
    expect(alpha.text).to.include('Launch').and.to.include('Engines \\*running\\*?').and.to.include('Not ready');
    expect(alpha.components[0]?.accent_color).to.equal(0xff8800);
    await shown('Bravo', 'Engines');
    const room = await shown('Ready Room', 'Engines');
    for (const channel of ['ops', 'Medical']) expect(await newest(channel, 'Engines')).to.equal(undefined);

    const yes = await click('Freya Lund', alpha.id, press(true));
    expect(yes).to.include({ ephemeral: true, error: false });
    expect(yes.ackMs).to.be.below(1000);
    expect(yes.text).to.include('**ready**').and.to.include('Launch');
    await until(async () => (await newest('Bravo', 'Engines'))?.text.includes('**1** ready'), 3000);
    await click('Sorin Dalca', alpha.id, press(true));
    expect((await click('Sorin Dalca', alpha.id, press(false))).text).to.include('**not ready**');
    const stranger = await click('Jonas Weil', alpha.id, press(true));
    expect(stranger).to.include({ ephemeral: true, error: true });
    expect(stranger.text).to.include('does not ask you');

    await click('Kofi Mensah', room.id, press(true));
    for (const channel of ['Alpha', 'Bravo', 'Ready Room']) {
      const end = await until(async () => {
        const message = await newest(channel, 'Engines');
        return message?.text.includes('did not answer') && message;
      }, 3000);
      expect(end.text).to.include('**2** ready').and.to.include('**1** not ready').and.to.include('Sorin Dalca');
      expect(JSON.stringify(end.components)).not.to.include('custom_id');
    }
    const outcome = (await api.call<Outcome>('GET', `/ready-checks/status/${id}`)).body;
    expect(outcome.session.status).to.equal('complete');
    expect(outcome.summary).to.include({ total: 3, ready: 2, declined: 1, allReady: false });
    const edits = requests.filter(({ method, path }) => method === 'PATCH' && path.endsWith(`/messages/${alpha.id}`));
    expect(edits.length, 'answers that came close together were shown together').to.be.within(2, 4);
  });

  it('a ready check of admins asks the administrators of the server, also who has just become one', async () => {
    await evening();
    const target = { admins: true };
    await api.call('POST', '/ready-checks', { id: 'admins', message: 'Admins?', target });
    const asked = async () => {
      const { body } = await api.call<Outcome>('POST', '/ready-checks/start', { templateId: 'admins' });
      return body.session.participants.map(({ userId }) => userId);
    };
    expect(await asked()).to.deep.equal([]);
    await bridge.sit('Mara Voss', 'Alpha');
    await until(() => bridge.shard.read.roster().length === 4);
    expect(await asked()).to.deep.equal([bridge.personId('Mara Voss')]);
    const guild = sandbox.world.guilds.get(sandbox.guildId) ?? expect.fail();
    const pilots = guild.roles.get(bridge.roleId('Pilot')) ?? expect.fail();
    undo.push(() => sandbox.world.updateRole(guild, pilots, { permissions: '0' }));
    sandbox.world.updateRole(guild, pilots, { permissions: String(P.Administrator) });
    await until(() => bridge.shard.read.person(bridge.personId('Freya Lund'))?.administrator, 2000);
    expect(await asked()).to.have.length(3);
  });

  it('a ready check asks in the other channels when the bot may not write in one', async () => {
    await evening();
    await forbid('Bravo', P.SendMessages);
    const { alpha, press } = await ask('Wheels up?');
    await shown('Ready Room', 'Wheels up?');
    await click('Freya Lund', alpha.id, press(true));
    await until(async () => (await newest('Ready Room', 'Wheels up?'))?.text.includes('**1** ready'), 3000);
    expect(await newest('Bravo', 'Wheels up?')).to.equal(undefined);
  });

  it('the buttons of a ready check outlive a restart, and what is left of them goes with a click after the end', async () => {
    const store = new MemoryStore();
    await evening(store);
    const { id, alpha, press } = await ask('Still there?');
    await api.stop();
    await bridge.stop();
    await evening(store);
    for (const name of ['Freya Lund', 'Sorin Dalca', 'Kofi Mensah'])
      expect((await click(name, alpha.id, press(true))).error, name).to.equal(false);
    expect((await api.call<Outcome>('GET', `/ready-checks/status/${id}`)).body.summary.allReady).to.equal(true);
    const late = await click('Freya Lund', alpha.id, press(false));
    expect(late).to.include({ ephemeral: true, error: true });
    expect(late.text).to.include('is over');
    const end = await newest('Alpha', 'Still there?');
    expect(end?.text).to.include('Everyone is ready');
    expect(JSON.stringify(end?.components)).not.to.include('custom_id');
  });

  it('a disconnect ends the voice connection, tells why, and the roster follows', async () => {
    await evening();
    const userId = bridge.personId('Freya Lund');
    const answer = await api.call('POST', '/clients/disconnect', { userId, reason: 'Änderung: neu verbinden' });
    expect(answer.status, JSON.stringify(answer.body)).to.equal(200);
    expect(answer.body).to.include({ userId, disconnected: 1 });
    const sent = requests.find(({ method, path }) => method === 'PATCH' && path.endsWith(`/members/${userId}`));
    expect(sent).to.deep.include({ body: { channel_id: null }, reason: 'planner: Änderung: neu verbinden' });
    expect(sandbox.world.findVoice(userId)).to.equal(undefined);
    await until(() => !bridge.shard.read.roster().some((operator) => operator.userId === userId), 1000);
    const events = await until(() => {
      const types = bridge.shard.events.recent().map(({ type }) => type);
      return types.includes('user.left') && types;
    });
    expect(events).to.include('client.disconnected');
    const again = await api.call('POST', '/clients/disconnect', { userId });
    expect([again.status, again.body['code']]).to.deep.equal([404, 'client.unknown']);
  });

  it('a disconnect that the bot is not permitted is 403 and disconnects nobody', async () => {
    await evening();
    await forbid('Alpha', P.MoveMembers);
    const userId = bridge.personId('Freya Lund');
    const answer = await api.call('POST', '/clients/disconnect', { userId });
    expect([answer.status, answer.body['code']]).to.deep.equal([403, 'client.not-permitted']);
    expect(bridge.shard.read.roster().map((operator) => operator.userId)).to.include(userId);
    expect(bridge.shard.events.recent().map(({ type }) => type)).not.to.include('client.disconnected');
  });

  it('a disconnect that Discord holds back is given up after 5 s, and is not done later', async () => {
    await evening();
    const userId = bridge.personId('Freya Lund');
    const route = 'PATCH /guilds/:g/members/:m';
    const fault = await bridge.control<{ id: string }>('POST', '/faults', {
      kind: 'rest.429',
      durationMs: 60_000,
      route,
    });
    const before = performance.now();
    const answer = await api.call('POST', '/clients/disconnect', { userId });
    expect([answer.status, answer.body['code']]).to.deep.equal([503, 'client.unanswered']);
    expect(performance.now() - before).to.be.within(4900, 7000);
    await bridge.control('DELETE', `/faults/${fault.id}`);
    // What was held back would go out before this one.
    const other = bridge.personId('Sorin Dalca');
    expect((await api.call('POST', '/clients/disconnect', { userId: other })).status).to.equal(200);
    expect(bridge.shard.read.roster().map((operator) => operator.userId)).to.include(userId);
  });

  it('a webhook that is switched off is told of in the ops channel, else to the owner, without its address', async () => {
    await evening();
    const webhook = { id: 'wh_1', url: 'https://hooks.example/s3cret?token=s3cret', reason: '10 *failures* in a row' };
    const tell = () => bridge.bot.outside(sandbox.guildId).notices.webhookQuarantined(webhook);
    tell();
    const message = await shown('ops', 'hooks.example');
    expect(message.text).to.include('10 \\*failures\\* in a row').and.to.include('wh_1');
    expect(message.text).not.to.include('s3cret');
    await forbid('ops', P.SendMessages);
    tell();
    const owner = sandbox.world.guilds.get(sandbox.guildId)?.ownerId;
    const direct = await until(async () => {
      const all = await bridge.control<Shown[]>('GET', `/members/${owner}/dms`);
      return all.find(({ text }) => text.includes('hooks.example'));
    }, 3000);
    expect(direct.text).not.to.include('s3cret');
  });
});
