import { request } from 'node:http';
import { expect } from 'chai';
import { GatewayIntentBits as I } from 'discord.js';
import { until } from '../../support/until.ts';
import { Desk, type StateMember } from './support.ts';

interface State {
  guilds: {
    id: string;
    name: string;
    roles: { id: string; name: string; permissions: string }[];
    channels: { id: string; name: string; type: string; parentId?: string }[];
    members: StateMember[];
  }[];
  commands: unknown[];
  bots: { id: string; name: string; online: boolean }[];
}

describe('The control API', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await new Desk().start();
  });
  afterEach(() => desk.stop());

  const state = async (): Promise<State> => (await desk.control<State>('GET', '/state')).body;
  const at = (path: string) => `/guilds/${desk.sandbox.guildId}${path}`;

  it('shows the demo guild as it is promised', async () => {
    const { guilds, bots } = await state();
    const demo = guilds.find(({ id }) => id === desk.sandbox.guildId);
    const roles = ['Admin', 'Command', 'Squad Lead', 'Pilot', 'Ground', 'Medic'];
    const people = demo?.members.filter(({ bot }) => !bot) ?? [];
    expect(demo?.roles.map(({ name }) => name)).to.include.members(roles);
    expect(demo?.channels.filter(({ type }) => type === 'text').map(({ name }) => name)).to.deep.equal([
      'general',
      'ops',
    ]);
    expect(demo?.channels.filter(({ type }) => type === 'voice').map(({ name }) => name)).to.deep.equal([
      'Ready Room',
      'Command',
      'Alpha',
      'Bravo',
      'Ground',
      'Medical',
    ]);
    expect(people).to.have.length(12);
    for (const name of roles) {
      const id = demo?.roles.find((role) => role.name === name)?.id ?? '';
      expect([name, people.some(({ roleIds }) => roleIds.includes(id))]).to.deep.equal([name, true]);
    }
    const taken = [...(demo?.roles ?? []), ...(demo?.channels ?? [])].map(({ name }) => name);
    expect(new Set(people.map(({ name }) => name)).size).to.equal(12);
    expect(people.filter(({ name }) => taken.includes(name))).to.deep.equal([]);
    expect(bots.map(({ online }) => online)).to.deep.equal([false, false, false, false, false]);
    const other = guilds.find(({ id }) => id === desk.sandbox.otherGuildId);
    expect(other?.members.filter(({ bot }) => !bot)).to.have.length(1);
  });

  it('shows which bots are online', async () => {
    const client = await desk.login([I.Guilds], 2);
    expect((await state()).bots.filter(({ online }) => online).map(({ id }) => id)).to.deep.equal([client.user.id]);
    await client.destroy();
    await until(async () => (await state()).bots.every(({ online }) => !online));
  });

  it('lets people join, change and leave', async () => {
    const { status, body } = await desk.control<{ id: string }>('POST', at('/members'), {
      name: 'New Person',
      roleIds: [desk.role('Pilot')],
    });
    expect(status).to.equal(200);
    expect(await desk.member(body.id)).to.deep.include({
      name: 'New Person',
      bot: false,
      roleIds: [desk.role('Pilot')],
    });
    await desk.control('PATCH', at(`/members/${body.id}`), { roleIds: [], nick: 'Newcomer' });
    expect(await desk.member(body.id)).to.deep.include({ name: 'Newcomer', roleIds: [] });
    expect((await desk.control('DELETE', at(`/members/${body.id}`))).status).to.equal(200);
    expect((await desk.control('DELETE', at(`/members/${body.id}`))).status).to.equal(404);
  });

  it('adds and removes a bot, which sees the guild come and go', async () => {
    const client = await desk.login([I.Guilds]);
    const path = `/guilds/${desk.sandbox.otherGuildId}/members`;
    await desk.control('DELETE', `${path}/${client.user.id}`);
    await until(() => client.guilds.cache.size === 1);
    await desk.control('POST', path, { userId: client.user.id });
    await until(() => client.guilds.cache.size === 2);
  });

  it('makes roles and channels as an admin would', async () => {
    const role = await desk.control<{ id: string }>('POST', at('/roles'), { name: 'Scout', permissions: '8' });
    const category = await desk.control<{ id: string }>('POST', at('/channels'), { name: 'Nets', type: 'category' });
    const body = { name: 'Delta', type: 'voice', parentId: category.body.id };
    const channel = await desk.control<{ id: string }>('POST', at('/channels'), body);
    const guild = (await state()).guilds.find(({ id }) => id === desk.sandbox.guildId);
    expect(guild?.roles).to.deep.include({ id: role.body.id, name: 'Scout', permissions: '8' });
    expect(guild?.channels).to.deep.include({ id: channel.body.id, ...body });
  });

  it('refuses bad bodies with 400 and the field, and unknown ids with 404', async () => {
    const calls: [string, string, unknown, number, RegExp][] = [
      ['POST', at('/members'), {}, 400, /name/],
      ['POST', at('/members'), { name: 7 }, 400, /name/],
      ['POST', at('/members'), { name: 'X', roles: [] }, 400, /roles/],
      ['POST', at('/members'), { name: 'X', roleIds: ['1'] }, 404, /roleIds/],
      ['POST', '/guilds/1/members', { name: 'X' }, 404, /guild/],
      ['PATCH', at('/members/1'), {}, 404, /member/],
      ['POST', at('/roles'), { name: 'X', permissions: 'all' }, 400, /permissions/],
      ['POST', at('/channels'), { name: 'X', type: 'stage' }, 400, /type/],
      ['POST', at('/channels'), { name: 'X', type: 'text', parentId: '1' }, 404, /parentId/],
      ['POST', '/interactions', { memberId: '1', channelId: '1', command: '/x' }, 404, /1/],
      [
        'POST',
        '/interactions',
        { memberId: desk.person('Priya Nair'), channelId: '1', command: '/x' },
        404,
        /channelId/,
      ],
      ['POST', '/interactions', { command: '/x' }, 400, /memberId/],
      ['POST', '/components', { memberId: desk.person('Priya Nair'), messageId: '1', customId: 'x' }, 404, /messageId/],
      ['POST', '/modals', { memberId: desk.person('Priya Nair'), customId: 'x' }, 404, /customId/],
      ['GET', '/channels/1/messages', undefined, 404, /channel/],
      ['GET', '/members/1/dms', undefined, 404, /1/],
      ['POST', '/faults', { kind: 'gateway.melt' }, 400, /gateway\.drop, gateway\.reconnect/],
      ['POST', '/faults', { kind: 'voice.udp-loss', percent: 101 }, 400, /percent/],
      ['POST', '/faults', { kind: 'rest.delay', delayMs: 0 }, 400, /delayMs/],
      ['POST', '/faults', { kind: 'gateway.drop', bot: 'Nobody' }, 404, /bot/],
      ['DELETE', '/faults/1', undefined, 404, /fault/],
      ['GET', '/nothing', undefined, 404, /nothing/],
    ];
    for (const [method, path, body, status, words] of calls) {
      const answer = await desk.control(method, path, body);
      expect([method, path, body, answer.status]).to.deep.equal([method, path, body, status]);
      expect(answer.refusal).to.match(words);
    }
    const response = await fetch(`${desk.sandbox.url}/sandbox/v1${at('/roles')}`, { method: 'POST', body: '{' });
    expect(response.status).to.equal(400);
  });

  it('ends a fault when it is taken back', async () => {
    const { body } = await desk.control<{ id: string }>('POST', '/faults', {
      kind: 'rest.429',
      durationMs: 60_000,
      bot: 'Comms',
    });
    expect((await desk.rest('GET', '/users/@me')).status).to.equal(429);
    expect((await desk.rest('GET', '/users/@me', undefined, 1)).status).to.equal(200);
    expect((await desk.control('DELETE', `/faults/${body.id}`)).status).to.equal(200);
    expect((await desk.rest('GET', '/users/@me')).status).to.equal(200);
    await desk.control('POST', '/faults', { kind: 'rest.429', route: 'GET /users/:id', times: 2 });
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await desk.rest('GET', '/users/@me')).status);
    expect(statuses).to.deep.equal([429, 429, 200]);
  });

  it('answers nobody who comes under a foreign name or from a foreign page', async () => {
    const status = (headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const call = request(`${desk.sandbox.url}/sandbox/v1/state`, { headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        call.once('error', reject).end();
      });
    expect(await status({ host: 'evil.example:25600' })).to.equal(403);
    expect(await status({ origin: 'https://evil.example' })).to.equal(403);
    expect(await status({ host: '127.0.0.1.evil.example' })).to.equal(403);
    expect(await status({ origin: 'http://localhost:3000' })).to.equal(200);
    expect(await status({ host: 'localhost:25600' })).to.equal(200);
  });
});
