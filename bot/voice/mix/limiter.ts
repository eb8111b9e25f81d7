import { FRAME_SAMPLES } from '../opus-frame.ts';

/** The loudest that comes out: -1 dB of full scale, so that Opus, which overshoots a little, does not clip either. */
export const CEILING = 0.891;
/** Gain is worked out for pieces of 2.5 ms. */
const PIECE = 120;
/** Below this nothing is bent; between it and the ceiling loud moments are rounded. */
const KNEE = 0.95 * CEILING;
/** How far gain comes back per piece: 90 % in 150 ms. */
const RELEASE = 0.038;

/**
 * Keeps a mix below full scale without a click: gain goes down along a line within 2.5 ms before the loud moment, where
 * the frame shows it coming, and comes back slowly. What is loud at the very beginning of a frame is rounded instead.
 */
export class Limiter {
  #gain = 1;
  readonly #targets = new Float32Array(FRAME_SAMPLES / PIECE + 1);

  /** Limits a frame in place. */
  limit(pcm: Float32Array): void {
    if (!this.#aim(pcm)) return;
    for (let piece = 0; piece * PIECE < FRAME_SAMPLES; piece++) this.#apply(pcm, piece);
  }

  /** The gain that each piece allows; false when the whole frame may stay as it is. */
  #aim(pcm: Float32Array): boolean {
    let quiet = this.#gain === 1;
    const pieces = FRAME_SAMPLES / PIECE;
    for (let piece = 0; piece < pieces; piece++) {
      let peak = 0;
      for (let n = piece * PIECE; n < (piece + 1) * PIECE; n++) peak = Math.max(peak, Math.abs(pcm[n] ?? 0));
      this.#targets[piece] = peak > KNEE ? KNEE / peak : 1;
      if (peak > KNEE) quiet = false;
    }
    this.#targets[pieces] = 1;
    return !quiet;
  }

  #apply(pcm: Float32Array, piece: number): void {
    const here = this.#targets[piece] ?? 1;
    // By its end the gain must suit the next piece too.
    const allowed = Math.min(here, this.#targets[piece + 1] ?? 1);
    const from = this.#gain;
    let to = Math.min(allowed, from + (1 - from) * RELEASE);
    if (to > 0.9999) to = 1;
    for (let n = 0; n < PIECE; n++) {
      const at = piece * PIECE + n;
      pcm[at] = rounded((pcm[at] ?? 0) * (from + ((to - from) * (n + 1)) / PIECE));
    }
    this.#gain = to;
  }
}

/** Bends what is above the knee so that it never reaches the ceiling. */
function rounded(sample: number): number {
  const size = Math.abs(sample);
  if (size <= KNEE) return sample;
  const room = CEILING - KNEE;
  return Math.sign(sample) * (KNEE + room * Math.tanh((size - KNEE) / room));
}
