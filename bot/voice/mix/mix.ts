import { FRAME_SAMPLES } from '../opus-frame.ts';
import type { OutFrame } from '../send.ts';
import { sequencePlus, timestampPlus } from '../sequence.ts';
import type { FrameEncoder } from './codec.ts';
import { Limiter } from './limiter.ts';
import type { Place } from './place.ts';
import type { Speaker } from './speaker.ts';

/** Speakers are brought level by this much at most, dB. */
const MOST_LEVELLING_DB = 6;
/** How fast a speaker's gain moves: 6 dB in a second; once they are alone, 6 dB in a quarter of a second. dB per tick. */
const STEP_DB = 0.12;
const SOLO_STEP_DB = 0.5;

/** How one speaker sounds in one mix. */
interface Input {
  speaker: Speaker;
  /** Where the gain is, and is going. */
  gainDb: number;
  /** The same as a factor, at the end of the last frame. */
  factor: number;
  leaving: boolean;
}

/** One set of speakers as one stream, for all places that hear exactly them. */
export class Mix {
  key = '';
  readonly places: Place[] = [];
  /** The stream as its listeners know it; the packet that was made last. */
  readonly packet: OutFrame;
  readonly #encoder: FrameEncoder;
  readonly #limiter = new Limiter();
  readonly #levelling: boolean;
  readonly #inputs: Input[] = [];
  readonly #pcm = new Float32Array(FRAME_SAMPLES);

  /** `ssrc` tells it from every other stream; below zero, so that no real one has it. */
  constructor(ssrc: number, encoder: FrameEncoder, levelling: boolean) {
    this.packet = { ssrc, sequence: 0, timestamp: 0, opus: Buffer.alloc(0) };
    this.#encoder = encoder;
    this.#levelling = levelling;
  }

  /** Everybody who is in it, those who are on their way out among them. */
  get speakers(): Speaker[] {
    return this.#inputs.map(({ speaker }) => speaker);
  }

  /** Hands the encoder back once nobody hears the mix. */
  close(): FrameEncoder {
    for (const { speaker } of this.#inputs.splice(0)) speaker.leave();
    return this.#encoder;
  }

  /** The set is another one: who is new comes in, who is not in it any more goes within a frame. */
  retarget(speakers: readonly Speaker[]): void {
    for (const input of this.#inputs) input.leaving = !speakers.includes(input.speaker);
    for (const speaker of speakers) {
      if (!this.#inputs.some((input) => input.speaker === speaker)) this.#add(speaker);
    }
  }

  /** Goes on from another mix: its gains, and the last it said, so that the change is not heard. */
  follow(mix: Mix): void {
    for (const { speaker, gainDb, factor } of mix.#inputs) {
      const own = this.#inputs.find((input) => input.speaker === speaker);
      if (own) Object.assign(own, { gainDb, factor });
    }
    this.#encoder.encode(mix.#pcm);
  }

  /** Goes on from a speaker who was heard as they are. */
  followSpeaker(speaker: Speaker): void {
    const own = this.#inputs.find((input) => input.speaker === speaker);
    if (own) Object.assign(own, { gainDb: 0, factor: 1 });
    this.#encoder.encode(speaker.history.subarray(0, FRAME_SAMPLES));
    this.#encoder.encode(speaker.history.subarray(FRAME_SAMPLES));
  }

  /** A place hears it from now on. */
  admit(place: Place): void {
    this.places.push(place);
    this.#encoder.refresh();
  }

  /** Whether this speaker sounds in it as they are. */
  isPlain(speaker: Speaker): boolean {
    return this.#inputs.every(
      (input) => input.speaker === speaker && !input.leaving && input.factor === 1 && input.gainDb === 0,
    );
  }

  /** Makes the next 20 ms; the speakers have made theirs. */
  render(): void {
    this.#pcm.fill(0);
    const level = this.#level();
    for (const input of this.#inputs) this.#sum(input, level);
    for (let index = this.#inputs.length - 1; index >= 0; index--) {
      const input = this.#inputs[index];
      if (!input?.leaving) continue;
      this.#inputs.splice(index, 1);
      input.speaker.leave();
    }
    this.#limiter.limit(this.#pcm);
    const { packet } = this;
    packet.sequence = sequencePlus(packet.sequence, 1);
    packet.timestamp = timestampPlus(packet.timestamp, FRAME_SAMPLES);
    packet.opus = this.#encoder.encode(this.#pcm);
  }

  #add(speaker: Speaker): void {
    const begun = speaker.buffer.started;
    speaker.join();
    const gainDb = this.#targetDb(speaker, this.#level());
    // Who is in the middle of a word fades in, who begins does so by themselves.
    this.#inputs.push({ speaker, gainDb, factor: begun ? 0 : factorOf(gainDb), leaving: false });
  }

  #sum(input: Input, level: number | undefined): void {
    const { speaker, factor } = input;
    const to = input.leaving ? 0 : this.#nextFactor(input, level);
    input.factor = to;
    if (!speaker.sounding) return;
    const step = (to - factor) / FRAME_SAMPLES;
    for (let n = 0; n < FRAME_SAMPLES; n++) {
      this.#pcm[n] = (this.#pcm[n] ?? 0) + (speaker.pcm[n] ?? 0) * (factor + step * (n + 1));
    }
  }

  #nextFactor(input: Input, level: number | undefined): number {
    const target = this.#targetDb(input.speaker, level);
    const step = this.#inputs.length === 1 ? SOLO_STEP_DB : STEP_DB;
    const change = Math.max(-step, Math.min(step, target - input.gainDb));
    if (change === 0) return factorOf(input.gainDb);
    input.gainDb = Math.abs(change) < step ? target : input.gainDb + change;
    return factorOf(input.gainDb);
  }

  /** Where a speaker's gain should be: their net's, and what brings them level with the others. */
  #targetDb(speaker: Speaker, level: number | undefined): number {
    const own = speaker.loudness.db;
    if (level === undefined || own === undefined) return speaker.gainDb;
    return speaker.gainDb + Math.max(-MOST_LEVELLING_DB, Math.min(MOST_LEVELLING_DB, level - own));
  }

  /** How loud the speakers are on average, in dB; undefined while fewer than two are known. */
  #level(): number | undefined {
    if (!this.#levelling) return undefined;
    let sum = 0;
    let known = 0;
    for (const { speaker, leaving } of this.#inputs) {
      const { db } = speaker.loudness;
      if (leaving || db === undefined) continue;
      sum += db;
      known++;
    }
    return known < 2 ? undefined : sum / known;
  }
}

function factorOf(db: number): number {
  return db === 0 ? 1 : 10 ** (db / 20);
}
