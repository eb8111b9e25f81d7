import { expect } from 'chai';
import { until } from '../../support/until.ts';
import { givenFolder } from './support/folder.ts';
import { assigned, rowOf, ruled } from './support/rows.ts';
import { type GivenStore, givenStore } from './support/tables.ts';

describe('The collections', () => {
  const folder = givenFolder();
  const given: GivenStore[] = [];
  const open = async (): Promise<GivenStore> => {
    const one = await givenStore(folder.path);
    given.push(one);
    return one;
  };
  const change = async ({ store }: GivenStore, row = rowOf(1)) => {
    await store.journal.append(row);
    store.collections.follow(row);
  };
  const reopen = async (): Promise<GivenStore> => {
    for (const { store } of given.splice(0)) await store.close();
    return open();
  };
  afterEach(async () => {
    for (const { store } of given.splice(0)) await store.close();
  });

  it('are empty in the beginning', async () => {
    expect(await (await open()).store.collections.read()).to.deep.equal({ applied: 0, records: [] });
  });

  it('hold the last value of every record, and say how far they are', async () => {
    const one = await open();
    await change(one, rowOf(1, [assigned('1', 'net_a'), ruled('1', 'net_a')]));
    await change(one, rowOf(2, [assigned('1', 'net_b'), assigned('2', 'net_b')]));
    await change(one, rowOf(3, [assigned('2')]));
    const { store } = await reopen();
    expect(await store.collections.read()).to.deep.equal({
      applied: 3,
      records: [assigned('1', 'net_b'), ruled('1', 'net_a')],
    });
  });

  it('are gathered for a moment, so that a record that changes again and again is written once', async () => {
    const one = await open();
    const written: string[] = [];
    one.gate.before = async (table) => {
      if (table !== 'journal') written.push(table);
    };
    for (let seq = 1; seq <= 5; seq += 1) await change(one, rowOf(seq, [assigned('1', `net_${seq}`)]));
    await one.clock.advance(49);
    expect(written).to.deep.equal([]);
    await one.clock.advance(1);
    await until(async () => (await one.store.collections.read()).applied === 5);
    expect(written).to.deep.equal(['assignments', 'meta']);
  });

  it('say a row is applied only when all its records are written', async () => {
    const one = await open();
    one.gate.before = (table) => (table === 'rules' ? Promise.reject(new Error('disk full')) : Promise.resolve());
    await change(one, rowOf(1, [assigned('1', 'net_a'), ruled('1', 'net_a')]));
    await until(async () => {
      await one.clock.advance(50);
      return (await one.store.collections.read()).records.length === 1;
    });
    expect(await one.store.collections.read()).to.deep.equal({ applied: 0, records: [assigned('1', 'net_a')] });
  });

  it('are written a second later when writing failed, and nothing is lost', async () => {
    const one = await open();
    let failed = false;
    one.gate.before = async (table) => {
      if (table === 'journal') return;
      failed = true;
      throw new Error('disk full');
    };
    for (let seq = 1; seq <= 5; seq += 1) await change(one, rowOf(seq, [assigned(String(seq), 'net_a')]));
    await until(async () => {
      await one.clock.advance(50);
      return failed;
    });
    one.gate.before = async () => {};
    expect((await one.store.collections.read()).applied).to.equal(0);
    await until(async () => {
      await one.clock.advance(1000);
      return (await one.store.collections.read()).applied === 5;
    });
    expect((await one.store.collections.read()).records).to.have.length(5);
  });

  it('are tried once more at the end', async () => {
    const one = await open();
    let failed = false;
    one.gate.before = async (table) => {
      if (table === 'journal') return;
      failed = true;
      throw new Error('disk full');
    };
    await change(one);
    await until(async () => {
      await one.clock.advance(50);
      return failed;
    });
    one.gate.before = async () => {};
    expect((await (await reopen()).store.collections.read()).applied).to.equal(1);
  });

  it('take a row only in its turn and only when the journal has it', async () => {
    const one = await open();
    expect(() => one.store.collections.follow(rowOf(1))).to.throw('not in the journal');
    await change(one);
    expect(() => one.store.collections.follow(rowOf(1))).to.throw('came where 2');
    expect(() => one.store.collections.follow(rowOf(3))).to.throw('came where 2');
  });
});
