import type { Clock, GuildStore, Log } from '../shard/ports.ts';
import { CollectionTables } from './collection-tables.ts';
import { EventTable } from './event-table.ts';
import { closeGuildTables, type GuildTables } from './guild-tables.ts';
import { JournalTable } from './journal-table.ts';

/** What a guild's store is given. */
export interface GuildStoreOptions {
  clock: Clock;
  log: Log;
}

/**
 * A guild's store over its tables, which it closes in the end. Nobody may append any more when it is closed.
 * @throws StoreError when the journal misses rows
 */
export async function startGuildStore(tables: GuildTables, { clock, log }: GuildStoreOptions): Promise<GuildStore> {
  const applied = (await tables.meta.get('applied')) ?? 0;
  const journal = new JournalTable(tables.journal, log);
  const collections = new CollectionTables({ tables, journal, clock, log });
  const eventLog = new EventTable(tables.events, clock, log);
  await journal.start(applied);
  collections.start(applied);
  await eventLog.start();
  const { ledgers } = tables;
  const close = async () => {
    await collections.close();
    await closeGuildTables(tables);
  };
  return { journal, collections, eventLog, ledgers, close };
}
