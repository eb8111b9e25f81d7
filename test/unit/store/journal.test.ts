import { join } from 'node:path';
import { expect } from 'chai';
import { JournalTable } from '../../../store/journal-table.ts';
import { openTable } from '../../../store/table.ts';
import { SILENT, settle } from '../../support/given.ts';
import { givenFolder } from './support/folder.ts';
import { all, rejection, rowOf } from './support/rows.ts';
import { type GivenStore, givenStore, refuseRows } from './support/tables.ts';

describe('The journal', () => {
  const folder = givenFolder();
  const given: GivenStore[] = [];
  const open = async (): Promise<GivenStore> => {
    const one = await givenStore(folder.path);
    given.push(one);
    return one;
  };
  const seqs = async ({ store }: GivenStore, after = 0) => (await all(store.journal.read(after))).map(({ seq }) => seq);
  afterEach(async () => {
    for (const { store } of given.splice(0)) await store.close();
  });

  it('gives back what was appended, in order, after a number', async () => {
    const first = await open();
    for (let seq = 1; seq <= 12; seq += 1) await first.store.journal.append(rowOf(seq));
    expect(await all(first.store.journal.read(10))).to.deep.equal([rowOf(11), rowOf(12)]);
    await first.crash();
    given.length = 0;
    expect(await seqs(await open())).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('counts its writes by how long they took, and those that failed', async () => {
    const one = await open();
    for (let seq = 1; seq <= 3; seq += 1) await one.store.journal.append(rowOf(seq));
    const { counts, totalMs, failed } = one.store.journal.times;
    expect(counts.reduce((sum, count) => sum + count, 0)).to.equal(3);
    expect(totalMs).to.be.above(0);
    expect(failed).to.equal(0);
    one.gate.before = () => Promise.reject(new Error('disk full'));
    await rejection(one.store.journal.append(rowOf(4)));
    expect(one.store.journal.times.failed).to.equal(1);
    expect(one.store.journal.times.counts.reduce((sum, count) => sum + count, 0)).to.equal(3);
  });

  it('resolves an append only when the row is written', async () => {
    const one = await open();
    let write = () => {};
    one.gate.before = () => new Promise((resolve) => (write = resolve));
    let resolved = false;
    const appending = one.store.journal.append(rowOf(1)).then(() => (resolved = true));
    await settle();
    expect({ resolved, rows: await seqs(one) }).to.deep.equal({ resolved: false, rows: [] });
    write();
    await appending;
    expect(await seqs(one)).to.deep.equal([1]);
  });

  it('refuses a second append while one is running', async () => {
    const one = await open();
    const first = one.store.journal.append(rowOf(1));
    expect((await rejection(one.store.journal.append(rowOf(1)))).message).to.contain('while another');
    await first;
    await one.store.journal.append(rowOf(2));
    expect(await seqs(one)).to.deep.equal([1, 2]);
  });

  it('refuses a row that is not the next one', async () => {
    const one = await open();
    await one.store.journal.append(rowOf(1));
    for (const seq of [1, 3]) {
      expect((await rejection(one.store.journal.append(rowOf(seq)))).message).to.contain('does not follow');
    }
    expect(await seqs(one)).to.deep.equal([1]);
  });

  it('keeps nothing of an append that failed and takes the next one under the same number', async () => {
    const one = await open();
    await one.store.journal.append(rowOf(1));
    const recover = await refuseRows(join(folder.path, 'guild.sqlite'), 'journal');
    expect((await rejection(one.store.journal.append(rowOf(2)))).message).to.contain('disk is full');
    expect(await seqs(one)).to.deep.equal([1]);
    await recover();
    await one.store.journal.append(rowOf(2));
    expect(await seqs(one)).to.deep.equal([1, 2]);
  });

  it('takes back a row that reached the disk although its write failed', async () => {
    const one = await open();
    const journal = await openTable(join(folder.path, 'guild.sqlite'), 'journal', 'FULL');
    one.gate.before = async () => {
      one.gate.before = async () => {};
      await journal.set('0000000000000001', rowOf(1));
      throw new Error('could not be flushed');
    };
    expect((await rejection(one.store.journal.append(rowOf(1)))).message).to.contain('flushed');
    expect(await seqs(one)).to.deep.equal([]);
    await journal.close();
  });

  it('keeps the last thousand applied rows and some', async () => {
    const one = await open();
    for (let seq = 1; seq <= 1250; seq += 1) {
      await one.store.journal.append(rowOf(seq));
      one.store.collections.follow(rowOf(seq));
    }
    await one.store.close();
    given.length = 0;
    const again = await open();
    const kept = await seqs(again);
    expect(kept.length).to.be.within(1000, 1101);
    expect(kept).to.deep.equal(Array.from({ length: kept.length }, (_, index) => 1251 - kept.length + index));
    await again.store.journal.append(rowOf(1251));
  });

  it('removes no row whose records are not written', async () => {
    const one = await open();
    one.gate.before = (table) => (table === 'journal' ? Promise.resolve() : Promise.reject(new Error('disk full')));
    for (let seq = 1; seq <= 1150; seq += 1) {
      await one.store.journal.append(rowOf(seq));
      one.store.collections.follow(rowOf(seq));
    }
    expect((await seqs(one)).length).to.equal(1150);
  });

  it('is not opened when rows are missing', async () => {
    const one = await open();
    for (let seq = 1; seq <= 5; seq += 1) await one.store.journal.append(rowOf(seq));
    const journal = await openTable(join(folder.path, 'guild.sqlite'), 'journal', 'FULL');
    await journal.remove(['0000000000000003']);
    await journal.close();
    expect((await rejection(givenStore(folder.path))).message).to.contain('misses rows');
  });

  it('takes no more rows when ten thousand wait for their records', async () => {
    const table = {
      set: async () => {},
      remove: async () => {},
      setMany: async () => {},
      entries: async function* () {},
    };
    const journal = new JournalTable({ ...table, get: async () => undefined, close: async () => {} }, SILENT);
    for (let seq = 1; seq <= 10_000; seq += 1) await journal.append(rowOf(seq));
    expect((await rejection(journal.append(rowOf(10_001)))).message).to.contain('wait for their records');
    await journal.release(1);
    await journal.append(rowOf(10_001));
  });
});
