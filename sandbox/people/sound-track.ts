import { SAMPLE_RATE } from './spectrum.ts';

interface Piece {
  /** In samples of 48 kHz since 1970. */
  readonly at: number;
  readonly pcm: Int16Array;
}

// The sound kept per listener, before the latest.
const KEPT_SECONDS = 120;

// All streams together; four people talking all the time use this up in two minutes.
const MOST_PIECES = KEPT_SECONDS * 50 * 4;

/** The latest two minutes of what somebody heard, all streams mixed on one timeline. */
export class SoundTrack {
  private pieces: Piece[] = [];

  /** Adds mono samples that start at this time, in samples of 48 kHz since 1970. */
  add(at: number, pcm: Int16Array): void {
    this.pieces.push({ at, pcm });
    const oldest = at - KEPT_SECONDS * SAMPLE_RATE;
    // In bulk, so that trimming does not move the whole list with every packet.
    if (this.pieces.length > 1.1 * MOST_PIECES || (this.pieces[0]?.at ?? at) < oldest - 10 * SAMPLE_RATE) {
      this.pieces = this.pieces.filter((piece) => piece.at >= oldest).slice(-MOST_PIECES);
    }
  }

  /** What sounded since a time, mixed: from the first sound since then to the last. Full scale is ±32767, clipped. */
  mix(since?: Date): Int16Array {
    const from = since === undefined ? 0 : (since.getTime() * SAMPLE_RATE) / 1_000;
    const newest = this.pieces.reduce((latest, piece) => Math.max(latest, piece.at), 0);
    const oldest = Math.max(from, newest - KEPT_SECONDS * SAMPLE_RATE);
    const pieces = this.pieces.filter((piece) => piece.at >= oldest);
    const start = pieces.reduce((earliest, piece) => Math.min(earliest, piece.at), Number.POSITIVE_INFINITY);
    const end = pieces.reduce((latest, piece) => Math.max(latest, piece.at + piece.pcm.length), 0);
    const mixed = new Int32Array(pieces.length === 0 ? 0 : end - start);
    for (const { at, pcm } of pieces) {
      for (let n = 0; n < pcm.length; n++)
        mixed[at - start + n] = (mixed[at - start + n] as number) + (pcm[n] as number);
    }
    return Int16Array.from(mixed, (sample) => Math.max(-32_768, Math.min(32_767, sample)));
  }
}
