import { expect } from 'chai';
import type { Shard } from '../../../shard/shard.ts';
import { actor, type Given, givenShard, person, refusal, SYSTEM } from '../../support/given-shard.ts';

/** Alpha in 11 and 12, Bravo in 13; role 21 is on Alpha; the Ready Room is 16; roles 31, 32, 33 have authority. */
async function givenOrg(): Promise<Given> {
  const given = await givenShard();
  const { shard } = given;
  await shard.change(SYSTEM, { type: 'net.create', name: 'Alpha', channelIds: ['11', '12'] });
  await shard.change(SYSTEM, { type: 'net.create', name: 'Bravo', channelIds: ['13'] });
  await shard.change(SYSTEM, { type: 'rules.set', rules: [{ roleId: '21', nets: [{ netId: 1 }] }] });
  const settings = { readyRoomId: '16', adminRoleIds: ['31'], commanderRoleIds: ['32'], squadLeadRoleIds: ['33'] };
  await shard.change(SYSTEM, { type: 'settings.set', ...settings });
  return given;
}

const netsOf = (shard: Shard, userId: string) =>
  shard.read
    .roster()
    .find((operator) => operator.userId === userId)
    ?.nets.map((net) => net.id);

const types = ({ shard }: Given) => shard.events.recent().map((event) => event.type);

describe('an operator', () => {
  it('is who sits in a net channel or the Ready Room, and nobody else', async () => {
    const { shard } = await givenOrg();
    for (const [id, channelId] of [
      ['1', '11'],
      ['2', '16'],
      ['3', '14'],
      ['4', null],
    ] as const) {
      shard.observe({ type: 'person', person: person(id, channelId) });
    }
    shard.observe({ type: 'person', person: { ...person('9', '11'), bot: true } });
    expect(shard.read.roster().map((operator) => operator.userId)).to.deep.equal(['1', '2']);
    expect(shard.read.nets()[0]?.occupancy).to.equal(1);
  });

  it('has the nets of their roles at once, and other ones when a role is given or taken', async () => {
    const given = await givenOrg();
    const { shard, clock } = given;
    shard.observe({ type: 'person', person: person('1', '11', ['21']) });
    expect(netsOf(shard, '1')).to.deep.equal([1]);
    shard.observe({ type: 'person', person: person('1', '11', []) });
    expect(netsOf(shard, '1')).to.deep.equal([]);
    shard.observe({ type: 'person', person: person('1', '11', ['21']) });
    expect(netsOf(shard, '1')).to.deep.equal([1]);
    await clock.advance(100);
    const own = shard.events.recent().filter((event) => 'userId' in event.data && event.data.userId === '1');
    expect(own.map((event) => [event.type, 'action' in event.data ? event.data.action : ''])).to.deep.equal([
      ['user.joined', ''],
      ['assignments.changed', 'unassign'],
      ['assignments.changed', 'assign'],
    ]);
  });

  it('gets the nets of a rule that is added while they are connected', async () => {
    const { shard } = await givenOrg();
    shard.observe({ type: 'person', person: person('1', '13', ['22']) });
    const { diff } = await shard.change(SYSTEM, { type: 'rule.add', roleId: '22', net: { text: 'Bravo' } });
    expect(diff.membersAffected).to.equal(1);
    expect(netsOf(shard, '1')).to.deep.equal([2]);
  });

  it('is told of once on joining and once on leaving, also when the leaving was missed', async () => {
    const given = await givenOrg();
    given.shard.observe({ type: 'people', people: [person('1', '11'), person('2', '12')] });
    given.shard.observe({ type: 'people', people: [person('1', '11')] });
    given.shard.observe({ type: 'people', people: [person('1', '12')] });
    await given.clock.advance(100);
    expect(types(given).filter((type) => type.startsWith('user.'))).to.deep.equal([
      'user.joined',
      'user.joined',
      'user.left',
    ]);
  });

  it('that is told of again and again the same changes nothing, not even the time of the last change', async () => {
    const { shard, clock } = await givenOrg();
    shard.observe({ type: 'people', people: [person('1', '11', ['21'])] });
    const { updatedAt } = shard.read.status();
    await clock.advance(5000);
    shard.observe({ type: 'people', people: [person('1', '11', ['21'])] });
    shard.observe({ type: 'person', person: person('1', '11', ['21']) });
    expect(shard.read.status().updatedAt).to.equal(updatedAt);
    shard.observe({ type: 'person', person: person('1', '11') });
    expect(shard.read.status().updatedAt).to.not.equal(updatedAt);
  });

  it('keeps the nets of @everyone, whose role is the guild itself', async () => {
    const { shard } = await givenOrg();
    await shard.change(SYSTEM, { type: 'rule.add', roleId: shard.guildId, net: { text: 'Bravo' } });
    shard.observe({ type: 'person', person: person('1', '11') });
    expect(shard.read.effective().get('1')).to.deep.equal([
      { netUid: shard.read.net({ netId: 2 }).uid, netId: 2, sources: [`role:${shard.guildId}`] },
    ]);
  });
});

describe('explicit assignments', () => {
  it('add to the nets of roles, and taking one away leaves the other', async () => {
    const { shard } = await givenOrg();
    shard.observe({ type: 'person', person: person('1', '11', ['21']) });
    const set = (action: 'assign' | 'unassign') =>
      shard.change(SYSTEM, { type: 'assignment.set', userId: '1', net: { netId: 1 }, action });
    expect((await set('assign')).changed).to.equal(true);
    expect((await set('assign')).changed).to.equal(false);
    expect(shard.read.effective().get('1')?.[0]?.sources).to.deep.equal(['explicit', 'role:21']);
    expect((await set('unassign')).changed).to.equal(true);
    expect(netsOf(shard, '1')).to.deep.equal([1]);
  });

  it('may be made for people nobody has seen yet', async () => {
    const { shard } = await givenOrg();
    await shard.change(SYSTEM, { type: 'assignment.set', userId: '77', net: { netId: 2 }, action: 'assign' });
    shard.observe({ type: 'person', person: person('77', '13') });
    expect(netsOf(shard, '77')).to.deep.equal([2]);
  });
});

describe('rules', () => {
  it('are replaced as a whole, with what changes told, and a dry run changes nothing', async () => {
    const { shard, store } = await givenOrg();
    const [alpha, bravo] = shard.read.nets().map((net) => net.uid);
    const rows = store.rows.length;
    const rules = [
      { roleId: '22', nets: [{ netId: 2 }, { netId: 2 }] },
      { roleId: '23', nets: [] },
    ];
    const dry = await shard.change(SYSTEM, { type: 'rules.set', rules, dryRun: true });
    expect(store.rows.length).to.equal(rows);
    const wet = await shard.change(SYSTEM, { type: 'rules.set', rules });
    expect(dry).to.deep.equal(wet);
    expect(wet.rules).to.deep.equal([{ roleId: '22', netUids: [bravo] }]);
    expect(wet.diff.added).to.deep.equal([{ roleId: '22', netUid: bravo }]);
    expect(wet.diff.removed).to.deep.equal([{ roleId: '21', netUid: alpha }]);
    expect(shard.read.rules().map((rule) => rule.roleId)).to.deep.equal(['22']);
  });

  it('name every unknown net, and then nothing is changed', async () => {
    const { shard, store } = await givenOrg();
    const rows = store.rows.length;
    const rules = [
      { roleId: '21', nets: [{ netId: 1 }, { netId: 9 }] },
      { roleId: '22', nets: [{ netUid: 'net_no' }] },
    ];
    const error = await shard.change(SYSTEM, { type: 'rules.set', rules }).catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'rule.nets-unknown');
    expect(error).to.have.property('details').with.length(2);
    expect(store.rows.length).to.equal(rows);
  });

  it('go with a net that is removed for good', async () => {
    const { shard, store } = await givenOrg();
    await shard.change(SYSTEM, { type: 'net.remove', net: { netId: 1 }, permanent: true });
    expect(store.records.has('rules/21')).to.equal(false);
    await shard.change(SYSTEM, { type: 'rule.add', roleId: '21', net: { netId: 2 } });
    await shard.change(SYSTEM, { type: 'net.remove', net: { netId: 2 } });
    expect(store.records.has('rules/21'), 'a rule of an archived net sleeps').to.equal(true);
  });

  it('are taken away one by one, and refuse what is not there', async () => {
    const { shard } = await givenOrg();
    const remove = () => shard.change(SYSTEM, { type: 'rule.remove', roleId: '21', net: { netId: 1 } });
    await remove();
    expect(shard.read.rules()).to.deep.equal([]);
    expect(await refusal(remove())).to.equal('rule.unknown');
  });
});

describe('authority', () => {
  it('comes from the roles an administrator names: admin, commander, squad lead, member', async () => {
    const { shard } = await givenOrg();
    const level = (roleIds: string[], administrator = false) =>
      shard.read.authority(actor('1', { roleIds, administrator }));
    expect([level([], true), level(['31']), level(['33', '32']), level(['33']), level(['21'])]).to.deep.equal([
      'admin',
      'admin',
      'commander',
      'squad-lead',
      'member',
    ]);
  });

  it('decides who may give which command, and a refused one changes nothing', async () => {
    const { shard, store } = await givenOrg();
    const rows = store.rows.length;
    const open = { type: 'operation.set' as const, open: true };
    const settings = { type: 'settings.set' as const, opsChannelId: '19' };
    expect(await refusal(shard.change(actor('1'), open))).to.equal('authority.missing');
    expect(await refusal(shard.change(actor('1', { roleIds: ['33'] }), open))).to.equal('authority.missing');
    expect(await refusal(shard.change(actor('1', { roleIds: ['32'] }), settings))).to.equal('authority.missing');
    expect(store.rows.length).to.equal(rows);
    await shard.change(actor('1', { roleIds: ['32'] }), open);
    await shard.change(actor('1', { roleIds: ['31'] }), settings);
  });

  it('lets a squad lead assign to nets they are on, and to no others', async () => {
    const { shard } = await givenOrg();
    const lead = actor('1', { roleIds: ['33', '21'] });
    const assign = (netId: number) =>
      shard.change(lead, { type: 'assignment.set', userId: '5', net: { netId }, action: 'assign' });
    expect((await assign(1)).changed).to.equal(true);
    expect(await refusal(assign(2))).to.equal('authority.not-on-net');
  });

  it('of a key is its scopes, and no key makes keys', async () => {
    const { shard } = await givenOrg();
    const key = { kind: 'key' as const, keyId: 'key_1', name: 'bot', scopes: ['write:assignments' as const] };
    await shard.change(key, { type: 'assignment.set', userId: '5', net: { netId: 2 }, action: 'assign' });
    expect(await refusal(shard.change(key, { type: 'operation.set', open: true }))).to.equal('scope.missing');
    expect(await refusal(shard.change(key, { type: 'key.revoke', key: 'x' }))).to.equal('authority.missing');
  });
});
