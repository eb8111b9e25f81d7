import { LEDGERS, type LedgerName, type LedgerRows } from '../shard/ledgers.ts';
import type { JournalRow, Log } from '../shard/ports.ts';
import type { ShardEvent } from '../shard/record/events.ts';
import { COLLECTIONS, type CollectionName, type Records } from '../shard/records.ts';
import { openTable, type Table } from './table.ts';

/** Everything of one guild: one file, a table each. */
export interface GuildTables {
  /** `format` and `applied`. */
  meta: Table<number>;
  /** Sequence number → row. */
  journal: Table<JournalRow>;
  /** Batch number → events. */
  events: Table<ShardEvent[]>;
  collections: Record<CollectionName, Table<Records[CollectionName]>>;
  ledgers: { [K in LedgerName]: Table<LedgerRows[K]> };
}

/**
 * Opens every table of a guild's file. Only the journal is flushed to the device at each write: what it holds can be
 * applied again. What lies beside it in the ledgers is left out where it is damaged; anything else must be whole.
 */
export async function openGuildTables(file: string, log: Log): Promise<GuildTables> {
  const opened: Table<never>[] = [];
  const open = async <V>(
    name: string,
    durability: 'FULL' | 'NORMAL',
    damaged?: (error: unknown) => void,
  ): Promise<Table<V>> => {
    const table = await openTable<V>(file, name, durability, damaged);
    opened.push(table as Table<never>);
    return table;
  };
  try {
    const meta = await open<number>('meta', 'NORMAL');
    const journal = await open<JournalRow>('journal', 'FULL');
    const events = await open<ShardEvent[]>('events', 'NORMAL');
    const collections: [CollectionName, Table<Records[CollectionName]>][] = [];
    for (const name of COLLECTIONS) collections.push([name, await open(name, 'NORMAL')]);
    const tellOf = (ledger: LedgerName) => (error: unknown) =>
      log.error({ err: error, file, ledger }, 'a damaged row beside the journal is left out');
    const ledgers: [LedgerName, Table<LedgerRows[LedgerName]>][] = [];
    for (const name of LEDGERS) ledgers.push([name, await open(`ledger_${name}`, 'NORMAL', tellOf(name))]);
    return {
      meta,
      journal,
      events,
      collections: Object.fromEntries(collections) as GuildTables['collections'],
      ledgers: Object.fromEntries(ledgers) as unknown as GuildTables['ledgers'],
    };
  } catch (error) {
    await Promise.allSettled(opened.map((table) => table.close()));
    throw error;
  }
}

/** Closes them, the journal last. */
export async function closeGuildTables(tables: GuildTables): Promise<void> {
  const { meta, journal, events, collections, ledgers } = tables;
  const others = [meta, events, ...Object.values(collections), ...Object.values(ledgers)];
  const outcomes = await Promise.allSettled(others.map((table) => table.close()));
  await journal.close();
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

/** Keys that sort as their numbers do. */
export function numberKey(value: number): string {
  return String(value).padStart(16, '0');
}
