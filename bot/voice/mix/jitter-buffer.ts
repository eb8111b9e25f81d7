import type { Counters } from '../counters.ts';
import { FRAME_MS } from '../opus-frame.ts';
import type { OutFrame } from '../send.ts';
import { sequenceDistance, sequencePlus } from '../sequence.ts';

/** A spurt is not played before its first frame has waited this long: later frames may come this much later, ms. */
export const MARGIN_MS = 6;
/** Frames that can wait at once; a greater jump in the sequence numbers is a new beginning. */
const SLOTS = 16;
/** More frames waiting than this (160 ms) are not caught up with but skipped. */
const MOST_WAITING = 8;
/** How many waiting frames are left when it skips. */
const LEFT_WAITING = 2;
/** A frame that came too late makes everything after it wait longer, up to this, ms. */
const MOST_STRETCHED_MS = 60;
/** How many frames in a row must have waited a frame longer than they need before one frame is played together with the next. */
const SPARE_FRAMES = 50;
/** Each frame that leaves more than two waiting counts for this many: a long wait is shortened every 200 ms. */
const LONG_WAIT_COUNTS = 5;

/**
 * One speaker's frames on their way into the mixes: in order, one per tick, each after the shortest wait that still lets
 * the next come in time. Where a frame is missing at its tick it answers nothing, and the sound is made up:
 *
 * - later ones are there: it is lost; should it come still, it is dropped and counted, and the wait grows by a frame
 * - none is there: nobody can know yet; when it comes after all it is played, later than meant, and so is all after it;
 *   when the next comes instead, it was lost and its time has been filled already
 */
export class JitterBuffer {
  readonly #counters: Counters;
  readonly #slots: (OutFrame | undefined)[] = new Array(SLOTS).fill(undefined);
  readonly #arrivals = new Float64Array(SLOTS);
  #ssrc = 0;
  /** Sequence number of the next frame to be played; undefined while there is none. */
  #next: number | undefined;
  #started = false;
  #waiting = 0;
  /** Ticks without any frame since the last one that was played. */
  #starved = 0;
  #stretch = false;
  #lastWait = 0;
  #spare = 0;

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Frames that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether frames of this spurt were played already. */
  get started(): boolean {
    return this.#started;
  }

  /** Whether the delay is a frame longer than it needs to be, for a second now. */
  get excessive(): boolean {
    return this.#spare >= SPARE_FRAMES && this.#waiting > 0;
  }

  /** Takes a frame that arrived at `now`, ms. */
  put(frame: OutFrame, now: number): void {
    if (this.#next === undefined || frame.ssrc !== this.#ssrc) this.#begin(frame);
    let ahead = sequenceDistance(frame.sequence, this.#next ?? frame.sequence);
    if (Math.abs(ahead) >= SLOTS) {
      this.#begin(frame);
      ahead = 0;
    }
    if (ahead < 0 && !this.#started) {
      // The first frames overtook one another; nothing was played yet.
      this.#next = frame.sequence;
    } else if (ahead < 0) {
      this.#counters.drop('mix-late');
      this.#stretch = this.#lastWait < MOST_STRETCHED_MS;
      return;
    }
    const slot = frame.sequence % SLOTS;
    if (this.#slots[slot]) return;
    this.#slots[slot] = frame;
    this.#arrivals[slot] = now;
    this.#waiting++;
  }

  /** Whether the next tick at `now` has something to play. */
  ready(now: number): boolean {
    if (this.#next === undefined || this.#waiting === 0) return false;
    if (this.#started) return true;
    const slot = this.#next % SLOTS;
    const waited = now - (this.#arrivals[slot] ?? now);
    // Below zero: the clock was set back.
    return waited >= MARGIN_MS || waited < 0;
  }

  /** The frame to be played at this tick; undefined where there is none. Only to be asked once the first was `ready`. */
  take(now: number): OutFrame | undefined {
    if (this.#next === undefined) return undefined;
    this.#started = true;
    if (this.#stretch) {
      this.#stretch = false;
      return undefined;
    }
    if (this.#waiting === 0) {
      this.#starved++;
      return undefined;
    }
    this.#skip();
    const slot = this.#next % SLOTS;
    const frame = this.#slots[slot];
    this.#next = sequencePlus(this.#next, 1);
    if (!frame) return undefined;
    this.#slots[slot] = undefined;
    this.#waiting--;
    this.#measure(now - (this.#arrivals[slot] ?? now));
    return frame;
  }

  /** A frame was played together with another: it is looked at anew whether the delay is still too long. */
  caughtUp(): void {
    this.#spare = 0;
  }

  /** The frames that wait, in order; they stay. */
  *pending(): Generator<OutFrame> {
    for (let n = 0; n < SLOTS && this.#next !== undefined; n++) {
      const frame = this.#slots[sequencePlus(this.#next, n) % SLOTS];
      if (frame) yield frame;
    }
  }

  /** Forgets everything: the next frame begins a spurt. */
  clear(): void {
    this.#slots.fill(undefined);
    this.#next = undefined;
    this.#started = false;
    this.#waiting = 0;
    this.#starved = 0;
    this.#stretch = false;
    this.#lastWait = 0;
    this.#spare = 0;
  }

  #begin(frame: OutFrame): void {
    this.clear();
    this.#ssrc = frame.ssrc;
    this.#next = frame.sequence;
  }

  /** Past what was lost and has been filled already, and past what is too old to be played. */
  #skip(): void {
    for (; this.#starved > 0 && !this.#isThere(); this.#starved--) this.#advance();
    this.#starved = 0;
    if (this.#waiting <= MOST_WAITING) return;
    while (this.#waiting > LEFT_WAITING) {
      if (this.#isThere()) this.#counters.drop('mix-skipped');
      this.#advance();
    }
    while (!this.#isThere()) this.#advance();
  }

  #isThere(): boolean {
    return this.#slots[(this.#next ?? 0) % SLOTS] !== undefined;
  }

  #advance(): void {
    const slot = (this.#next ?? 0) % SLOTS;
    if (this.#slots[slot]) this.#waiting--;
    this.#slots[slot] = undefined;
    this.#next = sequencePlus(this.#next ?? 0, 1);
  }

  #measure(waited: number): void {
    this.#lastWait = waited;
    this.#spare =
      waited > FRAME_MS + MARGIN_MS ? this.#spare + (this.#waiting > LEFT_WAITING ? LONG_WAIT_COUNTS : 1) : 0;
  }
}
