import { LEDGERS } from '../../shard/ledgers.ts';
import type { Collections, EventLog, GuildStore, Journal, JournalRow, Ledger, Ledgers } from '../../shard/ports.ts';
import type { ShardEvent } from '../../shard/record/events.ts';
import type { RecordChange } from '../../shard/records.ts';
import { WriteTimer } from '../../store/write-timer.ts';

/** A guild's store that forgets everything with the process. Copies what it is given, as a disk would. */
export class MemoryStore implements GuildStore {
  readonly rows: JournalRow[] = [];
  readonly records = new Map<string, RecordChange>();
  readonly logged: ShardEvent[] = [];
  /** Set to make the next appends fail, as a full disk does. */
  failing = false;
  /** Set to make the next appends wait. */
  gate: () => Promise<void> = () => Promise.resolve();
  /** Set to leave the records behind the journal, as a process does that dies. */
  lagging = false;
  closed = false;
  #applied = 0;

  constructor(seed: readonly RecordChange[] = []) {
    for (const record of seed) this.#keep(record);
  }

  readonly times = new WriteTimer();

  readonly journal: Journal = {
    append: (row) =>
      this.times.time(async () => {
        await this.gate();
        if (this.failing) throw new Error('disk full');
        this.rows.push(structuredClone(row));
      }),
    times: this.times,
    read: (after) => this.#after(after),
  };

  readonly collections: Collections = {
    read: async () => ({ applied: this.#applied, records: structuredClone([...this.records.values()]) }),
    follow: (row) => {
      if (this.lagging) return;
      for (const record of structuredClone(row.rows)) this.#keep(record);
      this.#applied = row.seq;
    },
  };

  readonly eventLog: EventLog = {
    append: async (batch) => {
      this.logged.push(...structuredClone(batch));
    },
    read: async () => structuredClone(this.logged),
  };

  readonly ledgers = Object.fromEntries(LEDGERS.map((name) => [name, new MemoryLedger()])) as unknown as Ledgers;

  async close(): Promise<void> {
    this.closed = true;
  }

  async *#after(after: number): AsyncIterable<JournalRow> {
    for (const row of structuredClone(this.rows)) if (row.seq > after) yield row;
  }

  #keep(record: RecordChange): void {
    const key = `${record.collection}/${record.key}`;
    if (record.value === null) this.records.delete(key);
    else this.records.set(key, record);
  }
}

class MemoryLedger<V> implements Ledger<V> {
  readonly #rows = new Map<string, V>();

  async get(key: string): Promise<V | undefined> {
    return structuredClone(this.#rows.get(key));
  }

  async set(key: string, value: V): Promise<void> {
    this.#rows.set(key, structuredClone(value));
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#rows.delete(key);
  }

  async *entries(): AsyncIterable<[string, V]> {
    yield* structuredClone([...this.#rows]);
  }
}
