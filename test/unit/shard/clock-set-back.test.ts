import { expect } from 'chai';
import { Shard } from '../../../shard/shard.ts';
import { systemIds } from '../../../system.ts';
import { APPROVING, GivenClock, givenOutside, SILENT } from '../../support/given.ts';
import { givenSearch } from '../../support/given-search.ts';
import { SYSTEM } from '../../support/given-shard.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const HOUR_MS = 3_600_000;

/** A run of the program over this store with the clock at this time. */
async function run(store: MemoryStore, at: number): Promise<{ shard: Shard; clock: GivenClock }> {
  const clock = new GivenClock(at);
  const ids = systemIds(clock);
  const guild = { guildId: '1000', store, central: APPROVING, search: givenSearch(), ...givenOutside() };
  const shard = new Shard({ ...guild, clock, ids, log: SILENT });
  await shard.start();
  return { shard, clock };
}

describe('a clock that was set back between two runs', () => {
  it('leaves the order of events, of the audit log and of what webhooks get as it was', async () => {
    const store = new MemoryStore();
    const now = Date.parse('2026-11-21T12:00:00.000Z');
    const first = await run(store, now);
    await first.shard.change(SYSTEM, { type: 'webhook.create', url: 'https://example.org/h', events: ['*'] });
    await first.shard.change(SYSTEM, { type: 'net.create', name: 'Alpha' });
    await first.clock.advance(1000);
    await first.shard.stop();

    const { shard, clock } = await run(store, now - 2 * HOUR_MS);
    const before = shard.events.recent().map(({ id }) => id);
    await shard.change(SYSTEM, { type: 'net.create', name: 'Bravo' });
    await clock.advance(1000);
    const all = shard.events.recent().map(({ id }) => id);
    expect(all.length).to.be.greaterThan(before.length);
    expect(all).to.deep.equal([...all].sort());
    const audited = shard.audit.page(100);
    expect(audited.map(({ id }) => id)).to.deep.equal(
      audited
        .map(({ id }) => id)
        .sort()
        .reverse(),
    );
    expect(shard.audit.page(100, audited[0]?.id)).to.have.length(audited.length - 1);
    const [lane] = shard.deliveries.open();
    expect(lane?.size.waiting).to.equal(3);
    await shard.stop();
  });
});
