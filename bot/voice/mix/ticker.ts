import type { Clock } from '../../../shard/ports.ts';
import { FRAME_MS } from '../opus-frame.ts';

/** A loop that stood still for longer than this does not make up for the ticks it missed, ms. */
const MOST_BEHIND_MS = 200;

/** Ticks every 20 ms without drifting: each tick is due 20 ms after the one before was due, not after it came. */
export class Ticker {
  readonly #clock: Clock;
  readonly #onTick: (now: number) => void;
  #cancel: (() => void) | undefined;
  #due = 0;

  constructor(clock: Clock, onTick: (now: number) => void) {
    this.#clock = clock;
    this.#onTick = onTick;
  }

  /** Begins, with a first tick after `ms`; does nothing while it runs. */
  start(ms: number): void {
    if (this.#cancel) return;
    this.#due = this.#clock.now() + ms;
    this.#wait(ms);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #wait(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => this.#fire());
  }

  #fire(): void {
    const now = this.#clock.now();
    // Too far behind, or the clock was set: begin anew from here.
    if (Math.abs(now - this.#due) > MOST_BEHIND_MS) this.#due = now;
    this.#due += FRAME_MS;
    this.#onTick(now);
    // A tick that is due already comes after the packets that wait in the socket: they are what it has to play.
    if (this.#cancel) this.#wait(Math.max(0, this.#due - now));
  }
}
