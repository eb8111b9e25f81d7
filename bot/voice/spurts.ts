import { sequenceDistance } from './sequence.ts';

/** A stream that paused this long has ended its transmission (the shard's own limit for a missing key-up). */
const ENDED_AFTER_MS = 200;
/** Frames further behind than this (two seconds) do not belong to the spurt: the stream was numbered anew. */
const WINDOW = 100;
/** Streams remembered at once; more than a full voice channel (99 people) has. */
const MAX_STREAMS = 128;

interface Spurt {
  highest: number;
  at: number;
  ended: boolean;
}

/**
 * Tells a frame that comes after its spurt is over from the first frame of the next spurt, so that a straggler never keys
 * somebody's radio again.
 */
export class Spurts {
  readonly #streams = new Map<number, Spurt>();

  /** Notes a frame; true when it is a straggler and must be dropped. `now` is in milliseconds. */
  isLate(ssrc: number, sequence: number, silence: boolean, now: number): boolean {
    const spurt = this.#streams.get(ssrc);
    if (!spurt) return this.#begin(ssrc, sequence, silence, now);
    const ahead = sequenceDistance(sequence, spurt.highest);
    if (ahead <= 0 && ahead > -WINDOW) {
      if (silence || spurt.ended || now - spurt.at >= ENDED_AFTER_MS) return true;
      spurt.at = now;
      return false;
    }
    spurt.highest = sequence;
    spurt.at = now;
    spurt.ended = silence;
    return false;
  }

  #begin(ssrc: number, highest: number, ended: boolean, at: number): false {
    if (this.#streams.size >= MAX_STREAMS) this.#streams.clear();
    this.#streams.set(ssrc, { highest, at, ended });
    return false;
  }
}
