/** Frames softer than this, in dB of full scale, are pauses and tell nothing about how loud somebody speaks. */
const PAUSE_DB = -50;
/** The first frames count more, until this many (one second) are averaged. */
const AVERAGED = 50;

/** How loud somebody speaks: a slow average over frames with speech in them. */
export class Loudness {
  #db = 0;
  #frames = 0;

  /** In dB of full scale; undefined before the first ten frames (200 ms) of speech. */
  get db(): number | undefined {
    return this.#frames < 10 ? undefined : this.#db;
  }

  /** Takes a frame of theirs. */
  hear(pcm: Float32Array): void {
    let energy = 0;
    for (const sample of pcm) energy += sample * sample;
    const db = 10 * Math.log10(energy / pcm.length + 1e-12);
    if (db < PAUSE_DB) return;
    this.#frames = Math.min(AVERAGED, this.#frames + 1);
    this.#db += (db - this.#db) / this.#frames;
  }
}
