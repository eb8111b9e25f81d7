import type { Clock, Ledger, Log } from '../ports.ts';
import { isTime, ledgerRows } from '../record/ledger-rows.ts';

/** How often last uses are written at most. */
const FLUSH_MS = 60_000;

/** What the last uses are made of. */
export interface KeyUseOptions {
  ledger: Ledger<string>;
  clock: Clock;
  log: Log;
}

/** When each key was used last: in memory at once, on disk at most once a minute and when it stops. */
export class KeyUse {
  readonly #options: KeyUseOptions;
  readonly #last = new Map<string, number>();
  readonly #unwritten = new Set<string>();
  #forgotten: string[] = [];
  #cancelTimer: (() => void) | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: KeyUseOptions) {
    this.#options = options;
  }

  /** Reads what is on disk of the keys that there are, by id. */
  async start(keys: ReadonlyMap<string, unknown>): Promise<void> {
    const { ledger, log } = this.#options;
    const rows = await ledgerRows({ ledger, name: 'keyUse', isWhole: (_, at) => isTime(at), log });
    for (const [keyId, at] of rows) this.#last.set(keyId, Date.parse(at));
    this.follow(keys);
  }

  /** The key is used now. */
  note(keyId: string): void {
    this.#last.set(keyId, this.#options.clock.now());
    this.#unwritten.add(keyId);
    this.#schedule();
  }

  /** ISO time of the last use; null when there was none. */
  lastUsedAt(keyId: string): string | null {
    const at = this.#last.get(keyId);
    return at === undefined ? null : new Date(at).toISOString();
  }

  /** Only these keys are left; what is known of others is forgotten. */
  follow(keys: ReadonlyMap<string, unknown>): void {
    for (const keyId of this.#last.keys()) {
      if (keys.has(keyId)) continue;
      this.#last.delete(keyId);
      this.#unwritten.delete(keyId);
      this.#forgotten.push(keyId);
      this.#schedule();
    }
  }

  /** Writes what is waiting. */
  async stop(): Promise<void> {
    this.#flush();
    await this.#writing;
    this.#cancelTimer?.();
  }

  #schedule(): void {
    this.#cancelTimer ??= this.#options.clock.after(FLUSH_MS, () => this.#flush());
  }

  #flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#writing = this.#writing.then(() => this.#write());
  }

  async #write(): Promise<void> {
    const { ledger, log } = this.#options;
    const forgotten = this.#forgotten;
    this.#forgotten = [];
    try {
      await ledger.remove(forgotten);
      for (const keyId of this.#unwritten) {
        this.#unwritten.delete(keyId);
        const at = this.lastUsedAt(keyId);
        if (at !== null) await ledger.set(keyId, at);
      }
    } catch (error) {
      log.warn({ err: error }, 'last uses of keys could not be written; they are with their next use');
    }
  }
}
