import { expect } from 'chai';
import { TEMPORARY_MAX_MS, TEMPORARY_MIN_MS } from '../../../shard/people/temporary-commands.ts';
import { GivenClock } from '../../support/given.ts';
import { actor, type Given, givenShard, person, refusal, SYSTEM } from '../../support/given-shard.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const MINUTE = 60_000;

/** Alpha in 11, Bravo in 12; person 1 sits in 11; role 21 is on Alpha. */
async function givenOrg(options: { store?: MemoryStore; clock?: GivenClock } = {}): Promise<Given> {
  const given = await givenShard(options);
  const { shard } = given;
  await shard.change(SYSTEM, { type: 'net.create', name: 'Alpha', channelIds: ['11'] });
  await shard.change(SYSTEM, { type: 'net.create', name: 'Bravo', channelIds: ['12'] });
  shard.observe({ type: 'person', person: person('1', '11') });
  return given;
}

const forAWhile = ({ shard }: Given, ttlMs: number, netId = 1, userId = '1') =>
  shard.change(SYSTEM, { type: 'assignment.temporary', userId, net: { netId }, ttlMs });

const sources = ({ shard }: Given, userId = '1') => shard.read.effective().get(userId)?.[0]?.sources;

const changes = ({ shard }: Given) =>
  shard.events
    .recent()
    .flatMap((event) => (event.type === 'assignments.changed' ? [event.data] : []))
    .map(({ source, action, userId, netId, reason }) => [source, action, userId, netId, reason]);

describe('a temporary assignment', () => {
  it('begins at once and ends by itself, and both are told', async () => {
    const given = await givenOrg();
    const { expiresAt } = await forAWhile(given, MINUTE);
    expect(Date.parse(expiresAt)).to.equal(given.clock.now() + MINUTE);
    expect(sources(given)).to.deep.equal(['temporary']);
    expect(given.shard.read.temporary()).to.deep.equal([
      { userId: '1', netUid: given.shard.read.net({ netId: 1 }).uid, netId: 1, expiresAt },
    ]);
    await given.clock.advance(MINUTE - 1);
    expect(sources(given)).to.deep.equal(['temporary']);
    await given.clock.advance(100);
    expect(sources(given)).to.equal(undefined);
    expect(given.shard.read.temporary()).to.deep.equal([]);
    expect(given.store.records.has('temporary/1')).to.equal(false);
    expect(changes(given)).to.deep.equal([
      ['system', 'assign', '1', 1, 'temporary'],
      ['timer', 'unassign', '1', 1, 'expired'],
    ]);
  });

  it('leaves an explicit one and one by role to the same net in place when it ends', async () => {
    const given = await givenOrg();
    await given.shard.change(SYSTEM, { type: 'assignment.set', userId: '1', net: { netId: 1 }, action: 'assign' });
    await given.shard.change(SYSTEM, { type: 'rule.add', roleId: given.shard.guildId, net: { netId: 1 } });
    await forAWhile(given, MINUTE);
    expect(sources(given)).to.deep.equal(['explicit', 'temporary', 'role:1000']);
    await given.clock.advance(MINUTE + 1);
    expect(sources(given)).to.deep.equal(['explicit', 'role:1000']);
  });

  it('is replaced by a later one to the same net, longer or shorter, and by none to another net', async () => {
    const given = await givenOrg();
    await forAWhile(given, MINUTE);
    await forAWhile(given, 3 * MINUTE, 2);
    await forAWhile(given, 2 * MINUTE);
    await given.clock.advance(MINUTE + 1);
    expect(given.shard.read.temporary().map(({ netId }) => netId)).to.deep.equal([1, 2]);
    await forAWhile(given, MINUTE / 2);
    await given.clock.advance(MINUTE / 2 + 1);
    expect(given.shard.read.temporary().map(({ netId }) => netId)).to.deep.equal([2]);
    await given.clock.advance(2 * MINUTE);
    expect(given.shard.read.temporary()).to.deep.equal([]);
  });

  it('is taken away with the explicit one', async () => {
    const given = await givenOrg();
    await forAWhile(given, MINUTE);
    const off = () =>
      given.shard.change(SYSTEM, { type: 'assignment.set', userId: '1', net: { netId: 1 }, action: 'unassign' });
    expect((await off()).changed).to.equal(true);
    expect(sources(given)).to.equal(undefined);
    expect((await off()).changed).to.equal(false);
    await given.clock.advance(2 * MINUTE);
    expect(changes(given).map(([, action]) => action)).to.deep.equal(['assign', 'unassign']);
  });

  it('ends with its net', async () => {
    const given = await givenOrg();
    await forAWhile(given, MINUTE);
    await given.shard.change(SYSTEM, { type: 'net.remove', net: { netId: 1 } });
    await given.clock.advance(2 * MINUTE);
    expect(given.shard.read.temporary()).to.deep.equal([]);
    expect(changes(given).at(-1)).to.deep.equal(['system', 'unassign', '1', 1, 'net.removed']);
  });

  it('survives a restart; one that was over meanwhile has ended when the start is done', async () => {
    const store = new MemoryStore();
    const clock = new GivenClock();
    const first = await givenOrg({ store, clock });
    await forAWhile(first, MINUTE, 1);
    await forAWhile(first, 10 * MINUTE, 2);
    await first.shard.stop();
    await clock.advance(5 * MINUTE);
    const again = await givenShard({ store, clock });
    expect(again.shard.read.temporary().map(({ netId }) => netId)).to.deep.equal([2]);
    await clock.advance(100);
    expect(changes(again).at(-1)).to.deep.equal(['timer', 'unassign', '1', 1, 'expired']);
    await clock.advance(5 * MINUTE);
    expect(again.shard.read.temporary()).to.deep.equal([]);
  });

  it('ends within a second of its time even when its end cannot be written at first', async () => {
    const given = await givenOrg();
    await forAWhile(given, MINUTE);
    given.store.failing = true;
    await given.clock.advance(MINUTE + 1);
    expect(sources(given)).to.deep.equal(['temporary']);
    given.store.failing = false;
    await given.clock.advance(1000);
    expect(sources(given)).to.equal(undefined);
  });

  it('lasts 15 seconds to 24 hours, and the end comes at that moment too', async () => {
    const given = await givenOrg();
    for (const ttlMs of [TEMPORARY_MIN_MS - 1, TEMPORARY_MAX_MS + 1, Number.NaN, 0, -1]) {
      expect(await refusal(forAWhile(given, ttlMs)), String(ttlMs)).to.equal('temporary.ttl-invalid');
    }
    await forAWhile(given, TEMPORARY_MIN_MS);
    await forAWhile(given, TEMPORARY_MAX_MS, 2);
    await given.clock.advance(TEMPORARY_MIN_MS);
    expect(given.shard.read.temporary()).to.have.length(1);
    await given.clock.advance(TEMPORARY_MAX_MS);
    expect(given.shard.read.temporary()).to.deep.equal([]);
  });

  it('is given by a squad lead only to nets they are on', async () => {
    const given = await givenOrg();
    await given.shard.change(SYSTEM, { type: 'settings.set', squadLeadRoleIds: ['33'] });
    await given.shard.change(SYSTEM, { type: 'rule.add', roleId: '33', net: { netId: 1 } });
    const lead = actor('9', { roleIds: ['33'] });
    const give = (netId: number) =>
      given.shard.change(lead, { type: 'assignment.temporary', userId: '1', net: { netId }, ttlMs: MINUTE });
    expect((await give(1)).net.id).to.equal(1);
    expect(await refusal(give(2))).to.equal('authority.not-on-net');
  });
});
