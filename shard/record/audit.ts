import type { AuditEntry } from '../ledgers.ts';
import { eventIdOf, mintAuditId } from '../mint.ts';
import type { Clock, Ids, Ledger, Log } from '../ports.ts';
import { isTime, ledgerRows } from './ledger-rows.ts';

/** How many entries are kept at least. */
const KEPT = 10_000;
/** Entries of one row on disk: few enough that rewriting a row that is not full yet costs little. */
const BATCH = 100;
/** Longest an entry waits for others before it is written. */
const FLUSH_MS = 1000;
/** Longest path that is kept. */
const PATH_MAX = 300;

/**
 * Keys and secrets, should somebody write one into a path, also with an encoded underscore: all but the prefix that
 * tells the kind is left out.
 */
const SECRETS = /(?:(sc(?:ok|sk|sh)(?:_|%5f))[\w%-]+|(whsec(?:_|%5f))[\w+/=%-]+)/gi;

/** What is given of an entry: the rest is minted here. */
export type AuditNote = Omit<AuditEntry, 'id' | 'at'>;

/** What the audit is made of. */
export interface AuditOptions {
  ledger: Ledger<AuditEntry[]>;
  clock: Clock;
  ids: Ids;
  log: Log;
}

/** Entries that lie in one row on disk. */
interface Batch {
  number: number;
  entries: AuditEntry[];
  /** Whether there is more in it than on disk. */
  dirty: boolean;
}

/**
 * Who called or commanded what, and what became of it: a ring of the last 10,000 entries, in memory and, at most a
 * second later, on disk. What cannot be written is tried again with what comes after it.
 */
export class Audit {
  readonly #options: AuditOptions;
  #batches: Batch[] = [];
  #count = 0;
  #gone: string[] = [];
  #cancelTimer: (() => void) | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: AuditOptions) {
    this.#options = options;
  }

  /** Reads what is on disk. */
  async start(): Promise<void> {
    const { ledger, ids, log } = this.#options;
    const rows = await ledgerRows({ ledger, name: 'audit', isWhole: isBatch, log });
    rows.sort(([a], [b]) => (a < b ? -1 : 1));
    this.#batches = rows.map(([key, entries]) => ({ number: Number(key), entries, dirty: false }));
    this.#count = rows.reduce((sum, [, entries]) => sum + entries.length, 0);
    const last = rows.at(-1)?.[1].at(-1)?.id;
    if (last) ids.follow(eventIdOf(last));
    this.#forgetOld();
  }

  /** Takes an entry down. Never fails, never waits. */
  note(note: AuditNote): void {
    const { clock, ids } = this.#options;
    const path = note.path.slice(0, PATH_MAX).replace(SECRETS, '$1$2…');
    const batch = this.#open();
    batch.entries.push({ id: mintAuditId(ids), at: new Date(clock.now()).toISOString(), ...note, path });
    batch.dirty = true;
    this.#count += 1;
    this.#forgetOld();
    this.#cancelTimer ??= clock.after(FLUSH_MS, () => this.#flush());
  }

  /** Newest first; those older than the entry with this id. */
  page(limit: number, before?: string): AuditEntry[] {
    const page: AuditEntry[] = [];
    for (const { entries } of this.#batches.toReversed()) {
      for (const entry of entries.toReversed()) {
        if (page.length === limit) return page;
        if (before === undefined || entry.id < before) page.push(entry);
      }
    }
    return page;
  }

  /** Writes what is waiting. */
  async stop(): Promise<void> {
    this.#flush();
    await this.#writing;
    this.#cancelTimer?.();
  }

  #open(): Batch {
    const last = this.#batches.at(-1);
    if (last && last.entries.length < BATCH) return last;
    const batch = { number: (last?.number ?? 0) + 1, entries: [], dirty: false };
    this.#batches.push(batch);
    return batch;
  }

  /** Whole batches go once there are enough entries without them. */
  #forgetOld(): void {
    for (;;) {
      const [oldest] = this.#batches;
      if (!oldest || this.#count - oldest.entries.length < KEPT) return;
      this.#batches.shift();
      this.#count -= oldest.entries.length;
      this.#gone.push(rowKey(oldest.number));
    }
  }

  #flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#writing = this.#writing.then(() => this.#write());
  }

  async #write(): Promise<void> {
    const { ledger, clock, log } = this.#options;
    const gone = this.#gone;
    this.#gone = [];
    try {
      for (const batch of this.#batches.filter(({ dirty }) => dirty)) {
        batch.dirty = false;
        await ledger.set(rowKey(batch.number), [...batch.entries]).catch((error: unknown) => {
          batch.dirty = true;
          throw error;
        });
      }
      await ledger.remove(gone);
    } catch (error) {
      log.error({ err: error }, 'the audit log could not be written; trying again');
      this.#gone = [...gone, ...this.#gone].slice(-KEPT);
      this.#cancelTimer ??= clock.after(FLUSH_MS, () => this.#flush());
    }
  }
}

function isBatch(key: string, entries: AuditEntry[]): boolean {
  return /^\d+$/.test(key) && entries.every(({ id, at }) => typeof id === 'string' && isTime(at));
}

/** Sorts as its number does. */
function rowKey(number: number): string {
  return String(number).padStart(12, '0');
}
