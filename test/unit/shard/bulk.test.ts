import { expect } from 'chai';
import fc from 'fast-check';
import type { AssignmentInput } from '../../../shard/commands.ts';
import { actor, type Given, givenShard, person, SYSTEM } from '../../support/given-shard.ts';

async function givenOrg(): Promise<Given> {
  const given = await givenShard();
  for (const [name, channelId] of [
    ['Alpha', '11'],
    ['Bravo', '12'],
    ['Charlie', '13'],
  ] as const) {
    await given.shard.change(SYSTEM, { type: 'net.create', name, channelIds: [channelId] });
  }
  await given.shard.change(SYSTEM, { type: 'assignment.temporary', userId: '1', net: { netId: 1 }, ttlMs: 60_000 });
  given.shard.observe({ type: 'people', people: [person('1', '11'), person('2', '12')] });
  return given;
}

/** Everything that an assignment can alter, and everything that is told of it. */
async function outcome({ shard, clock }: Given) {
  await clock.advance(100);
  const told = shard.events.recent().flatMap(({ type, data }) => (type === 'assignments.changed' ? [data] : []));
  return {
    stored: [...shard.read.assignments()].map(([userId, nets]) => [userId, nets.map((net) => net.id)]).sort(),
    temporary: shard.read.temporary(),
    effective: [...shard.read.effective()],
    told,
  };
}

const item: fc.Arbitrary<AssignmentInput> = fc.record({
  userId: fc.constantFrom('1', '2', '3'),
  net: fc.constantFrom(1, 2, 3).map((netId) => ({ netId })),
  action: fc.constantFrom('assign' as const, 'unassign' as const),
});

describe('a bulk of assignments', () => {
  it('does what its items do one after the other, tells the same, and is one journal row', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(item, { maxLength: 30 }), async (items) => {
        const [one, many] = [await givenOrg(), await givenOrg()];
        const rows = many.store.rows.length;
        const { results } = await many.shard.change(SYSTEM, { type: 'assignment.bulk', items });
        const singles = [];
        for (const each of items) singles.push(await one.shard.change(SYSTEM, { type: 'assignment.set', ...each }));
        expect(results).to.deep.equal(singles);
        expect(await outcome(many)).to.deep.equal(await outcome(one));
        const isChanged = results.some(({ changed }) => changed);
        expect(many.store.rows.length - rows).to.equal(isChanged ? 1 : 0);
      }),
      { numRuns: 60 },
    );
  });

  it('names every item that cannot be made, and then makes none', async () => {
    const { shard, store } = await givenOrg();
    const rows = store.rows.length;
    const items: AssignmentInput[] = [
      { userId: '5', net: { netId: 1 }, action: 'assign' },
      { userId: 'x', net: { netId: 1 }, action: 'assign' },
      { userId: '5', net: { netId: 9 }, action: 'assign' },
      { userId: '5', net: { netUid: 'net_no' }, action: 'unassign' },
      { userId: '5', net: { netUid: shard.read.net({ netId: 1 }).uid, netId: 2 }, action: 'unassign' },
    ];
    const error = await shard.change(SYSTEM, { type: 'assignment.bulk', items }).catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'assignment.items-invalid');
    const { details } = error as { details: { pointer: string }[] };
    expect(details.map(({ pointer }) => pointer)).to.deep.equal([
      '/assignments/1/userId',
      '/assignments/2/netId',
      '/assignments/3/netUid',
      '/assignments/4/netUid',
    ]);
    expect(store.rows.length).to.equal(rows);
    expect(shard.read.assignments().has('5')).to.equal(false);
  });

  it('of a squad lead holds only nets they are on', async () => {
    const { shard, store } = await givenOrg();
    await shard.change(SYSTEM, { type: 'settings.set', squadLeadRoleIds: ['33'] });
    await shard.change(SYSTEM, { type: 'rule.add', roleId: '33', net: { netId: 1 } });
    const rows = store.rows.length;
    const items = [1, 2, 1, 3].map((netId) => ({ userId: '5', net: { netId }, action: 'assign' as const }));
    const change = shard.change(actor('9', { roleIds: ['33'] }), { type: 'assignment.bulk', items });
    const { details } = (await change.catch((reason: unknown) => reason)) as { details: object[] };
    expect(details).to.have.length(2);
    expect(store.rows.length).to.equal(rows);
  });
});

describe('an assignment', () => {
  it('is worked out for nobody but the person it is about', async () => {
    const { shard } = await givenOrg();
    shard.observe({ type: 'people', people: Array.from({ length: 500 }, (_, n) => person(String(n + 1), '11')) });
    const before = shard.read.effective();
    await shard.change(SYSTEM, { type: 'assignment.set', userId: '7', net: { netId: 2 }, action: 'assign' });
    const after = shard.read.effective();
    const other = [...after].filter(([userId, nets]) => nets !== before.get(userId)).map(([userId]) => userId);
    expect(other).to.deep.equal(['7']);
  });
});
