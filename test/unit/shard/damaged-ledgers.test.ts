import { expect } from 'chai';
import { LEDGERS } from '../../../shard/ledgers.ts';
import type { Ledger } from '../../../shard/ports.ts';
import type { ShardEvent } from '../../../shard/record/events.ts';
import { actor, givenShard, refusal, SYSTEM } from '../../support/given-shard.ts';
import type { MemoryStore } from '../../support/memory-store.ts';

/** What a disk, or a program of another version, may have made of a row. */
const DAMAGED = [null, 7, 'x', [], {}, [null], [{}], { event: null }, { talk: [{}], occupancy: { a: 1 } }];

/** A ledger whose rows can be read up to a point. */
function tornAfter(ledger: Ledger<never>, rows: number): Ledger<never> {
  return {
    get: (key) => ledger.get(key),
    set: (key, value) => ledger.set(key, value),
    remove: (keys) => ledger.remove(keys),
    async *entries() {
      let left = rows;
      for await (const row of ledger.entries()) {
        if (left === 0) throw new Error('database disk image is malformed');
        left -= 1;
        yield row;
      }
    },
  };
}

/** A guild that was used, has a webhook, and was stopped. */
async function usedStore(): Promise<MemoryStore> {
  const { shard, store, clock } = await givenShard();
  const events = ['config.changed'];
  await shard.change(SYSTEM, { type: 'webhook.create', url: 'https://example.org/hook', events });
  const { key } = await shard.change(SYSTEM, { type: 'key.create', name: 'k', kind: 'owner', scopes: ['read:status'] });
  shard.keyUse.note(key.id);
  await clock.advance(16_000);
  await shard.stop();
  return store;
}

/** A ledger that nothing can be written to. */
function full(ledger: Ledger<never>): Ledger<never> {
  const refuse = () => Promise.reject(new Error('database or disk is full'));
  return { get: (key) => ledger.get(key), set: refuse, remove: refuse, entries: () => ledger.entries() };
}

describe('a guild whose disk is full', () => {
  it('starts, is read, and stops', async () => {
    const store = await usedStore();
    const [lost] = store.logged.splice(-1);
    await store.ledgers.cursors.set('whk_gone', 'evt_1');
    await store.ledgers.deliveries.set('whk_gone/evt_1', {
      webhookId: 'whk_gone',
      event: lost as ShardEvent,
      attempts: 1,
      nextAt: '2026-11-21T12:00:00.000Z',
    });
    const { ledgers } = store;
    const filled = LEDGERS.map((name) => [name, full(ledgers[name] as Ledger<never>)]);
    store.failing = true;
    store.eventLog.append = () => Promise.reject(new Error('database or disk is full'));
    Object.assign(store, { ledgers: Object.fromEntries(filled) });
    const { shard, clock } = await givenShard({ store });
    expect(shard.events.recent().at(-1)?.id).to.equal(lost?.id);
    expect(shard.deliveries.open()).to.have.length(1);
    for (const { id } of shard.read.keys()) shard.keyUse.note(id);
    await clock.advance(120_000);
    expect(await refusal(shard.change(SYSTEM, { type: 'net.create', name: 'Alpha' }))).to.equal('store.failed');
    await shard.stop();
    expect(store.closed).to.equal(true);
  });
});

describe('a guild whose rows beside the journal are damaged', () => {
  for (const name of LEDGERS) {
    it(`starts, works and keeps what is whole: ${name}`, async () => {
      const store = await usedStore();
      const ledger = store.ledgers[name] as Ledger<never>;
      for (const [index, value] of DAMAGED.entries()) {
        for (const key of [`${index}`, `whk_${index}`, new Date(index * 3_600_000).toISOString()])
          await ledger.set(key, value as never);
      }
      const { shard, clock } = await givenShard({ store });
      await shard.change(actor('9', { administrator: true }), { type: 'net.create', name: 'Alpha' });
      expect(shard.audit.page(1000).map(({ path }) => path)).to.include('net.create');
      expect(shard.audit.page(1000).map(({ path }) => path)).to.include('webhook.create');
      for (const { id } of shard.read.keys()) expect(shard.keyUse.lastUsedAt(id)).to.match(/^2026-/);
      const report = shard.metrics.report(10_080);
      while (!report.next().done);
      expect(shard.deliveries.open()).to.have.length(1);
      await clock.advance(120_000);
      await shard.stop();
    });

    it(`starts where they cannot be read to the end: ${name}`, async () => {
      const store = await usedStore();
      const torn = { ...store.ledgers, [name]: tornAfter(store.ledgers[name] as Ledger<never>, 0) };
      Object.assign(store, { ledgers: torn });
      const { shard } = await givenShard({ store });
      await shard.change(SYSTEM, { type: 'net.create', name: 'Alpha' });
      await shard.stop();
    });
  }
});
