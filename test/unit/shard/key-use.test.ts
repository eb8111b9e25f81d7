import { expect } from 'chai';
import { KeyUse } from '../../../shard/access/key-use.ts';
import type { Ledger } from '../../../shard/ports.ts';
import { GivenClock, SILENT } from '../../support/given.ts';
import { givenShard, SYSTEM } from '../../support/given-shard.ts';
import { MemoryStore } from '../../support/memory-store.ts';

/** A ledger that counts what is written. */
function countedLedger() {
  const disk = new MemoryStore().ledgers.keyUse;
  const written: string[] = [];
  const state = { failing: false };
  const ledger: Ledger<string> = {
    get: (key) => disk.get(key),
    async set(key, value) {
      if (state.failing) throw new Error('disk full');
      written.push(`${key} ${value}`);
      await disk.set(key, value);
    },
    remove: (keys) => disk.remove(keys),
    entries: () => disk.entries(),
  };
  return { ledger, written, state };
}

const keys = (...ids: string[]) => new Map(ids.map((id) => [id, {}]));

describe('the last use of a key', () => {
  it('is known at once and written once a minute, however often the key is used', async () => {
    const { ledger, written } = countedLedger();
    const clock = new GivenClock();
    const use = new KeyUse({ ledger, clock, log: SILENT });
    expect(use.lastUsedAt('a')).to.equal(null);
    for (let count = 0; count < 59; count += 1) {
      use.note('a');
      await clock.advance(1000);
    }
    expect(use.lastUsedAt('a')).to.equal('2026-11-21T12:00:58.000Z');
    expect(written).to.deep.equal([]);
    await clock.advance(1000);
    expect(written).to.deep.equal(['a 2026-11-21T12:00:58.000Z']);
    await clock.advance(600_000);
    expect(written, 'nothing while it is not used').to.have.length(1);
  });

  it('is written when it stops, and found at the next start', async () => {
    const { ledger } = countedLedger();
    const first = new KeyUse({ ledger, clock: new GivenClock(), log: SILENT });
    first.note('a');
    first.note('gone');
    await first.stop();
    const second = new KeyUse({ ledger, clock: new GivenClock(), log: SILENT });
    await second.start(keys('a'));
    expect([second.lastUsedAt('a'), second.lastUsedAt('gone')]).to.deep.equal(['2026-11-21T12:00:00.000Z', null]);
    await second.stop();
    expect(await ledger.get('gone')).to.equal(undefined);
  });

  it('that cannot be written is told to the log and disturbs nobody', async () => {
    const { ledger, written, state } = countedLedger();
    const clock = new GivenClock();
    const use = new KeyUse({ ledger, clock, log: SILENT });
    state.failing = true;
    use.note('a');
    await clock.advance(60_000);
    state.failing = false;
    use.note('a');
    await use.stop();
    expect(written).to.deep.equal(['a 2026-11-21T12:01:00.000Z']);
  });

  it('is told by the shard, and survives its restart', async () => {
    const first = await givenShard();
    const { key } = await first.shard.change(SYSTEM, { type: 'key.create', name: 'bot', kind: 'service', scopes: [] });
    expect(first.shard.read.keyUse(key.id)).to.equal(null);
    first.shard.keyUse.note(key.id);
    await first.shard.stop();
    const { shard } = await givenShard({ store: first.store });
    expect(shard.read.keyUse(key.id)).to.equal('2026-11-21T12:00:00.000Z');
  });
});
