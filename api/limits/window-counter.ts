import type { Clock } from '../../shard/ports.ts';

/** Where somebody stands within their window. */
export interface Standing {
  /** Requests that a window allows. */
  limit: number;
  /** Requests that are left in it. */
  remaining: number;
  /** When the window ends, milliseconds since the epoch. */
  resetAt: number;
  /** How many requests were too many in it. */
  over: number;
}

/** What is counted, and how far. */
export interface WindowCounterOptions {
  limit: number;
  /** Length of a window, milliseconds. */
  windowMs: number;
  /** How many are kept track of at once. */
  maxTracked: number;
  clock: Clock;
}

/**
 * Counts requests in windows that begin with the first one. All windows are equally long, so the map is in the order in
 * which they end: what has ended is found at its front, and when it is full the one that ends next goes. No timers.
 */
export class WindowCounter {
  readonly #options: WindowCounterOptions;
  readonly #windows = new Map<string, { endsAt: number; count: number }>();

  constructor(options: WindowCounterOptions) {
    this.#options = options;
  }

  /** How many are kept track of now. */
  get tracked(): number {
    return this.#windows.size;
  }

  /** Counts one request of somebody, also one that is too many. */
  count(who: string): Standing {
    const { limit, clock } = this.#options;
    const now = clock.now();
    const known = this.#windows.get(who);
    const window = known && known.endsAt > now ? known : this.#open(who, now);
    window.count += 1;
    const left = limit - window.count;
    return { limit, remaining: Math.max(0, left), resetAt: window.endsAt, over: Math.max(0, -left) };
  }

  #open(who: string, now: number): { endsAt: number; count: number } {
    const { windowMs, maxTracked } = this.#options;
    this.#windows.delete(who);
    for (const [other, { endsAt }] of this.#windows) {
      if (endsAt > now && this.#windows.size < maxTracked) break;
      this.#windows.delete(other);
    }
    const window = { endsAt: now + windowMs, count: 0 };
    this.#windows.set(who, window);
    return window;
  }
}
