import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { GuildStore } from '../../../shard/ports.ts';
import type { RecordChange } from '../../../shard/records.ts';
import { until } from '../../support/until.ts';
import { all, assigned, rowOf, ruled } from './support/rows.ts';
import { type GivenStore, givenStore } from './support/tables.ts';

const netUids = fc.uniqueArray(fc.constantFrom('net_a', 'net_b', 'net_c'), { maxLength: 2 });
const id = fc.constantFrom('1', '2', '3', '4');
const record = fc.oneof(
  fc.tuple(id, netUids).map(([userId, uids]) => assigned(userId, ...uids)),
  fc.tuple(id, netUids).map(([roleId, uids]) => ruled(roleId, ...uids)),
);
const changes = fc.array(fc.array(record, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 12 });

/** Key → value of what is there after these changes, in the order of the keys. */
function fold(rows: readonly RecordChange[], into = new Map<string, RecordChange['value']>()) {
  for (const { collection, key, value } of rows) {
    if (value === null) into.delete(`${collection}/${key}`);
    else into.set(`${collection}/${key}`, value);
  }
  return into;
}

const sorted = (records: Map<string, RecordChange['value']>) => [...records].sort(([a], [b]) => (a < b ? -1 : 1));

/** What a start works out: the records, then the rows after them. */
async function replayed({ journal, collections }: GuildStore) {
  const { applied, records } = await collections.read();
  const rows = await all(journal.read(applied));
  return sorted(
    fold(
      rows.flatMap((row) => row.rows),
      fold(records),
    ),
  );
}

async function write({ store }: GivenStore, rows: readonly RecordChange[][], from = 1): Promise<void> {
  for (const [index, changed] of rows.entries()) {
    await store.journal.append(rowOf(from + index, changed));
    store.collections.follow(rowOf(from + index, changed));
  }
}

describe('A start', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'comms-replay-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  it('finds the same records wherever the writing behind was cut off, and again at the next start', async () => {
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(40), async (rows, writes) => {
        const copy = await copyOfKilled(await mkdtemp(join(folder, 'run-')), rows, writes);
        for (const start of ['first', 'second']) {
          const again = await givenStore(copy);
          expect(await replayed(again.store), `${start} start`).to.deep.equal(sorted(fold(rows.flat())));
          await again.crash();
        }
      }),
      { numRuns: 25 },
    );
  });

  it('goes on where the last one stopped', async () => {
    const rows = Array.from({ length: 9 }, (_, index) => [assigned(String(index % 4), `net_${index}`)]);
    const copy = await copyOfKilled(folder, rows.slice(0, 5), 3);
    const again = await givenStore(copy);
    const { applied } = await again.store.collections.read();
    for (const row of await all(again.store.journal.read(applied))) again.store.collections.follow(row);
    await write(again, rows.slice(5), 6);
    await again.store.close();
    const last = await givenStore(copy);
    const { applied: all9, records } = await last.store.collections.read();
    expect({ applied: all9, records: sorted(fold(records)) }).to.deep.equal({
      applied: 9,
      records: sorted(fold(rows.flat())),
    });
    await last.crash();
  });
});

/** The files as a process leaves them that is killed after these rows and so many writes behind them. */
async function copyOfKilled(folder: string, rows: readonly RecordChange[][], writes: number): Promise<string> {
  let left = writes;
  let cutOff = false;
  const killed = await givenStore(join(folder), async (table) => {
    if (table === 'journal') return;
    left -= 1;
    cutOff = left < 0;
    if (cutOff) throw new Error('killed');
  });
  await write(killed, rows);
  await until(async () => {
    await killed.clock.advance(50);
    return cutOff || (await killed.store.collections.read()).applied === rows.length;
  });
  const copy = join(folder, 'copy');
  await mkdir(copy);
  for (const name of await readdir(folder))
    if (name.startsWith('guild')) await copyFile(join(folder, name), join(copy, name));
  await killed.crash();
  return copy;
}
