import { expect } from 'chai';
import type { ReadyCheckRecord } from '../../../shard/alerts/alert-records.ts';
import type { ReadyTemplateInput, TargetInput } from '../../../shard/commands.ts';
import type { KeyActor } from '../../../shard/people/actor.ts';
import type { Shard } from '../../../shard/shard.ts';
import { ONLY } from '../../../shard/state.ts';
import { APPROVING, type GivenClock, settle } from '../../support/given.ts';
import { actor, type Given, GUILD, givenShard, person, refusal, SYSTEM } from '../../support/given-shard.ts';
import type { MemoryStore } from '../../support/memory-store.ts';

const KEY: KeyActor = { kind: 'key', keyId: 'key_a', name: 'planner', scopes: ['write:ready-checks'] };

const configure = (shard: Shard, input: Partial<ReadyTemplateInput> = {}, by: Parameters<Shard['change']>[0] = KEY) =>
  shard.change(by, { type: 'ready.configure', message: 'Form up. Ready?', ...input });
const start = async (shard: Shard, templateId = 'all', by: Parameters<Shard['change']>[0] = KEY) =>
  (await shard.change(by, { type: 'ready.start', templateId })).session;
const respond = (shard: Shard, userId: string, sessionId: string, status: 'ready' | 'declined' = 'ready') =>
  shard.change(actor(userId), { type: 'ready.respond', sessionId, status });
const statuses = ({ participants }: ReadyCheckRecord) =>
  Object.fromEntries(participants.map(({ userId, status }) => [userId, status]));
const eventsIn = ({ store }: Given) =>
  store.rows.flatMap(({ events }) => events.map(({ type, data }) => ({ type, data })));

/**
 * Air over channels 11 and 12; people 1 (pilot), 2 (squad lead), 3 (admin role), 4 (administrator) in them; 5 sits in a
 * channel that is not served. A ready check "all" asks everyone.
 */
async function givenEvening(options: { store?: MemoryStore; clock?: GivenClock } = {}): Promise<Given> {
  const given = await givenShard(options);
  const { shard, store } = given;
  await shard.change(SYSTEM, { type: 'net.create', name: 'Air', channelIds: ['11', '12'] });
  await shard.change(SYSTEM, {
    type: 'settings.set',
    adminRoleIds: ['30'],
    commanderRoleIds: ['31'],
    squadLeadRoleIds: ['32'],
  });
  seat(shard);
  await configure(shard, { id: 'all' });
  store.rows.length = 0;
  return given;
}

function seat(shard: Shard): void {
  shard.observe({
    type: 'people',
    people: [
      person('1', '11', ['21']),
      person('2', '12', ['32']),
      person('3', '11', ['30']),
      { ...person('4', '11'), administrator: true },
      person('5', '14', ['21']),
    ],
  });
}

describe('a ready check', () => {
  it('needs nothing but a message', async () => {
    const { shard } = await givenShard();
    const { template, created } = await configure(shard, { message: `  ${'long '.repeat(20)}` });
    expect(created).to.equal(true);
    expect(template.id).to.match(/^check_[a-z2-7]{16}$/);
    expect(template).to.deep.include({
      name: 'long long long long long long long long long lon',
      message: 'long '.repeat(20).trim(),
      color: '#f1c40f',
      keyCombo: '',
      target: { everyone: true, squadLeaders: false, admins: false, roleIds: [] },
      createdBy: 'key_a',
      createdByName: 'planner',
    });
    expect(template.createdAt).to.equal(template.updatedAt);
    expect(shard.read.readyTemplates()).to.deep.equal([template]);
  });

  it('is changed where there is one with the id; what is left out stays', async () => {
    const given = await givenEvening();
    const { shard, clock } = given;
    await configure(shard, {
      id: 'all',
      name: 'Form up',
      color: '#ABCDEF',
      keyCombo: ' F9 ',
      target: { admins: true },
    });
    await clock.advance(1000);
    const { template, created } = await configure(shard, { id: 'all', message: 'Now?' }, SYSTEM);
    expect(created).to.equal(false);
    expect(template).to.deep.equal({
      id: 'all',
      name: 'Form up',
      message: 'Now?',
      color: '#abcdef',
      keyCombo: 'F9',
      target: { everyone: false, squadLeaders: false, admins: true, roleIds: [] },
      createdBy: 'key_a',
      createdByName: 'planner',
      createdAt: '2026-11-21T12:00:00.000Z',
      updatedAt: '2026-11-21T12:00:01.000Z',
    });
    expect(eventsIn(given)[0]).to.deep.equal({
      type: 'ready-check.configured',
      data: { templateId: 'all', keyId: 'key_a', senderId: 'key_a', senderName: 'planner' },
    });
    expect(shard.read.readyTemplates()).to.have.length(1);
  });

  for (const [field, input] of Object.entries<Partial<ReadyTemplateInput>>({
    message: { message: ' ' },
    'message ': { message: 'x'.repeat(281) },
    name: { name: 'x'.repeat(49) },
    'name ': { name: '' },
    color: { color: 'red' },
    keyCombo: { keyCombo: 'x'.repeat(65) },
    id: { id: 'a b' },
    'id ': { id: 'x'.repeat(65) },
    target: { target: { roleIds: Array.from({ length: 251 }, (_, index) => String(index)) } },
  })) {
    it(`with ${field.trim()} ${JSON.stringify(input).slice(0, 40)} is refused and nothing changes`, async () => {
      const { shard, store } = await givenShard();
      const error = await configure(shard, input).catch((reason: { code: string; message: string }) => reason);
      expect(error).to.have.property('code', 'ready.invalid');
      expect(error).to.have.property('message').that.includes(field.trim());
      expect(store.rows).to.deep.equal([]);
    });
  }

  it('is one of at most 100, and those there are can still be changed', async () => {
    const { shard } = await givenShard();
    for (let index = 0; index < 100; index += 1) await configure(shard, { id: `c${index}` });
    expect(await refusal(configure(shard, { id: 'one-more' }))).to.equal('ready.template-limit');
    expect(await refusal(configure(shard))).to.equal('ready.template-limit');
    await configure(shard, { id: 'c7', message: 'changed' });
  });

  it('is removed, and its sessions stay readable', async () => {
    const given = await givenEvening();
    const { shard } = given;
    const { id } = await start(shard);
    await shard.change(KEY, { type: 'ready.remove', id: 'all' });
    expect(shard.read.readyTemplates()).to.deep.equal([]);
    expect(shard.read.readySession(id).name).to.equal('Form up. Ready?');
    expect(eventsIn(given).at(-1)).to.deep.include({ type: 'ready-check.removed' });
    expect(await refusal(shard.change(KEY, { type: 'ready.remove', id: 'all' }))).to.equal('ready.template-unknown');
    expect(await refusal(start(shard))).to.equal('ready.template-unknown');
  });

  it('is neither made nor started while the feature is off or not granted; what runs goes on', async () => {
    const { shard, store } = await givenEvening();
    const { id } = await start(shard);
    await shard.stop();
    store.records.set('features/guild', {
      collection: 'features',
      key: ONLY,
      value: { ...shard.read.features(), readyCheckEnabled: false },
    });
    const { shard: off } = await givenShard({ store });
    seat(off);
    expect(await refusal(configure(off))).to.equal('feature.off');
    expect(await refusal(start(off))).to.equal('feature.off');
    expect((await respond(off, '1', id)).changed).to.equal(true);
    const entitlements = async () => ({ maxNets: 50, features: ['acars' as const] });
    const { shard: poor } = await givenShard({ central: { ...APPROVING, entitlements } });
    await settle();
    expect(await refusal(configure(poor))).to.equal('feature.not-entitled');
  });

  it('is made by commanders, started by squad leads, and by keys with its scope', async () => {
    const { shard } = await givenEvening();
    const [lead, commander] = [actor('2', { roleIds: ['32'] }), actor('9', { roleIds: ['31'] })];
    await configure(shard, {}, commander);
    expect(await refusal(configure(shard, {}, lead))).to.equal('authority.missing');
    const session = await start(shard, 'all', lead);
    expect(session).to.include({ initiatorId: '2', initiatorName: 'Person 2', source: 'discord' });
    expect(await refusal(start(shard, 'all', actor('1')))).to.equal('authority.missing');
    expect(await refusal(configure(shard, {}, { ...KEY, scopes: ['read:ready-checks'] }))).to.equal('scope.missing');
    expect(
      await refusal(shard.change(KEY, { type: 'ready.respond', sessionId: session.id, status: 'ready' })),
    ).to.equal('authority.missing');
  });
});

describe('whom a ready check asks', () => {
  const WHO: [string, TargetInput, string[]][] = [
    ['everyone', { everyone: true }, ['1', '2', '3', '4']],
    ['nobody in particular', {}, ['1', '2', '3', '4']],
    ['squad leaders', { squadLeaders: true }, ['2']],
    ['admins: by role and by Discord', { admins: true }, ['3', '4']],
    ['a role', { roleIds: ['21'] }, ['1']],
    ['the @everyone role', { roleIds: [GUILD] }, ['1', '2', '3', '4']],
    ['several', { squadLeaders: true, roleIds: ['21', '21'] }, ['1', '2']],
    ['a role nobody holds', { roleIds: ['77'] }, []],
    ['nobody', { everyone: false }, []],
  ];
  for (const [what, target, asked] of WHO) {
    it(`${what}: connected people only`, async () => {
      const { shard } = await givenEvening();
      const { template } = await configure(shard, { target });
      const { participants } = await start(shard, template.id);
      expect(participants.map(({ userId }) => userId).sort()).to.deep.equal(asked);
    });
  }
});

describe('a session of a ready check', () => {
  it('asks with the participants pending, in the channels where they sit', async () => {
    const given = await givenEvening();
    const { shard, notices } = given;
    const session = await start(shard);
    expect(session).to.include({
      templateId: 'all',
      status: 'active',
      initiatorId: 'key_a',
      initiatorName: 'planner',
      source: 'api',
      startedAt: '2026-11-21T12:00:00.000Z',
      expiresAt: '2026-11-21T12:00:20.000Z',
      completedAt: null,
    });
    expect(statuses(session)).to.deep.equal({ 1: 'pending', 2: 'pending', 3: 'pending', 4: 'pending' });
    expect(notices.asked).to.deep.equal([{ check: session, channelIds: ['11', '12'] }]);
    expect(eventsIn(given)).to.deep.equal([
      {
        type: 'ready-check.started',
        data: {
          sessionId: session.id,
          templateId: 'all',
          initiatorId: 'key_a',
          initiatorName: 'planner',
          source: 'api',
          participantCount: 4,
          expiresAt: session.expiresAt,
        },
      },
    ]);
  });

  it('ends after 20 s, and who did not answer was away', async () => {
    const given = await givenEvening();
    const { shard, clock, notices } = given;
    const { id } = await start(shard);
    await respond(shard, '1', id);
    await respond(shard, '2', id, 'declined');
    await clock.advance(19_999);
    expect(shard.read.readySession(id).status).to.equal('active');
    await clock.advance(1);
    const session = shard.read.readySession(id);
    expect(session).to.include({ status: 'complete', completedAt: '2026-11-21T12:00:20.000Z' });
    expect(statuses(session)).to.deep.equal({ 1: 'ready', 2: 'declined', 3: 'afk', 4: 'afk' });
    expect(notices.updated.at(-1)).to.deep.equal(session);
    const [, ...later] = eventsIn(given);
    expect(later.map(({ type }) => type)).to.deep.equal([
      'ready-check.response',
      'ready-check.response',
      'ready-check.completed',
    ]);
    expect(later[0]?.data).to.deep.equal({
      sessionId: id,
      userId: '1',
      name: 'Person 1',
      status: 'ready',
      respondedAt: '2026-11-21T12:00:00.000Z',
    });
    expect(later[2]?.data).to.deep.equal({
      sessionId: id,
      templateId: 'all',
      summary: {
        ...{ total: 4, pending: 0, ready: 1, declined: 1, afk: 2, allReady: false },
        notReady: session.participants.filter(({ userId }) => userId !== '1'),
      },
    });
  });

  it('ends with the last answer, and the last answer of each counts', async () => {
    const given = await givenEvening();
    const { shard, clock, notices } = given;
    const { id } = await start(shard);
    for (const userId of ['1', '2', '3']) await respond(shard, userId, id);
    await respond(shard, '1', id, 'declined');
    await respond(shard, '1', id, 'ready');
    expect(await respond(shard, '1', id, 'ready')).to.include({ changed: false });
    const { session } = await respond(shard, '4', id);
    expect(session).to.include({ status: 'complete', completedAt: session.startedAt });
    const rows = given.store.rows.length;
    await clock.advance(60_000);
    expect(given.store.rows, 'nothing is left to end').to.have.length(rows);
    expect(eventsIn(given).at(-1)?.data).to.deep.include({
      summary: { total: 4, pending: 0, ready: 4, declined: 0, afk: 0, allReady: true, notReady: [] },
    });
    expect(notices.updated).to.have.length(6);
  });

  it('takes answers from participants only, and none when it is over', async () => {
    const { shard, clock, store } = await givenEvening();
    const { id } = await start(shard);
    await respond(shard, '1', id);
    const rows = store.rows.length;
    expect(await refusal(respond(shard, '5', id))).to.equal('ready.not-asked');
    expect(await refusal(respond(shard, '1', 'ready_nonsense'))).to.equal('ready.session-unknown');
    expect(store.rows).to.have.length(rows);
    await clock.advance(20_000);
    expect(await refusal(respond(shard, '2', id))).to.equal('ready.over');
    expect(await refusal(respond(shard, '5', id))).to.equal('ready.not-asked');
  });

  it('takes no answer after its time, also while its end could not be written yet', async () => {
    const { shard, clock, store } = await givenEvening();
    const { id } = await start(shard);
    store.failing = true;
    await clock.advance(20_500);
    store.failing = false;
    expect(shard.read.readySession(id).status).to.equal('active');
    expect(await refusal(respond(shard, '1', id))).to.equal('ready.over');
    await clock.advance(1000);
    expect(shard.read.readySession(id).status).to.equal('complete');
  });

  it('goes on for who has left meanwhile', async () => {
    const { shard } = await givenEvening();
    const { id } = await start(shard);
    shard.observe({ type: 'people', people: [] });
    expect((await respond(shard, '1', id)).changed).to.equal(true);
  });

  it('that reaches nobody is complete and empty at once, and asks nowhere', async () => {
    const given = await givenEvening();
    const { shard, notices } = given;
    shard.observe({ type: 'people', people: [] });
    const session = await start(shard);
    expect(session).to.deep.include({ status: 'complete', participants: [], completedAt: session.startedAt });
    expect(notices.asked).to.deep.equal([]);
    expect(eventsIn(given).map(({ type }) => type)).to.deep.equal(['ready-check.started', 'ready-check.completed']);
    expect(eventsIn(given)[1]?.data).to.deep.include({
      summary: { total: 0, pending: 0, ready: 0, declined: 0, afk: 0, allReady: false, notReady: [] },
    });
    expect(shard.read.readySession(session.id)).to.deep.equal(session);
  });

  it('is one of at most ten at once', async () => {
    const { shard, clock } = await givenEvening();
    for (let index = 0; index < 10; index += 1) await start(shard);
    expect(await refusal(start(shard))).to.equal('ready.active-limit');
    await clock.advance(20_000);
    await start(shard);
  });

  it('goes on after a restart, answers and all', async () => {
    const { shard, clock, store } = await givenEvening();
    const { id } = await start(shard);
    await respond(shard, '1', id);
    await shard.stop();
    await clock.advance(5000);
    const { shard: again, notices } = await givenShard({ store, clock });
    expect(statuses(again.read.readySession(id))).to.include({ 1: 'ready', 2: 'pending' });
    await respond(again, '2', id);
    await clock.advance(15_000);
    expect(statuses(again.read.readySession(id))).to.deep.equal({ 1: 'ready', 2: 'ready', 3: 'afk', 4: 'afk' });
    expect(notices.updated.at(-1)?.status).to.equal('complete');
  });

  it('that ended while the process was down is complete as soon as it is back', async () => {
    const { shard, clock, store } = await givenEvening();
    const { id } = await start(shard);
    await shard.stop();
    store.lagging = true;
    await clock.advance(3_600_000);
    const { shard: again } = await givenShard({ store, clock });
    expect(again.read.readySession(id)).to.include({ status: 'complete', completedAt: '2026-11-21T13:00:00.000Z' });
    expect(statuses(again.read.readySession(id))).to.deep.equal({ 1: 'afk', 2: 'afk', 3: 'afk', 4: 'afk' });
  });

  it('can be read for 24 hours, and so can the last 100, the newest first', async () => {
    const { shard, clock } = await givenEvening();
    const ids: string[] = [];
    for (let index = 0; index < 103; index += 1) {
      ids.unshift((await start(shard)).id);
      await clock.advance(20_000);
    }
    expect(shard.read.readySessions().map(({ id }) => id)).to.deep.equal(ids.slice(0, 100));
    expect(() => shard.read.readySession(ids[100] ?? '')).to.throw('no ready check session');
    await clock.advance(24 * 3_600_000 - 40_001);
    expect(shard.read.readySessions()).to.have.length(2);
    await clock.advance(10_000);
    expect(shard.read.readySessions().map(({ id }) => id)).to.deep.equal(ids.slice(0, 1));
    const { id } = await start(shard);
    await clock.advance(20_000);
    expect(shard.read.readySessions().map((session) => session.id)).to.deep.equal([id]);
  });
});
