import type { Clock, Collections, JournalRow, Log } from '../shard/ports.ts';
import { COLLECTIONS, type CollectionName, type RecordChange, type Records } from '../shard/records.ts';
import type { GuildTables } from './guild-tables.ts';
import type { JournalTable } from './journal-table.ts';
import type { Table } from './table.ts';

/**
 * How long rows are gathered before their records are written. SQLite takes one write at a time and lets others sleep a
 * millisecond or more: what is written behind must not meet the next change at every turn.
 */
const GATHER_MS = 50;
/** How long to wait after a write that failed. */
const RETRY_MS = 1000;
/** Rows whose records are written together; of a record that several touch only the last value is. */
const BATCH_ROWS = 200;
/** Records written in one go: others wait that long for the file. */
const CHUNK_RECORDS = 200;

/** What the records are written to. */
export interface CollectionOptions {
  tables: Pick<GuildTables, 'meta' | 'collections'>;
  journal: Pick<JournalTable, 'last' | 'release'>;
  clock: Clock;
  log: Log;
}

/** The records of one guild, written behind the journal: first a row's records, then how far they are. */
export class CollectionTables implements Collections {
  readonly #options: CollectionOptions;
  #queue: JournalRow[] = [];
  #followed = 0;
  #draining: Promise<void> | null = null;
  #cancelWait: (() => void) | null = null;

  constructor(options: CollectionOptions) {
    this.#options = options;
  }

  /** `applied`: how far the records are, as read from disk. */
  start(applied: number): void {
    this.#followed = applied;
  }

  /** Some records may be newer than `applied`: the rows after it say the same again. */
  async read(): Promise<{ applied: number; records: RecordChange[] }> {
    const { meta, collections } = this.#options.tables;
    const applied = (await meta.get('applied')) ?? 0;
    const records: RecordChange[] = [];
    for (const collection of COLLECTIONS) {
      for await (const [key, value] of collections[collection].entries()) records.push({ collection, key, value });
    }
    return { applied, records };
  }

  /** @throws Error when the row is not the next one, or is not in the journal yet */
  follow(row: JournalRow): void {
    const next = this.#followed + 1;
    if (row.seq !== next) throw new Error(`records of row ${row.seq} came where ${next} was to come`);
    if (row.seq > this.#options.journal.last) throw new Error(`row ${row.seq} is not in the journal yet`);
    this.#followed = next;
    this.#queue.push(row);
    if (!this.#draining && !this.#cancelWait) this.#wait(GATHER_MS);
  }

  /** Writes what is waiting, with one more try where writing failed before. */
  async close(): Promise<void> {
    await this.#draining;
    if (this.#cancelWait) {
      this.#stopWaiting();
      await this.#drain();
      this.#stopWaiting();
    }
    if (this.#queue.length > 0) {
      this.#options.log.warn({ rows: this.#queue.length }, 'records could not be written; the next start writes them');
    }
  }

  #wait(ms: number): void {
    this.#cancelWait = this.#options.clock.after(ms, () => {
      this.#cancelWait = null;
      this.#draining = this.#drain().finally(() => {
        this.#draining = null;
        if (this.#queue.length > 0 && !this.#cancelWait) this.#wait(GATHER_MS);
      });
    });
  }

  #stopWaiting(): void {
    this.#cancelWait?.();
    this.#cancelWait = null;
  }

  /** What is waiting now; what comes meanwhile is gathered anew. */
  async #drain(): Promise<void> {
    for (let left = this.#queue.length; left > 0; left -= BATCH_ROWS) {
      const batch = this.#queue.slice(0, Math.min(left, BATCH_ROWS));
      try {
        await this.#write(batch);
      } catch (error) {
        this.#options.log.error(
          { err: error, rows: this.#queue.length, retryMs: RETRY_MS },
          'records could not be written; the journal holds them meanwhile',
        );
        this.#wait(RETRY_MS);
        return;
      }
      this.#queue.splice(0, batch.length);
    }
  }

  async #write(batch: readonly JournalRow[]): Promise<void> {
    const { tables, journal } = this.#options;
    for (const [collection, { set, removed }] of lastValues(batch)) {
      const table: Table<Records[CollectionName]> = tables.collections[collection];
      for (const keys of chunks(removed)) await table.remove(keys);
      for (const records of chunks(set)) await table.setMany(records);
    }
    const applied = batch.at(-1)?.seq ?? 0;
    await tables.meta.set('applied', applied);
    await journal.release(applied);
  }
}

/** What is to be done in one table. */
interface Writes {
  set: [key: string, value: Records[CollectionName]][];
  removed: string[];
}

/** Table by table what these rows come to: the last value of each record. */
function lastValues(batch: readonly JournalRow[]): Map<CollectionName, Writes> {
  const last = new Map<string, RecordChange>();
  for (const { rows } of batch) for (const change of rows) last.set(`${change.collection}/${change.key}`, change);
  const writes = new Map<CollectionName, Writes>();
  for (const { collection, key, value } of last.values()) {
    const { set, removed } = writes.get(collection) ?? { set: [], removed: [] };
    writes.set(collection, { set, removed });
    if (value === null) removed.push(key);
    else set.push([key, value]);
  }
  return writes;
}

function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let at = 0; at < all.length; at += CHUNK_RECORDS) yield all.slice(at, at + CHUNK_RECORDS);
}
