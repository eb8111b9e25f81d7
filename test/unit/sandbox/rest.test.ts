import { expect } from 'chai';
import {
  ChannelType,
  type DiscordAPIError,
  EmbedBuilder,
  GatewayIntentBits as I,
  PermissionFlagsBits as P,
} from 'discord.js';
import { Desk } from './support.ts';

describe('The REST API', () => {
  let desk: Desk;
  let time: number;
  beforeEach(async () => {
    time = Date.now();
    desk = await new Desk({ now: () => time }).start();
  });
  afterEach(() => desk.stop());

  const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => 'done',
      (error: DiscordAPIError) => error.code,
    );
  const guildPath = () => `/guilds/${desk.sandbox.guildId}`;
  async function code(method: string, path: string, body?: unknown, bot = 0): Promise<unknown> {
    const response = await desk.rest(method, path, body, bot);
    return response.ok ? response.status : ((await response.json()) as { code: number }).code;
  }

  it('takes one token for one bot and refuses others with 401', async () => {
    expect((await desk.rest('GET', '/users/@me')).status).to.equal(200);
    const response = await fetch(`${desk.sandbox.apiUrl}/v10/users/@me`, { headers: { authorization: 'Bot x' } });
    expect(response.status).to.equal(401);
  });

  it('answers unknown things with their own codes', async () => {
    expect(await code('GET', '/channels/1')).to.equal(10003);
    expect(await code('GET', '/guilds/1')).to.equal(10004);
    expect(await code('GET', `${guildPath()}/members/1`)).to.equal(10007);
    expect(await code('GET', `/channels/${desk.channel('general', 0)}/messages/1`)).to.equal(10008);
    expect(await code('GET', '/users/1')).to.equal(10013);
    expect(await code('POST', `/webhooks/${desk.sandbox.bots[0]?.id}/nothing`, { content: 'x' })).to.equal(10015);
    expect(await code('GET', '/nowhere')).to.equal(0);
  });

  it('lets a bot do only what its permissions allow', async () => {
    const target = desk.person('Sorin Dalca');
    const general = desk.channel('general', 0);
    await desk.control('POST', `/members/${target}/voice`, { channelId: desk.channel('Alpha') });
    const worker: [string, string, unknown][] = [
      ['PATCH', `${guildPath()}/members/${target}`, { channel_id: desk.channel('Bravo') }],
      ['PATCH', `${guildPath()}/members/${target}`, { mute: true }],
      ['PATCH', `${guildPath()}/members/${target}`, { nick: 'S' }],
      ['PUT', `${guildPath()}/members/${target}/roles/${desk.role('Medic')}`, undefined],
      ['POST', `${guildPath()}/roles`, { name: 'x' }],
      ['POST', `${guildPath()}/channels`, { name: 'x' }],
      ['PATCH', `/channels/${general}`, { name: 'x' }],
      ['DELETE', `/channels/${general}`, undefined],
      ['PUT', `/channels/${general}/permissions/${desk.role('Medic')}`, { type: 0, allow: '1024', deny: '0' }],
    ];
    for (const [method, path, body] of worker) {
      expect([method, path, await code(method, path, body, 1)]).to.deep.equal([method, path, 50013]);
    }
    expect((await desk.member(target)).voice.channelId).to.equal(desk.channel('Alpha'));
    expect(await code('PUT', `${guildPath()}/members/${target}/roles/${desk.role('Medic')}`)).to.equal(204);
    expect((await desk.member(target)).roleIds).to.include(desk.role('Medic'));
  });

  it('takes somebody out of voice for whoever may move members, and tells observers the reason', async () => {
    const target = desk.person('Sorin Dalca');
    const reasons: (string | null)[] = [];
    desk.sandbox.onRequest(({ reason }) => reasons.push(reason));
    await desk.control('POST', `/members/${target}/voice`, { channelId: desk.channel('Alpha') });
    const client = await desk.login();
    const guild = await client.guilds.fetch(desk.sandbox.guildId);
    const leave = () => guild.members.edit(target, { channel: null, reason: 'über: 100 %' });
    reasons.length = 0;
    await leave();
    expect((await desk.member(target)).voice.channelId).to.equal(null);
    expect(await codeOf(leave())).to.equal(40032);
    expect(reasons).to.deep.equal(['über: 100 %', 'über: 100 %']);
  });

  it('hides a channel the bot cannot see, and one it cannot write in', async () => {
    const deny = (bits: bigint) => [{ id: desk.sandbox.guildId, type: 'role', deny: String(bits) }];
    const path = `/guilds/${desk.sandbox.guildId}/channels`;
    const make = async (name: string, bits: bigint) =>
      (await desk.control<{ id: string }>('POST', path, { name, type: 'text', overwrites: deny(bits) })).body.id;
    const [hidden, mute] = [await make('hidden', P.ViewChannel), await make('mute', P.SendMessages)];
    expect(await code('GET', `/channels/${hidden}`)).to.equal(50001);
    expect(await code('POST', `/channels/${hidden}/messages`, { content: 'x' })).to.equal(50001);
    expect(await code('POST', `/channels/${mute}/messages`, { content: 'x' })).to.equal(50013);
  });

  it('lets nobody manage roles at or above their own, hand on what they lack, or touch the roles of bots', async () => {
    const [bot, sorin] = [desk.sandbox.bots[0]?.id ?? '', desk.person('Sorin Dalca')];
    const high = desk.sandbox.world.createRole(desk.guild, { name: 'High', permissions: '0', position: 99 });
    expect(await code('PUT', `${guildPath()}/members/${sorin}/roles/${high.id}`)).to.equal(50013);
    expect(await code('DELETE', `${guildPath()}/roles/${high.id}`)).to.equal(50013);
    const own = desk.guild.members.get(bot)?.roleIds[0];
    expect(await code('PUT', `${guildPath()}/members/${sorin}/roles/${own}`)).to.equal(50028);
    expect(await code('POST', `${guildPath()}/roles`, { name: 'x', permissions: String(P.BanMembers) })).to.equal(
      50013,
    );
  });

  it('takes messages with embeds, files and mentions, edits and deletes them', async () => {
    const client = await desk.login();
    const channel = await client.channels.fetch(desk.channel('general', 0));
    if (!channel?.isSendable()) throw new Error('no channel');
    const message = await channel.send({
      content: `Hello <@${desk.person('Sorin Dalca')}>`,
      embeds: [new EmbedBuilder().setTitle('Title').setDescription('Words')],
      files: [{ attachment: Buffer.from('file content'), name: 'note.txt' }],
      allowedMentions: { parse: [] },
    });
    expect(message.mentions.users.size).to.equal(0);
    const url = message.attachments.first()?.url ?? '';
    expect(await (await fetch(url)).text()).to.equal('file content');
    expect((await message.edit('Changed')).content).to.equal('Changed');
    const { body } = await desk.control<{ text: string }[]>('GET', `/channels/${channel.id}/messages`);
    expect(body.map(({ text }) => text)).to.deep.equal(['Changed\nTitle\nWords\nnote.txt']);
    await message.delete();
    expect(await codeOf(channel.messages.fetch(message.id))).to.equal(10008);
  });

  it('writes to people directly, and shows them what they got', async () => {
    const client = await desk.login();
    await (await client.users.fetch(desk.person('Priya Nair'))).send('For you.');
    const { body } = await desk.control<{ text: string }[]>('GET', `/members/${desk.person('Priya Nair')}/dms`);
    expect(body.map(({ text }) => text)).to.deep.equal(['For you.']);
  });

  it('refuses messages over the limits', async () => {
    const path = `/channels/${desk.channel('general', 0)}/messages`;
    const text = (content: string) => ({ type: 10, content });
    const button = (custom_id: string) => ({ type: 2, style: 1, label: 'x', custom_id });
    const row = (...components: unknown[]) => ({ type: 1, components });
    const bad: [string, unknown, number][] = [
      ['empty', {}, 50006],
      ['content', { content: 'x'.repeat(2001) }, 50035],
      ['embed title', { embeds: [{ title: 'x'.repeat(257) }] }, 50035],
      ['embed sum', { embeds: [{ description: 'x'.repeat(4000) }, { description: 'x'.repeat(2001) }] }, 50035],
      ['rows', { components: Array.from({ length: 6 }, (_, n) => row(button(`b${n}`))) }, 50035],
      ['custom id length', { components: [row(button('x'.repeat(101)))] }, 50035],
      ['custom id twice', { components: [row(button('a'), button('a'))] }, 50035],
      ['V2 without the flag', { components: [text('x')] }, 50035],
      ['V2 with content', { flags: 1 << 15, content: 'x', components: [text('x')] }, 50035],
      ['V2 text', { flags: 1 << 15, components: [text('x'.repeat(4000)), text('x')] }, 50035],
      ['V2 count', { flags: 1 << 15, components: Array.from({ length: 41 }, () => text('x')) }, 50035],
      [
        'options',
        {
          components: [
            row({
              type: 3,
              custom_id: 's',
              options: Array.from({ length: 26 }, (_, n) => ({ label: 'x', value: `${n}` })),
            }),
          ],
        },
        50035,
      ],
    ];
    for (const [what, body, expected] of bad) {
      time += 5000;
      expect([what, await code('POST', path, body)]).to.deep.equal([what, expected]);
    }
    const response = await desk.rest('POST', path, { content: 'x'.repeat(2001) });
    expect(await response.json()).to.deep.equal({
      message: 'Invalid Form Body',
      code: 50035,
      errors: { content: { _errors: [{ code: 'BASE_TYPE_MAX_LENGTH', message: 'Must be 2000 or fewer in length.' }] } },
    });
  });

  it('refuses commands Discord would refuse, and registers none of them', async () => {
    const path = `/applications/${desk.sandbox.bots[0]?.id}/commands`;
    const string = (name: string, more: object = {}) => ({ type: 3, name, description: 'd', ...more });
    const command = (more: object) => [{ name: 'net', description: 'd', ...more }];
    const bad: [string, unknown][] = [
      ['capitals', command({ name: 'Net' })],
      ['spaces', command({ name: 'a net' })],
      ['description', command({ description: 'x'.repeat(101) })],
      ['no description', [{ name: 'net' }]],
      ['26 options', command({ options: Array.from({ length: 26 }, (_, n) => string(`o${n}`)) })],
      [
        '26 choices',
        command({
          options: [string('a', { choices: Array.from({ length: 26 }, (_, n) => ({ name: `${n}`, value: `${n}` })) })],
        }),
      ],
      ['names twice', command({ options: [string('a'), string('a')] })],
      ['required last', command({ options: [string('a'), string('b', { required: true })] })],
      ['mixed', command({ options: [string('a'), { type: 1, name: 'b', description: 'd' }] })],
      [
        'choices and autocomplete',
        command({ options: [string('a', { autocomplete: true, choices: [{ name: 'x', value: 'x' }] })] }),
      ],
      ['permissions as a number', command({ default_member_permissions: 8 })],
      ['context', command({ contexts: [9] })],
      ['locale', command({ name_localizations: { xx: 'net' } })],
      [
        '8000 characters',
        command({
          options: Array.from({ length: 25 }, (_, n) =>
            string(`o${n}`, {
              choices: Array.from({ length: 4 }, (_, m) => ({ name: `${m}`, value: 'x'.repeat(90) + m })),
            }),
          ),
        }),
      ],
      ['commands twice', [...command({}), ...command({})]],
    ];
    for (const [what, body] of bad) {
      time += 5000;
      expect([what, await code('PUT', path, body)]).to.deep.equal([what, 50035]);
    }
    expect(await (await desk.rest('GET', path)).json()).to.deep.equal([]);
  });

  it('replaces commands in bulk, keeping the ids of those that stay', async () => {
    const client = await desk.login();
    const first = await client.application.commands.set([
      { name: 'a', description: 'd' },
      { name: 'b', description: 'd' },
    ]);
    const { id, version } = first.find(({ name }) => name === 'b') ?? {};
    const same = await client.application.commands.set([{ name: 'b', description: 'd' }]);
    expect(same.map((command) => [command.id, command.version])).to.deep.equal([[id, version]]);
    const other = await client.application.commands.set([{ name: 'b', description: 'other' }]);
    expect(other.first()?.id).to.equal(id);
    expect(other.first()?.version).not.to.equal(version);
    expect((await client.application.commands.fetch()).map(({ name }) => name)).to.deep.equal(['b']);
    const guild = await client.guilds.fetch(desk.sandbox.guildId);
    await guild.commands.create({ name: 'only-here', description: 'd' });
    expect((await guild.commands.fetch()).size).to.equal(1);
    expect((await client.application.commands.fetch()).size).to.equal(1);
  });

  it('allows two renames of a channel in ten minutes, and other changes besides', async () => {
    const path = `/channels/${desk.channel('Alpha')}`;
    expect(await code('PATCH', path, { name: 'One' })).to.equal(200);
    expect(await code('PATCH', path, { name: 'Two' })).to.equal(200);
    const refused = await desk.rest('PATCH', path, { name: 'Three' });
    expect(refused.status).to.equal(429);
    expect(Number(refused.headers.get('retry-after'))).to.be.within(590, 600);
    expect(await code('PATCH', path, { user_limit: 5 })).to.equal(200);
    time += 600_000;
    expect(await code('PATCH', path, { name: 'Three' })).to.equal(200);
  });

  it('allows ten moves in ten seconds per guild and bot, and five messages in five per channel', async () => {
    const target = desk.person('Sorin Dalca');
    await desk.control('POST', `/members/${target}/voice`, { channelId: desk.channel('Alpha') });
    const move = () => code('PATCH', `${guildPath()}/members/${target}`, { channel_id: desk.channel('Alpha') });
    const statuses = [];
    for (let n = 0; n < 11; n++) statuses.push(await move());
    expect(statuses).to.deep.equal([...Array(10).fill(200), undefined]);
    const send = () => desk.rest('POST', `/channels/${desk.channel('general', 0)}/messages`, { content: 'x' });
    const answers = [];
    for (let n = 0; n < 6; n++) answers.push(await send());
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200, 429]);
    expect(answers[4]?.headers.get('x-ratelimit-remaining')).to.equal('0');
    expect(await answers[5]?.json()).to.include({ retry_after: 5, global: false });
  });

  it('makes discord.js wait after a 429 and try again', async () => {
    const client = await desk.login([I.Guilds]);
    await desk.control('POST', '/faults', { kind: 'rest.429', route: 'POST /channels/:id/messages' });
    const channel = await client.channels.fetch(desk.channel('general', 0));
    const begun = performance.now();
    if (channel?.isSendable()) await channel.send('At last.');
    expect(performance.now() - begun).to.be.above(900);
    const { body } = await desk.control<{ text: string }[]>('GET', `/channels/${channel?.id}/messages`);
    expect(body.map(({ text }) => text)).to.deep.equal(['At last.']);
  });

  it('makes channels and changes them, with the overwrites the bot may set', async () => {
    const client = await desk.login();
    const guild = await client.guilds.fetch(desk.sandbox.guildId);
    const parent = await guild.channels.create({ name: 'Nets', type: ChannelType.GuildCategory });
    const channel = await guild.channels.create({ name: 'Delta Net', type: ChannelType.GuildVoice, parent: parent.id });
    await channel.permissionOverwrites.edit(desk.role('Medic'), { Connect: false });
    const medic = desk.guild.members.get(desk.person('Priya Nair'))?.userId ?? '';
    expect((await desk.control('POST', `/members/${medic}/voice`, { channelId: channel.id })).status).to.equal(403);
    expect(await codeOf(channel.permissionOverwrites.edit(desk.role('Medic'), { BanMembers: true }))).to.equal(50013);
    await channel.delete();
    expect(guild.channels.cache.has(channel.id)).to.equal(false);
  });
});
