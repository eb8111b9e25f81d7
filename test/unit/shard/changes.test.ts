import { expect } from 'chai';
import fc from 'fast-check';
import type { Command } from '../../../shard/commands.ts';
import type { JournalRow } from '../../../shard/ports.ts';
import { State } from '../../../shard/state.ts';
import { APPROVING, GivenClock, settle } from '../../support/given.ts';
import { givenShard, refusal, SYSTEM } from '../../support/given-shard.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const NET = { type: 'net.create' as const, name: 'Alpha' };

describe('a change', () => {
  it('is neither answered nor visible before the journal has it on disk', async () => {
    const store = new MemoryStore();
    const { promise: onDisk, resolve: write } = Promise.withResolvers<void>();
    store.gate = () => onDisk;
    const { shard } = await givenShard({ store });
    let answered = false;
    const change = shard.change(SYSTEM, NET).then(() => (answered = true));
    await settle();
    expect(answered).to.equal(false);
    expect(shard.read.nets()).to.deep.equal([]);
    write();
    await change;
    expect(shard.read.nets()).to.have.length(1);
  });

  it('that cannot be written changes nothing, and the next one goes through', async () => {
    const store = new MemoryStore();
    const { shard } = await givenShard({ store });
    store.failing = true;
    expect(await refusal(shard.change(SYSTEM, NET))).to.equal('store.failed');
    expect(shard.read.nets()).to.deep.equal([]);
    store.failing = false;
    await shard.change(SYSTEM, NET);
    expect(store.rows.map((row) => row.seq)).to.deep.equal([1]);
  });

  it('is checked again when its turn comes', async () => {
    const { shard, store } = await givenShard();
    const both = await Promise.allSettled([shard.change(SYSTEM, NET), shard.change(SYSTEM, NET)]);
    expect(both.map((outcome) => outcome.status)).to.deep.equal(['fulfilled', 'rejected']);
    expect(store.rows).to.have.length(1);
  });

  it('is approved again when others that went first changed what central was asked about', async () => {
    const approve = async ({ netCount }: { netCount: number }) =>
      netCount <= 2 ? { approved: true as const } : { approved: false as const, reason: 'two nets at most.' };
    const { shard } = await givenShard({ central: { ...APPROVING, approve } });
    const names = ['A', 'B', 'C', 'D', 'E'];
    const codes = await Promise.all(names.map((name) => refusal(shard.change(SYSTEM, { type: 'net.create', name }))));
    expect(codes.filter((code) => code === 'central.refused')).to.have.length(3);
    expect(shard.read.nets()).to.have.length(2);
  });

  it('that cannot be written is told to whoever asks whether the shard is usable, until one can', async () => {
    const { shard, store } = await givenShard();
    store.failing = true;
    await refusal(shard.change(SYSTEM, NET));
    expect(shard.writable).to.equal(false);
    store.failing = false;
    await shard.change(SYSTEM, NET);
    expect(shard.writable).to.equal(true);
  });

  it('that changes nothing writes nothing', async () => {
    const { shard, store } = await givenShard();
    expect(await shard.change(SYSTEM, { type: 'operation.set', open: false })).to.deep.equal({
      open: false,
      changed: false,
    });
    expect(store.rows).to.have.length(0);
  });

  it('is refused once the shard stops, and the store is closed after the last one', async () => {
    const { shard, store } = await givenShard();
    const last = shard.change(SYSTEM, NET);
    const second = shard.change(SYSTEM, { ...NET, name: 'Bravo' });
    await settle();
    await Promise.all([last, second, shard.stop()]);
    expect(store.rows).to.have.length(2);
    expect(store.closed).to.equal(true);
    expect(await refusal(shard.change(SYSTEM, { ...NET, name: 'Late' }))).to.equal('shard.stopping');
  });

  it('that central refuses, or does not answer for 3 s, changes nothing', async () => {
    const approve = async () => ({ approved: false as const, reason: 'the guild may have no nets.' });
    const central = { ...APPROVING, approve };
    const refusing = await givenShard({ central });
    expect(await refusal(refusing.shard.change(SYSTEM, NET))).to.equal('central.refused');
    expect(refusing.store.rows).to.have.length(0);
    const away = await givenShard({ central: { ...central, approve: () => new Promise<never>(() => {}) } });
    const outcome = refusal(away.shard.change(SYSTEM, NET));
    await away.clock.advance(3000);
    expect(await outcome).to.equal('central.unreachable');
    await away.shard.change(SYSTEM, { type: 'settings.set', opsChannelId: '19' });
  });
});

describe('a restart', () => {
  it('finds every change and every event of them again', async () => {
    const store = new MemoryStore();
    store.lagging = true;
    const first = await givenShard({ store });
    const { net } = await first.shard.change(SYSTEM, NET);
    await first.shard.change(SYSTEM, { type: 'assignment.set', userId: '5', net: { netId: 1 }, action: 'assign' });
    await first.shard.change(SYSTEM, { type: 'operation.set', open: true });
    expect(store.logged, 'the batch was not written when the process died').to.deep.equal([]);
    const { shard } = await givenShard({ store });
    expect(shard.read.operation().open).to.equal(true);
    expect([...shard.read.assignments()].map(([id, nets]) => [id, nets[0]?.uid])).to.deep.equal([['5', net.uid]]);
    expect(shard.events.recent().map((event) => event.type)).to.deep.equal([
      'config.changed',
      'assignments.changed',
      'operation.opened',
    ]);
  });

  it('keeps events that are too old to be asked for only for webhooks that may not have got them', async () => {
    const store = new MemoryStore();
    const first = await givenShard({ store });
    await first.shard.change(SYSTEM, NET);
    const lateClock = new GivenClock(first.clock.now() + 2 * 3_600_000);
    const { shard } = await givenShard({ store, clock: lateClock });
    expect(shard.events.recent()).to.deep.equal([]);
    expect(store.logged.map((event) => event.type)).to.deep.equal(['config.changed']);
  });

  it('gives the same state however often rows are replayed, for any commands', async () => {
    const name = fc.constantFrom('A', 'B', 'C', 'D');
    const net = name.map((text) => ({ text }));
    const userId = fc.constantFrom('1', '2', '3');
    const roleId = fc.constantFrom('21', '22');
    const command: fc.Arbitrary<Command> = fc.oneof(
      fc.record({ type: fc.constant('net.create' as const), name }),
      fc.record({ type: fc.constant('net.rename' as const), net, name }),
      fc.record({ type: fc.constant('net.remove' as const), net }),
      fc.record({ type: fc.constant('net.bind' as const), net, channelId: fc.constantFrom('11', '12') }),
      fc.record({
        type: fc.constant('assignment.set' as const),
        userId,
        net,
        action: fc.constantFrom('assign' as const, 'unassign' as const),
      }),
      fc.record({
        type: fc.constant('assignment.bulk' as const),
        items: fc.array(fc.record({ userId, net, action: fc.constantFrom('assign' as const, 'unassign' as const) }), {
          maxLength: 4,
        }),
      }),
      fc.record({
        type: fc.constant('assignment.temporary' as const),
        userId,
        net,
        ttlMs: fc.constantFrom(20_000, 60_000),
      }),
      fc.record({ type: fc.constant('assignment.expire' as const) }),
      fc.record({ type: fc.constant('net.relays' as const), net, targets: fc.array(net, { maxLength: 3 }) }),
      fc.record({
        type: fc.constant('net.update' as const),
        net,
        channelIds: fc.option(fc.subarray(['11', '12', '13']), { nil: undefined }),
        monitors: fc.option(fc.dictionary(fc.constantFrom('11', '12'), fc.array(net, { maxLength: 2 })), {
          nil: undefined,
        }),
        gainDb: fc.option(fc.constantFrom(0, 3), { nil: undefined }),
      }),
      fc.record({ type: fc.constant('rule.add' as const), roleId, net }),
      fc.record({ type: fc.constant('operation.set' as const), open: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 40 }), fc.nat(), async (commands, at) => {
        const { shard, store, clock } = await givenShard();
        store.lagging = true;
        for (const one of commands) {
          await shard.change(SYSTEM, one).catch(() => undefined);
          await clock.advance(7000);
        }
        expect(dump(replayed(store.rows, at))).to.deep.equal(dump(replayed(store.rows, 0)));
        const again = await givenShard({ store, clock });
        expect(again.shard.read.temporary()).to.deep.equal(shard.read.temporary());
        expect(again.shard.read.nets()).to.deep.equal(shard.read.nets());
        expect(again.shard.read.assignments()).to.deep.equal(shard.read.assignments());
      }),
      { numRuns: 60 },
    );
  });
});

/** The state after the rows, of which the last `again` are applied twice. */
function replayed(rows: readonly JournalRow[], again: number): State {
  const state = new State();
  for (const row of rows) state.apply(row.rows);
  for (const row of rows.slice(rows.length - (again % (rows.length + 1)))) state.apply(row.rows);
  return state;
}

const dump = (state: State) =>
  Object.fromEntries(Object.entries(state.tables).map(([name, table]) => [name, [...table].sort()]));
