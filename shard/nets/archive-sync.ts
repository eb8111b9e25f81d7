import type { Central, Checkpoint, Clock, Log } from '../ports.ts';
import type { ArchiveChainRecord } from '../records.ts';

/** What the sync is given. */
export interface ArchiveSyncOptions {
  guildId: string;
  /** How far the chain is now. */
  chain: () => ArchiveChainRecord;
  central: Pick<Central, 'checkpoint' | 'holdCheckpoint'>;
  clock: Clock;
  log: Log;
}

/** How far central is behind, as the Owner API shows it. */
export interface ArchiveSyncStatus {
  /** What central confirmed last; nulls and 0 before it confirmed anything. */
  checkpoint: { lastCheckpointHash: string | null; lastCheckpointVersion: number; lastCheckpointAt: string | null };
  /** Changes that central has not confirmed. */
  pendingOps: number;
}

/** How long changes are gathered before they are handed up. */
const GATHER_MS = 5000;
/** How long central may take to answer. */
const ANSWER_MS = 10_000;
/** How long the last checkpoint may take while the shard stops: the program ends after 4.5 s. */
const STOP_MS = 1000;
/** The longest wait between two tries; it begins with `GATHER_MS` and doubles. */
const MAX_RETRY_MS = 60_000;

/** Hands the archive's chain of changes to central: at most every 5 s, and once more when the shard stops. */
export class ArchiveSync {
  readonly #options: ArchiveSyncOptions;
  #confirmed: Checkpoint | null = null;
  /** Whether central said what it holds. It is told nothing before, but when the shard stops. */
  #known = false;
  #cancel: (() => void) | null = null;
  #working: Promise<void> | null = null;
  #failures = 0;
  #stopped = false;

  constructor(options: ArchiveSyncOptions) {
    this.#options = options;
  }

  /** Asks central what it holds, without waiting for it. */
  start(): void {
    this.#work(ANSWER_MS);
  }

  /** The chain went on. */
  follow(): void {
    if (!this.#cancel && !this.#working) this.#workAfter(GATHER_MS);
  }

  status(): ArchiveSyncStatus {
    const { hash = null, version = 0, at = null } = this.#confirmed ?? {};
    return {
      checkpoint: { lastCheckpointHash: hash, lastCheckpointVersion: version, lastCheckpointAt: at },
      pendingOps: this.#pending(),
    };
  }

  /** Hands up what central lacks, if it answers within a second; the next start does otherwise. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    this.#cancel = null;
    await Promise.race([this.#finish(), this.#late(STOP_MS).catch(() => undefined)]);
    const { log, guildId } = this.#options;
    const pendingOps = this.#pending();
    if (pendingOps > 0) log.warn({ guildId, pendingOps }, 'archive changes will be confirmed after the next start');
  }

  async #finish(): Promise<void> {
    await this.#working;
    this.#known = true;
    if (this.#pending() > 0) await this.#work(STOP_MS);
  }

  /** A checkpoint that is ahead, or says something else of the same version, is of another past: a copy was put back. */
  #pending(): number {
    const { version, hash } = this.#options.chain();
    const { version: held, hash: heldHash } = this.#confirmed ?? { version: 0, hash: '' };
    const isOurs = held < version || (held === version && heldHash === hash);
    return isOurs ? version - held : version;
  }

  #workAfter(ms: number): void {
    if (this.#stopped) return;
    this.#cancel?.();
    this.#cancel = this.#options.clock.after(ms, () => {
      this.#cancel = null;
      if (!this.#working) this.#work(ANSWER_MS);
    });
  }

  #work(limitMs: number): Promise<void> {
    this.#working = this.#talk(limitMs).then(
      () => this.#succeeded(),
      (error: unknown) => this.#failed(error),
    );
    return this.#working;
  }

  #succeeded(): void {
    this.#working = null;
    this.#failures = 0;
    if (this.#pending() > 0) this.#workAfter(GATHER_MS);
  }

  #failed(error: unknown): void {
    this.#working = null;
    this.#failures += 1;
    const { log, guildId } = this.#options;
    const retryMs = Math.min(GATHER_MS * 2 ** (this.#failures - 1), MAX_RETRY_MS);
    const fields = { err: error, guildId, pendingOps: this.#pending(), retryMs };
    log.warn(fields, 'central could not be told of archive changes; trying again');
    this.#workAfter(retryMs);
  }

  /** Asks central once what it holds; after that tells it how far the chain is. */
  async #talk(limitMs: number): Promise<void> {
    const { central, guildId, chain } = this.#options;
    const cancelled = new AbortController();
    const inTime = <T>(answer: Promise<T>) => Promise.race([answer, this.#late(limitMs, cancelled.signal)]);
    try {
      if (!this.#known) {
        this.#confirmed = await inTime(central.checkpoint(guildId));
        this.#known = true;
      } else if (this.#pending() > 0) {
        const { version, hash } = chain();
        this.#confirmed = await inTime(central.holdCheckpoint(guildId, { version, hash }));
      }
    } finally {
      cancelled.abort();
    }
  }

  /** Rejects after so long, or never when it is cancelled before. */
  #late(ms: number, cancelled?: AbortSignal): Promise<never> {
    return new Promise((_, reject) => {
      const cancel = this.#options.clock.after(ms, () => reject(new Error(`central did not answer within ${ms} ms`)));
      cancelled?.addEventListener('abort', cancel);
    });
  }
}
