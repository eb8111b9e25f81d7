import { join } from 'node:path';
import { KeyvSqlite } from '@keyv/sqlite';
import type { GuildStore } from '../../../../shard/ports.ts';
import { COLLECTIONS } from '../../../../shard/records.ts';
import { startGuildStore } from '../../../../store/guild-store.ts';
import { closeGuildTables, type GuildTables, openGuildTables } from '../../../../store/guild-tables.ts';
import type { Table } from '../../../../store/table.ts';
import { GivenClock, SILENT } from '../../../support/given.ts';

/** Called before every write: waits, or throws to make it fail. */
export type BeforeWrite = (table: string) => Promise<void>;

/** A store over a file whose writes a test can hold back or make fail. */
export interface GivenStore {
  store: GuildStore;
  clock: GivenClock;
  /** Replace it at any time. */
  gate: { before: BeforeWrite };
  /** Leaves everything as a killed process would: nothing more is written. */
  crash(): Promise<void>;
}

/** Opens `guild.sqlite` in the folder. */
export async function givenStore(folder: string, before: BeforeWrite = async () => {}): Promise<GivenStore> {
  const gate = { before };
  const tables = await openGuildTables(join(folder, 'guild.sqlite'), SILENT);
  const clock = new GivenClock();
  const store = await startGuildStore(gated(tables, gate), { clock, log: SILENT }).catch(async (error: unknown) => {
    await closeGuildTables(tables);
    throw error;
  });
  const crash = async () => {
    gate.before = () => Promise.reject(new Error('killed'));
    await store.close();
  };
  return { store, clock, gate, crash };
}

function gated(tables: GuildTables, gate: { before: BeforeWrite }): GuildTables {
  const wrap = <V>(name: string, table: Table<V>): Table<V> => ({
    ...table,
    set: async (key, value) => {
      await gate.before(name);
      await table.set(key, value);
    },
    setMany: async (rows) => {
      await gate.before(name);
      await table.setMany(rows);
    },
    remove: async (keys) => {
      await gate.before(name);
      await table.remove(keys);
    },
  });
  const collections = COLLECTIONS.map((name) => [name, wrap(name, tables.collections[name])]);
  return {
    meta: wrap('meta', tables.meta),
    journal: wrap('journal', tables.journal),
    events: wrap('events', tables.events),
    collections: Object.fromEntries(collections) as GuildTables['collections'],
    ledgers: tables.ledgers,
  };
}

/** Makes the database itself refuse new rows of a table (all, or `when`), as a full disk does; answers how to end it. */
export async function refuseRows(file: string, table: string, when = ''): Promise<() => Promise<void>> {
  const connection = new KeyvSqlite({ uri: `sqlite://${file}`, table, busyTimeout: 5000 });
  await connection.query(
    `CREATE TRIGGER refuse BEFORE INSERT ON ${table} ${when} BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END`,
  );
  return async () => {
    await connection.query('DROP TRIGGER refuse');
    await connection.close();
  };
}
