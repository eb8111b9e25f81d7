import { Decoder, Encoder } from '@evan/opus';
import { FRAME_SAMPLES, SAMPLE_RATE } from '../opus-frame.ts';

/** Turns one person's packets into sound, one after the other. */
export interface FrameDecoder {
  /** Fills `into` with 20 ms of mono sound, ±1; false when the packet does not hold exactly that. */
  decode(opus: Uint8Array, into: Float32Array): boolean;
  /** Forgets what came before, for another person's packets. */
  reset(): void;
}

/** Turns one mix into packets, one after the other. */
export interface FrameEncoder {
  /** Packs 20 ms of mono sound; what is beyond ±1 is cut off. */
  encode(pcm: Float32Array): Buffer;
  /** The next frame must be understood without those before it: somebody begins to listen. */
  refresh(): void;
  /** Forgets what came before, for another mix. */
  reset(): void;
}

/** Makes codecs. */
export interface Codecs {
  decoder(): FrameDecoder;
  encoder(): FrameEncoder;
}

const FULL_SCALE = 32_767;

/**
 * libopus by way of @evan/opus. Mono: speech is, and a mono frame takes as long to encode as a stereo one but keeps its
 * bits for one channel. Low delay: 2.5 ms within the codec instead of 6.5, and 5 % less time than `audio` (measured:
 * 92 µs a frame against 100; a decode takes about 40).
 */
export function opusCodecs(bitrate: number): Codecs {
  return { decoder: () => new OpusDecoder(), encoder: () => new OpusEncoder(bitrate) };
}

class OpusDecoder implements FrameDecoder {
  readonly #decoder = new Decoder({ channels: 1, sample_rate: SAMPLE_RATE });

  decode(opus: Uint8Array, into: Float32Array): boolean {
    let bytes: Uint8Array;
    try {
      bytes = this.#decoder.decode(opus);
    } catch {
      return false;
    }
    if (bytes.byteLength !== 2 * FRAME_SAMPLES) return false;
    const pcm = new Int16Array(bytes.buffer, bytes.byteOffset, FRAME_SAMPLES);
    for (let n = 0; n < FRAME_SAMPLES; n++) into[n] = (pcm[n] ?? 0) / FULL_SCALE;
    return true;
  }

  reset(): void {
    this.#decoder.reset();
  }
}

class OpusEncoder implements FrameEncoder {
  readonly #encoder = new Encoder({ channels: 1, sample_rate: SAMPLE_RATE, application: 'restricted_lowdelay' });
  readonly #pcm = new Int16Array(FRAME_SAMPLES);
  #refreshing = false;

  constructor(bitrate: number) {
    this.#encoder.bitrate = bitrate;
  }

  encode(pcm: Float32Array): Buffer {
    for (let n = 0; n < FRAME_SAMPLES; n++) {
      this.#pcm[n] = Math.round(Math.max(-1, Math.min(1, pcm[n] ?? 0)) * FULL_SCALE);
    }
    const bytes = this.#encoder.encode(this.#pcm);
    if (this.#refreshing) this.#encoder.prediction_disabled = false;
    this.#refreshing = false;
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  refresh(): void {
    this.#encoder.prediction_disabled = true;
    this.#refreshing = true;
  }

  reset(): void {
    this.#encoder.reset();
  }
}
