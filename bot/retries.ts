import type { Clock } from '../shard/ports.ts';
import { backoff } from './backoff.ts';

/** Things that failed and are tried again, each later and later. */
export class Retries {
  readonly #clock: Clock;
  readonly #firstMs: number;
  readonly #mostMs: number;
  readonly #waiting = new Map<string, { failures: number; cancel: () => void }>();

  /** Waits `firstMs` after the first failure in a row of a thing, doubling up to `mostMs`. */
  constructor(clock: Clock, firstMs: number, mostMs: number) {
    this.#clock = clock;
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
  }

  /** Calls `again` after a while, instead of what was to be called before. Answers in how many milliseconds. */
  failed(thing: string, again: () => void): number {
    const before = this.#waiting.get(thing);
    before?.cancel();
    const failures = (before?.failures ?? 0) + 1;
    const ms = backoff(failures, this.#firstMs, this.#mostMs);
    this.#waiting.set(thing, { failures, cancel: this.#clock.after(ms, again) });
    return ms;
  }

  /** It worked, or does not matter any more. */
  done(thing: string): void {
    this.#waiting.get(thing)?.cancel();
    this.#waiting.delete(thing);
  }

  /** Tries nothing again any more. */
  stop(): void {
    for (const thing of this.#waiting.keys()) this.done(thing);
  }
}
