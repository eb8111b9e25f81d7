import { inTime } from './in-time.ts';
import type { Central, Clock, EntitledFeature, Entitlements, Log } from './ports.ts';

/** How long central may take to say what a guild is entitled to. */
const ASK_MS = 3000;

/** Waiting after a question that failed: doubled each time, from the first to the last. */
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;

/** How often it is asked again while all is well. */
const REFRESH_MS = 10 * 60_000;

/** What the watch is given. */
export interface EntitlementWatchOptions {
  guildId: string;
  central: Pick<Central, 'entitlements'>;
  clock: Clock;
  log: Log;
}

/**
 * What central last said the guild is entitled to. Nobody waits for it: while central never answered everything is
 * allowed, and while it cannot be reached what it said last goes on.
 */
export class EntitlementWatch {
  readonly #options: EntitlementWatchOptions;
  #known: Entitlements | null = null;
  #cancel: () => void = () => {};
  #stopped = false;

  constructor(options: EntitlementWatchOptions) {
    this.#options = options;
  }

  /** What central said last; null while it never answered. */
  get known(): Entitlements | null {
    return this.#known;
  }

  /** Whether the guild may use the feature, as far as is known. */
  allows(feature: EntitledFeature): boolean {
    return this.#known?.features.includes(feature) ?? true;
  }

  start(): void {
    void this.#ask(FIRST_RETRY_MS);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel();
  }

  async #ask(retryMs: number): Promise<void> {
    const { central, clock, guildId, log } = this.#options;
    try {
      this.#known = await inTime(clock, ASK_MS, () => central.entitlements(guildId));
      this.#later(REFRESH_MS, FIRST_RETRY_MS);
    } catch (error) {
      log.warn({ err: error, guildId, retryMs }, 'central did not say what the guild is entitled to; asking again');
      this.#later(retryMs, Math.min(2 * retryMs, LAST_RETRY_MS));
    }
  }

  #later(ms: number, retryMs: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.after(ms, () => void this.#ask(retryMs));
  }
}
