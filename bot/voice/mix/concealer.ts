import { FRAME_SAMPLES } from '../opus-frame.ts';

/** What is remembered of the sound: two frames. */
const HISTORY = 2 * FRAME_SAMPLES;
/** Pitch is looked for from 400 Hz down to 62 Hz, on every fourth sample. */
const COARSE = 4;
const SHORTEST_LAG = 120;
const LONGEST_LAG = 768;
/** How much sound is compared, in samples. */
const COMPARED = 480;
/** What is made up flows into what is real within 2.5 ms. */
const BLEND = 120;
/** How loud what is made up is at the end of the first, second and third frame; then it is silent. */
const DECAY = [0.6, 0.2, 0] as const;

/**
 * Makes up sound for frames that are missing: the last period of the voice, again and again, softer and softer, and
 * nothing after 60 ms. No binding of Opus for Node offers the decoder's own concealment for 20 ms.
 */
export class Concealer {
  readonly #history = new Float32Array(HISTORY);
  /** One period, made so that its end flows into its beginning. */
  readonly #period = new Float32Array(LONGEST_LAG);
  #lag = 0;
  /** Samples made up since the last real one. */
  #made = 0;
  #level = 1;
  #frames = 0;
  /** The step between the last real sample and the first made-up one; it is evened out over `BLEND` samples. */
  #step = 0;

  /** A frame came: it is blended with what was made up before it, in place, and remembered. */
  real(pcm: Float32Array): void {
    if (this.#frames > 0) {
      for (let n = 0; n < BLEND; n++) {
        const weight = (n + 1) / (BLEND + 1);
        pcm[n] = (pcm[n] ?? 0) * weight + this.#extend(n) * this.#level * (1 - weight);
      }
      this.#frames = 0;
    }
    this.#history.copyWithin(0, FRAME_SAMPLES);
    this.#history.set(pcm, FRAME_SAMPLES);
  }

  /** Fills a frame that is missing; `last`: it is the last one, and ends in silence. False when it is silent anyway. */
  conceal(into: Float32Array, last: boolean): boolean {
    if (this.#frames === 0) this.#begin();
    const from = this.#level;
    const to = last ? 0 : (DECAY[this.#frames] ?? 0);
    for (let n = 0; n < FRAME_SAMPLES; n++) {
      into[n] = this.#extend(n) * (from + ((to - from) * (n + 1)) / FRAME_SAMPLES);
    }
    this.#made += FRAME_SAMPLES;
    this.#level = to;
    this.#frames++;
    return from > 0;
  }

  /** The latest sound, two frames of it; changes with the next call. */
  get history(): Float32Array {
    return this.#history;
  }

  /** Forgets the sound, for another speaker. */
  reset(): void {
    this.#history.fill(0);
    this.#frames = 0;
  }

  #begin(): void {
    const lag = this.#findLag();
    const start = HISTORY - lag;
    const blend = lag >> 2;
    for (let n = 0; n < lag; n++) this.#period[n] = this.#history[start + n] ?? 0;
    for (let n = 0; n < blend; n++) {
      const weight = (n + 1) / (blend + 1);
      const at = lag - blend + n;
      this.#period[at] = (this.#period[at] ?? 0) * (1 - weight) + (this.#history[start - blend + n] ?? 0) * weight;
    }
    this.#lag = lag;
    this.#made = 0;
    this.#level = 1;
    this.#step = (this.#history[HISTORY - 1] ?? 0) - (this.#history[start - 1] ?? 0);
  }

  #extend(n: number): number {
    const at = this.#made + n;
    const evened = at < BLEND ? this.#step * (1 - (at + 1) / BLEND) : 0;
    return (this.#period[at % this.#lag] ?? 0) + evened;
  }

  /** How many samples ago the sound was most like it is now: first on every fourth sample, then around the best. */
  #findLag(): number {
    let lag = SHORTEST_LAG;
    let best = Number.NEGATIVE_INFINITY;
    for (let one = SHORTEST_LAG; one <= LONGEST_LAG; one += COARSE) {
      const likeness = this.#likeness(one, COARSE);
      if (likeness > best) [best, lag] = [likeness, one];
    }
    const coarse = lag;
    best = Number.NEGATIVE_INFINITY;
    for (let one = Math.max(SHORTEST_LAG, coarse - COARSE + 1); one < coarse + COARSE; one++) {
      const likeness = this.#likeness(one, 1);
      if (likeness > best) [best, lag] = [likeness, one];
    }
    return Math.min(lag, LONGEST_LAG);
  }

  /** Normalized correlation of the latest sound with that `lag` samples before it. */
  #likeness(lag: number, step: number): number {
    let product = 0;
    let energy = 1e-9;
    for (let at = HISTORY - COMPARED; at < HISTORY; at += step) {
      const before = this.#history[at - lag] ?? 0;
      product += (this.#history[at] ?? 0) * before;
      energy += before * before;
    }
    return product / Math.sqrt(energy);
  }
}
