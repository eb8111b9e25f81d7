import { openTable, type Table } from '../table.ts';

/** What format 2 knows of nets and archive entries and format 1 did not, as it was in format 1. */
const ADDED = { gainDb: 0, timeLimitSeconds: null, access: 'open', monitors: {} };

type Row = { rows: { collection: string; value: object | null }[] };

/** Format 1 → 2: nets and archive entries gain settings, in their records and in the journal's rows. */
export async function addNetSettings(file: string): Promise<void> {
  for (const name of ['nets', 'archive']) {
    await rewrite<object>(file, name, (record) => ({ ...ADDED, ...record }));
  }
  await rewrite<Row>(file, 'journal', (row) => ({ ...row, rows: row.rows.map(withSettings) }));
}

function withSettings(change: Row['rows'][number]): Row['rows'][number] {
  const isNet = change.collection === 'nets' || change.collection === 'archive';
  return isNet && change.value ? { ...change, value: { ...ADDED, ...change.value } } : change;
}

async function rewrite<V>(file: string, name: string, change: (value: V) => V): Promise<void> {
  const table: Table<V> = await openTable<V>(file, name, 'NORMAL');
  try {
    const rows: [string, V][] = [];
    for await (const row of table.entries()) rows.push(row);
    for (const [key, value] of rows) await table.set(key, change(value));
  } finally {
    await table.close();
  }
}
