import type { Clock, EventLog, Log } from '../shard/ports.ts';
import type { ShardEvent } from '../shard/record/events.ts';
import { numberKey } from './guild-tables.ts';
import type { Table } from './table.ts';

/** Most events that are kept. */
const MAX_EVENTS = 10_000;
/** How long an event is kept. */
const MAX_AGE_MS = 3_600_000;
/** Old batches are removed this many at a time. */
const TRIM_BATCHES = 64;

interface Batch {
  key: string;
  events: number;
  /** Milliseconds since the epoch of its last event. */
  lastAt: number;
}

/** The event log of one guild: a row per batch, one writer. */
export class EventTable implements EventLog {
  readonly #table: Table<ShardEvent[]>;
  readonly #clock: Clock;
  readonly #log: Log;
  #batches: Batch[] = [];
  #events = 0;
  #next = 1;

  constructor(table: Table<ShardEvent[]>, clock: Clock, log: Log) {
    this.#table = table;
    this.#clock = clock;
    this.#log = log;
  }

  /** Looks at what is there. */
  async start(): Promise<void> {
    for (const [key, events] of await this.#sorted()) {
      this.#remember(key, events);
      this.#next = Number(key) + 1;
    }
  }

  async append(batch: readonly ShardEvent[]): Promise<void> {
    if (batch.length === 0) return;
    const key = numberKey(this.#next);
    this.#next += 1;
    await this.#table.set(key, [...batch]);
    this.#remember(key, batch);
    await this.#trim();
  }

  async read(): Promise<ShardEvent[]> {
    const events = (await this.#sorted()).flatMap(([, batch]) => batch);
    return events.slice(-MAX_EVENTS);
  }

  #remember(key: string, batch: readonly ShardEvent[]): void {
    this.#batches.push({ key, events: batch.length, lastAt: Date.parse(batch.at(-1)?.at ?? '') });
    this.#events += batch.length;
  }

  /** Removes whole batches that nobody may ask for any more; the batch is on disk by now, so that it never fails. */
  async #trim(): Promise<void> {
    const old = this.#oldBatches();
    if (old.length < TRIM_BATCHES) return;
    try {
      await this.#table.remove(old.map((batch) => batch.key));
      this.#batches.splice(0, old.length);
      this.#events -= old.reduce((sum, batch) => sum + batch.events, 0);
    } catch (error) {
      this.#log.warn({ err: error, batches: old.length }, 'old events could not be removed; trying again later');
    }
  }

  #oldBatches(): Batch[] {
    const since = this.#clock.now() - MAX_AGE_MS;
    let left = this.#events;
    const firstKept = this.#batches.findIndex((batch) => {
      left -= batch.events;
      return batch.lastAt >= since && left < MAX_EVENTS;
    });
    return firstKept < 0 ? [...this.#batches] : this.#batches.slice(0, firstKept);
  }

  async #sorted(): Promise<[string, ShardEvent[]][]> {
    const rows: [string, ShardEvent[]][] = [];
    for await (const row of this.#table.entries()) rows.push(row);
    return rows.sort(([a], [b]) => (a < b ? -1 : 1));
  }
}
