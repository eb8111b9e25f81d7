import type { GuildStore, JournalRow } from '../../shard/ports.ts';
import type { ShardEvent } from '../../shard/record/events.ts';
import type { RecordChange } from '../../shard/records.ts';

/** A guild's store in memory, for tests of the rooms above it. Copies what it is given, as a disk would. */
export class MemoryStore implements GuildStore {
  readonly rows: JournalRow[] = [];
  readonly published: ShardEvent[] = [];
  /** Set to make the next appends wait or fail. */
  gate: (row: JournalRow) => Promise<void> = () => Promise.resolve();
  closed = false;

  readonly journal = {
    append: async (row: JournalRow): Promise<void> => {
      await this.gate(row);
      this.rows.push(structuredClone(row));
    },
    read: (after: number) => this.#read(after),
  };

  readonly collections = {
    read: async (): Promise<{ applied: number; records: RecordChange[] }> => ({ applied: 0, records: [] }),
    follow: (): void => {},
  };

  readonly eventLog = {
    append: async (batch: readonly ShardEvent[]): Promise<void> => {
      this.published.push(...structuredClone(batch));
    },
    read: async (): Promise<ShardEvent[]> => structuredClone(this.published),
  };

  async close(): Promise<void> {
    this.closed = true;
  }

  async *#read(after: number): AsyncGenerator<JournalRow> {
    for (const row of structuredClone(this.rows)) if (row.seq > after) yield row;
  }
}
