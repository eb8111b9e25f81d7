import type { Counters } from '../counters.ts';
import { FRAME_SAMPLES } from '../opus-frame.ts';
import type { OutFrame } from '../send.ts';
import type { FrameDecoder } from './codec.ts';
import { Concealer } from './concealer.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import type { Loudness } from './loudness.ts';
import type { Place } from './place.ts';

/** Packets passed on that are remembered, so that a decoder can be brought up to where the listeners' are: 80 ms. */
const REMEMBERED = 4;

/** What a speaker works with. */
export interface SpeakerParts {
  userId: string;
  counters: Counters;
  loudness: Loudness;
  /** Where decoders come from and go back to. */
  decoders: { take(): FrameDecoder; give(decoder: FrameDecoder): void };
}

/** Somebody who transmits: where they are heard, and their sound for the mixes they are in. */
export class Speaker {
  readonly userId: string;
  readonly loudness: Loudness;
  /** Where they are heard. */
  readonly places: Place[] = [];
  /** The 20 ms of this tick, for the mixes; only where `sounding`. */
  readonly pcm = new Float32Array(FRAME_SAMPLES);
  /** Whether there is anything to hear at this tick. */
  sounding = false;
  /** How much louder or softer they are heard, in dB. */
  gainDb = 0;
  /** Where their frames go, as they were told last. */
  destination: object | undefined;
  /** Key-up: what has come is still played. */
  ended = false;
  readonly buffer: JitterBuffer;
  readonly #parts: SpeakerParts;
  readonly #concealer = new Concealer();
  readonly #second = new Float32Array(FRAME_SAMPLES);
  readonly #passed: OutFrame[] = [];
  #decoder: FrameDecoder | undefined;
  /** Mixes they are in. */
  #mixes = 0;
  /** Places that wait for their mix. */
  #held = 0;
  #faded = false;

  constructor(parts: SpeakerParts) {
    this.userId = parts.userId;
    this.loudness = parts.loudness;
    this.#parts = parts;
    this.buffer = new JitterBuffer(parts.counters);
  }

  /** Whether a mix plays them. */
  get mixed(): boolean {
    return this.#mixes > 0;
  }

  /** Whether all that came was played, to the last sample. */
  get drained(): boolean {
    return this.ended && this.#faded;
  }

  /** The latest sound that was played, two frames of it. */
  get history(): Float32Array {
    return this.#concealer.history;
  }

  /** A frame of theirs came. */
  hear(frame: OutFrame, now: number): void {
    if (this.#mixes + this.#held > 0) this.buffer.put(frame, now);
    else this.#remember(frame);
  }

  /** Frames are kept from now on: a place goes over to a mix. */
  hold(): void {
    this.#held++;
  }

  /** The place went over. */
  release(): void {
    this.#held--;
    this.#rest();
  }

  /** A mix begins to play them. */
  join(): void {
    this.#mixes++;
    if (this.#decoder) return;
    this.#decoder = this.#parts.decoders.take();
    // So that the decoder, and who listens to the mix, go on in the middle of the word.
    for (const { opus } of this.#passed) {
      if (this.#decoder.decode(opus, this.pcm)) this.#concealer.real(this.pcm);
    }
    this.#passed.length = 0;
  }

  /** A mix does not play them any more. */
  leave(): void {
    this.#mixes--;
    this.#rest();
  }

  /** They key again before all was played. */
  revive(): void {
    this.ended = false;
    this.#faded = false;
  }

  /** Plays the next 20 ms into `pcm`. */
  tick(now: number): void {
    if (!this.buffer.started && !this.buffer.ready(now) && !(this.ended && this.buffer.waiting > 0)) {
      if (this.ended) this.#fade();
      else this.sounding = false;
      return;
    }
    if (this.ended && this.buffer.waiting === 0) {
      this.#fade();
      return;
    }
    this.sounding = this.#play(this.pcm, now);
    if (this.buffer.excessive) this.#catchUp(now);
    if (this.sounding) this.loudness.hear(this.pcm);
  }

  #play(into: Float32Array, now: number): boolean {
    const frame = this.buffer.take(now);
    if (frame && this.#decoder?.decode(frame.opus, into)) {
      this.#concealer.real(into);
      return true;
    }
    if (frame) this.#parts.counters.drop('mix-invalid');
    const heard = this.#concealer.conceal(into, false);
    if (heard) this.#parts.counters.concealed++;
    return heard;
  }

  /** Two frames in the time of one: the first flows into the second. */
  #catchUp(now: number): void {
    this.buffer.caughtUp();
    if (!this.#play(this.#second, now)) return;
    this.#parts.counters.drop('mix-skipped');
    for (let n = 0; n < FRAME_SAMPLES; n++) {
      const weight = (n + 1) / FRAME_SAMPLES;
      this.pcm[n] = (this.pcm[n] ?? 0) * (1 - weight) + (this.#second[n] ?? 0) * weight;
    }
  }

  #fade(): void {
    this.sounding = !this.#faded && this.#concealer.conceal(this.pcm, true);
    this.#faded = true;
  }

  #remember(frame: OutFrame): void {
    if (this.#passed.length >= REMEMBERED) this.#passed.shift();
    this.#passed.push(frame);
  }

  #rest(): void {
    if (this.#mixes + this.#held > 0) return;
    for (const frame of this.buffer.pending()) this.#remember(frame);
    this.buffer.clear();
    this.#concealer.reset();
    this.sounding = false;
    if (this.#decoder) this.#parts.decoders.give(this.#decoder);
    this.#decoder = undefined;
  }
}
