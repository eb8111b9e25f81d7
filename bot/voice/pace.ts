import type { Clock } from '../../shard/ports.ts';

/** Joining a call costs the event loop up to 32 ms (50 people, measured): our own joins keep this distance. */
const GAP_MS = 25;

/** Spreads work that stalls the sound: one piece at a time, with a gap between two. */
export class Pace {
  readonly #clock: Clock;
  #nextAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs `fn` now, or as soon as the work before it allows. */
  run(fn: () => void): void {
    const now = this.#clock.now();
    const wait = this.#nextAt - now;
    this.#nextAt = Math.max(now, this.#nextAt) + GAP_MS;
    if (wait <= 0) fn();
    else this.#clock.after(wait, fn);
  }
}
