import { join } from 'node:path';
import { expect } from 'chai';
import type { ShardEvent } from '../../../shard/record/events.ts';
import { openTable } from '../../../store/table.ts';
import { givenFolder } from './support/folder.ts';
import { all, eventOf } from './support/rows.ts';
import { type GivenStore, givenStore } from './support/tables.ts';

const HOUR = 3_600_000;

describe('The event log', () => {
  const folder = givenFolder();
  let given: GivenStore[] = [];
  const open = async (): Promise<GivenStore> => {
    const one = await givenStore(folder.path);
    given.push(one);
    return one;
  };
  const restart = async (): Promise<GivenStore> => {
    for (const { store } of given) await store.close();
    given = [];
    return open();
  };
  const events = (count: number, first = 1, at?: string) =>
    Array.from({ length: count }, (_, index) => eventOf(first + index, at));
  const rowsOnDisk = async () => {
    const table = await openTable<ShardEvent[]>(join(folder.path, 'guild.sqlite'), 'events', 'NORMAL');
    const rows = await all(table.entries());
    await table.close();
    return rows.length;
  };
  afterEach(async () => {
    for (const { store } of given) await store.close();
    given = [];
  });

  it('gives back what was appended, oldest first, also after a restart', async () => {
    const one = await open();
    for (let first = 1; first <= 41; first += 2) await one.store.eventLog.append(events(2, first));
    await one.store.eventLog.append([]);
    expect(await one.store.eventLog.read()).to.deep.equal(events(42));
    const again = await restart();
    await again.store.eventLog.append(events(1, 43));
    expect(await again.store.eventLog.read()).to.deep.equal(events(43));
  });

  it('keeps the last 10,000 events', async () => {
    const one = await open();
    for (let first = 1; first <= 15_000; first += 100) await one.store.eventLog.append(events(100, first));
    expect(await one.store.eventLog.read()).to.deep.equal(events(10_000, 5001));
    expect(await rowsOnDisk()).to.be.within(100, 164);
  });

  it('keeps one hour, and what is older until there is enough of it to be removed', async () => {
    const one = await open();
    const at = (ms: number) => new Date(one.clock.now() + ms).toISOString();
    const [first, second] = [events(1, 1, at(0)), events(1, 2, at(HOUR / 2))];
    await one.store.eventLog.append(first);
    await one.store.eventLog.append(second);
    await one.clock.advance(2 * HOUR);
    expect(await one.store.eventLog.read()).to.deep.equal([...first, ...second]);
    const again = await restart();
    expect(await again.store.eventLog.read(), 'a webhook may not have got them').to.deep.equal([...first, ...second]);
  });

  it('removes what is old from the disk, some of it at a time', async () => {
    const one = await open();
    for (let count = 1; count <= 150; count += 1) await one.store.eventLog.append(events(1, count));
    await one.clock.advance(HOUR + 1);
    const at = new Date(one.clock.now()).toISOString();
    await one.store.eventLog.append(events(1, 151, at));
    expect(await one.store.eventLog.read()).to.deep.equal(events(1, 151, at));
    expect(await rowsOnDisk()).to.equal(1);
  });

  it('takes a batch although old ones could not be removed', async () => {
    const one = await open();
    for (let count = 1; count <= 70; count += 1) await one.store.eventLog.append(events(1, count));
    await one.clock.advance(HOUR + 1);
    let writes = 0;
    one.gate.before = async () => {
      writes += 1;
      if (writes === 2) throw new Error('disk full');
    };
    const at = new Date(one.clock.now()).toISOString();
    await one.store.eventLog.append(events(1, 71, at));
    expect(await rowsOnDisk()).to.equal(71);
    await one.store.eventLog.append(events(1, 72, at));
    expect(await rowsOnDisk()).to.equal(2);
  });
});
