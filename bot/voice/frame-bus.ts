import type { Clock } from '../../shard/ports.ts';
import type { Counters } from './counters.ts';
import type { Codecs } from './mix/codec.ts';
import { Loudness } from './mix/loudness.ts';
import { Mixer } from './mix/mixer.ts';
import { Place } from './mix/place.ts';
import { Spares } from './mix/spares.ts';
import { Speaker } from './mix/speaker.ts';
import type { Frame } from './receive.ts';
import type { OutStream } from './send.ts';

/** People whose loudness is remembered from one transmission to the next. */
const MAX_REMEMBERED = 1000;

/** Where a frame is to be heard; the shard's routes have it. */
export interface Destination {
  /** Channel ids. */
  readonly sinks: readonly string[];
  /** How much louder or softer than it was spoken, in dB. */
  readonly gainDb: number;
}

/** How mixes are made. */
export interface MixOptions {
  codecs: Codecs;
  /** Whether speakers are brought level with one another. */
  levelling: boolean;
}

/** What a bus works with. */
export interface FrameBusOptions {
  clock: Clock;
  mix: MixOptions;
  /** Where what the mixes drop and make up is counted. */
  counters: Counters;
  /** What a channel hears, or undefined while nobody serves it. */
  outOf: (channelId: string) => OutStream | undefined;
}

/**
 * Carries frames to the channels they are to be heard in. In this process today; nets are not known here, only channels, so
 * that workers on other machines could be reached in the same way.
 */
export class FrameBus {
  readonly #options: FrameBusOptions;
  readonly #mixer: Mixer;
  readonly #decoders: Spares<ReturnType<Codecs['decoder']>>;
  readonly #speakers = new Map<string, Speaker>();
  readonly #places = new Map<string, Place>();
  readonly #loudness = new Map<string, Loudness>();

  constructor(options: FrameBusOptions) {
    this.#options = options;
    const { clock, mix } = options;
    this.#decoders = new Spares(() => mix.codecs.decoder());
    this.#mixer = new Mixer({
      clock,
      encoders: new Spares(() => mix.codecs.encoder()),
      levelling: mix.levelling,
      onDrained: (speaker) => this.#forget(speaker),
    });
  }

  /**
   * Has every sink hear a frame: at once where nobody else is heard, else in the next mix. Answers how many sinks nobody
   * serves.
   */
  publish(destination: Destination, frame: Frame): number {
    const speaker = this.#speakers.get(frame.userId) ?? this.#begin(frame.userId);
    if (speaker.destination !== destination) this.#redirect(speaker, destination);
    speaker.hear(frame, this.#options.clock.now());
    let unserved = 0;
    for (const { hearing, out } of speaker.places) {
      if (!out) unserved++;
      else if (hearing.kind === 'passing') out.send(frame);
    }
    return unserved;
  }

  /** These channels hear this speaker no longer. Where they are mixed with others, what has come is still played. */
  end(userId: string, sinks: readonly string[]): void {
    const speaker = this.#speakers.get(userId);
    if (!speaker) return;
    speaker.destination = undefined;
    speaker.ended = speaker.places.every(({ channelId }) => sinks.includes(channelId));
    for (const place of [...speaker.places]) {
      if (!sinks.includes(place.channelId)) continue;
      const plays = place.hearing.kind === 'mixed' || place.hearing.kind === 'waiting';
      if (!speaker.ended || !plays) this.#leave(speaker, place);
    }
    if (speaker.places.length === 0) this.#speakers.delete(userId);
  }

  /** Nothing is carried any more. */
  stop(): void {
    this.#mixer.stop();
    this.#speakers.clear();
    this.#places.clear();
  }

  #begin(userId: string): Speaker {
    const { counters } = this.#options;
    const speaker = new Speaker({ userId, counters, decoders: this.#decoders, loudness: this.#loudnessOf(userId) });
    this.#speakers.set(userId, speaker);
    return speaker;
  }

  #redirect(speaker: Speaker, destination: Destination): void {
    speaker.revive();
    speaker.destination = destination;
    const { sinks, gainDb } = destination;
    for (const place of [...speaker.places]) if (!sinks.includes(place.channelId)) this.#leave(speaker, place);
    if (speaker.gainDb !== gainDb) {
      speaker.gainDb = gainDb;
      this.#mixer.regain(speaker);
    }
    for (const channelId of sinks) {
      if (speaker.places.some((place) => place.channelId === channelId)) continue;
      const place = this.#place(channelId);
      speaker.places.push(place);
      this.#mixer.enter(place, speaker);
    }
  }

  #place(channelId: string): Place {
    const known = this.#places.get(channelId);
    if (known) return known;
    const place = new Place(channelId, () => this.#options.outOf(channelId));
    this.#places.set(channelId, place);
    return place;
  }

  #leave(speaker: Speaker, place: Place): void {
    speaker.places.splice(speaker.places.indexOf(place), 1);
    this.#mixer.leave(place, speaker);
    if (place.speakers.length === 0) this.#places.delete(place.channelId);
  }

  #forget(speaker: Speaker): void {
    for (const place of [...speaker.places]) this.#leave(speaker, place);
    this.#speakers.delete(speaker.userId);
  }

  #loudnessOf(userId: string): Loudness {
    const loudness = this.#loudness.get(userId) ?? new Loudness();
    // Put last again, so that the first is who was heard longest ago.
    this.#loudness.delete(userId);
    this.#loudness.set(userId, loudness);
    const [oldest] = this.#loudness.keys();
    if (this.#loudness.size > MAX_REMEMBERED && oldest !== undefined) this.#loudness.delete(oldest);
    return loudness;
  }
}
