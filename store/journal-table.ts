import type { Journal, JournalRow, Log } from '../shard/ports.ts';
import { numberKey } from './guild-tables.ts';
import { StoreError } from './store-error.ts';
import type { Table } from './table.ts';
import { WriteTimer } from './write-timer.ts';

/** Applied rows that are kept: their events may still be missing from the event log. */
const KEEP_ROWS = 1000;
/** Old rows are removed this many at a time. */
const TRIM_ROWS = 100;
/** Most rows that may wait for their records to be written. */
const MAX_BEHIND = 10_000;

/** The journal of one guild: a row per change, gapless, one writer. */
export class JournalTable implements Journal {
  readonly times = new WriteTimer();
  readonly #table: Table<JournalRow>;
  readonly #log: Log;
  #first = 1;
  #last = 0;
  #applied = 0;
  #appending = false;

  constructor(table: Table<JournalRow>, log: Log) {
    this.#table = table;
    this.#log = log;
  }

  /** The last row on disk; 0 when there is none. */
  get last(): number {
    return this.#last;
  }

  /** Looks at what is there. @throws StoreError when rows are missing. */
  async start(applied: number): Promise<void> {
    const seqs: number[] = [];
    for await (const { seq } of this.read(0)) seqs.push(seq);
    this.#first = seqs[0] ?? 1;
    this.#last = seqs.at(-1) ?? 0;
    this.#applied = applied;
    const gapless = this.#last - this.#first + 1 === seqs.length;
    if (!gapless || this.#first > applied + 1 || this.#last < applied) {
      throw new StoreError(
        `Its journal misses rows (${seqs.length} rows from ${this.#first} to ${this.#last}, records as of ${applied}). Put back a copy of the file and its -wal file.`,
      );
    }
  }

  /**
   * @throws Error when another append is running or the row is not the next one
   * @throws StoreError when too many rows wait for their records
   */
  async append(row: JournalRow): Promise<void> {
    if (this.#appending) throw new Error(`journal row ${row.seq} came while another was being written`);
    if (row.seq !== this.#last + 1) throw new Error(`journal row ${row.seq} does not follow ${this.#last}`);
    if (row.seq - this.#applied > MAX_BEHIND) {
      throw new StoreError(
        `${MAX_BEHIND} changes wait for their records to be written. Look for the reason in the log.`,
      );
    }
    this.#appending = true;
    try {
      await this.times.time(() => this.#write(row));
      this.#last = row.seq;
    } finally {
      this.#appending = false;
    }
  }

  async *read(after: number): AsyncGenerator<JournalRow> {
    const rows: JournalRow[] = [];
    for await (const [, row] of this.#table.entries()) if (row.seq > after) rows.push(row);
    yield* rows.sort((a, b) => a.seq - b.seq);
  }

  /** The records of all rows up to here are written: old rows may go. */
  async release(applied: number): Promise<void> {
    this.#applied = applied;
    const end = applied - KEEP_ROWS;
    if (end - this.#first < TRIM_ROWS) return;
    const keys = Array.from({ length: end - this.#first + 1 }, (_, index) => numberKey(this.#first + index));
    try {
      await this.#table.remove(keys);
      this.#first = end + 1;
    } catch (error) {
      this.#log.warn({ err: error, rows: keys.length }, 'old journal rows could not be removed; trying again later');
    }
  }

  /** A write that failed may have reached the disk all the same (a flush that failed): it is taken back. */
  async #write(row: JournalRow): Promise<void> {
    const key = numberKey(row.seq);
    try {
      await this.#table.set(key, row);
    } catch (error) {
      await this.#table.remove([key]).catch((reason: unknown) => {
        this.#log.warn({ err: reason, seq: row.seq }, 'a failed journal row could not be taken back');
      });
      throw error;
    }
  }
}
