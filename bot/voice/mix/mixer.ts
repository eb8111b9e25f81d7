import type { Clock } from '../../../shard/ports.ts';
import { FRAME_MS } from '../opus-frame.ts';
import type { FrameEncoder } from './codec.ts';
import { MARGIN_MS } from './jitter-buffer.ts';
import { Mix } from './mix.ts';
import type { Place } from './place.ts';
import type { Speaker } from './speaker.ts';
import { Ticker } from './ticker.ts';

/**
 * The first tick after a second speaker keyed: by then the next frame of the first has come, and has waited long enough,
 * so that it follows the last one that was passed on.
 */
const FIRST_TICK_MS = FRAME_MS + MARGIN_MS;
/** A place that was passed one speaker goes over when their next frame is there, or after this, ms. */
const MOST_WAITED_MS = 2 * FRAME_MS + MARGIN_MS;
/** A place with one speaker left is mixed for this many ticks more: people answer one another. 200 ms. */
const SOLO_TICKS = 10;

/** What the mixer works with. */
export interface MixerOptions {
  clock: Clock;
  encoders: { take(): FrameEncoder; give(encoder: FrameEncoder): void };
  /** Whether speakers are brought level with one another. */
  levelling: boolean;
  /** A speaker was played to the end. */
  onDrained: (speaker: Speaker) => void;
}

/**
 * What each place hears: one speaker as they are, or a mix. One mix per distinct set of speakers, however many places hear
 * it, all made in one tick every 20 ms, and no tick while there is nothing to mix.
 */
export class Mixer {
  readonly #options: MixerOptions;
  readonly #ticker: Ticker;
  /** Places that hear a mix, or are on their way to one. */
  readonly #places = new Set<Place>();
  /** Set of speakers → its mix. */
  readonly #mixes = new Map<string, Mix>();
  /** Everybody who is in a mix, each once. */
  #playing: readonly Speaker[] = [];
  #changed = false;
  #streams = 0;

  constructor(options: MixerOptions) {
    this.#options = options;
    this.#ticker = new Ticker(options.clock, (now) => this.#tick(now));
  }

  /** How many mixes are made now. */
  get size(): number {
    return this.#mixes.size;
  }

  /** Somebody is heard in a place from now on. */
  enter(place: Place, speaker: Speaker): void {
    place.speakers.push(speaker);
    if (place.hearing.kind === 'silence' && speaker.gainDb === 0) place.hearing = { kind: 'passing', speaker };
    else this.#mix(place, speaker);
  }

  /** Somebody is not heard in a place any more; it falls silent when nobody else is. */
  leave(place: Place, speaker: Speaker): void {
    take(place.speakers, speaker);
    if (take(place.held, speaker)) speaker.release();
    this.#changed = true;
    if (place.speakers.length > 0) return;
    this.#detach(place);
    place.hearing = { kind: 'silence' };
    place.out?.end();
  }

  /** The gain of a speaker is another one: where they were heard as they are, they may not be any more. */
  regain(speaker: Speaker): void {
    for (const place of speaker.places) {
      if (place.hearing.kind === 'passing' && speaker.gainDb !== 0) this.#mix(place, speaker);
    }
  }

  /** Ends every mix; nothing is heard any more. */
  stop(): void {
    this.#ticker.stop();
    for (const mix of this.#mixes.values()) this.#options.encoders.give(mix.close());
    this.#mixes.clear();
    this.#places.clear();
  }

  /** The place goes over to a mix with the next tick that suits. Until then what comes is kept. */
  #mix(place: Place, speaker: Speaker): void {
    const { hearing } = place;
    const passed = hearing.kind === 'passing' ? hearing.speaker : undefined;
    this.#hold(place, speaker);
    if (passed && passed !== speaker) this.#hold(place, passed);
    if (hearing.kind === 'passing' || hearing.kind === 'silence') {
      place.hearing = { kind: 'waiting', passed, since: this.#options.clock.now() };
    }
    this.#places.add(place);
    this.#changed = true;
    this.#ticker.start(FIRST_TICK_MS);
  }

  #hold(place: Place, speaker: Speaker): void {
    if (place.held.includes(speaker)) return;
    place.held.push(speaker);
    speaker.hold();
  }

  #tick(now: number): void {
    for (const place of this.#places) if (this.#isPlain(place)) this.#pass(place);
    if (this.#changed) this.#regroup(now);
    for (const speaker of this.#playing) if (speaker.mixed) speaker.tick(now);
    for (const mix of this.#mixes.values()) {
      mix.render();
      for (const place of mix.places) place.out?.send(mix.packet);
    }
    for (const speaker of this.#playing) if (speaker.drained) this.#options.onDrained(speaker);
    if (this.#places.size === 0 && this.#mixes.size === 0) this.#ticker.stop();
  }

  /** Whether the only speaker left sounds as they are, and has for a while. */
  #isPlain(place: Place): boolean {
    const { hearing, speakers } = place;
    const [speaker] = speakers;
    const alone = hearing.kind === 'mixed' && speakers.length === 1 && speaker && !speaker.ended;
    place.solo = alone && speaker.gainDb === 0 && hearing.mix.isPlain(speaker) ? place.solo + 1 : 0;
    return place.solo > SOLO_TICKS;
  }

  /** Back to the packets as they are: those that wait for the mix leave at once, so that none is lost or said twice. */
  #pass(place: Place): void {
    const [speaker] = place.speakers;
    if (!speaker) return;
    this.#detach(place);
    place.hearing = { kind: 'passing', speaker };
    place.out?.carryOn();
    for (const frame of speaker.buffer.pending()) place.out?.send(frame);
    this.#changed = true;
  }

  #detach(place: Place): void {
    if (place.hearing.kind === 'mixed') take(place.hearing.mix.places, place);
    this.#places.delete(place);
    place.solo = 0;
  }

  #regroup(now: number): void {
    this.#changed = false;
    const groups = new Map<string, Place[]>();
    for (const place of this.#places) {
      if (!isReady(place, now)) this.#changed = true;
      else {
        const { key } = place;
        const group = groups.get(key);
        if (group) group.push(place);
        else groups.set(key, [place]);
      }
    }
    for (const [key, places] of groups) this.#gather(key, places, groups);
    for (const mix of [...this.#mixes.values()]) {
      if (mix.places.length > 0) continue;
      this.#mixes.delete(mix.key);
      this.#options.encoders.give(mix.close());
    }
    this.#playing = [...new Set([...this.#mixes.values()].flatMap((mix) => mix.speakers))];
  }

  /** Has these places hear the mix of a set of speakers. */
  #gather(key: string, places: readonly Place[], groups: ReadonlyMap<string, unknown>): void {
    const mix = this.#mixes.get(key) ?? this.#renamed(key, places, groups) ?? this.#begin(key, places);
    mix.retarget(places[0]?.speakers ?? []);
    for (const place of places) {
      const { hearing } = place;
      if (hearing.kind !== 'mixed' || hearing.mix !== mix) {
        if (hearing.kind === 'mixed') take(hearing.mix.places, place);
        mix.admit(place);
        place.hearing = { kind: 'mixed', mix };
        place.out?.carryOn();
      }
      for (const speaker of place.held.splice(0)) speaker.release();
    }
  }

  /** A mix that all who hear it leave for the same new set, and nobody else wants, becomes the mix of that set. */
  #renamed(key: string, places: readonly Place[], groups: ReadonlyMap<string, unknown>): Mix | undefined {
    for (const { hearing, speakers } of places) {
      if (hearing.kind !== 'mixed' || groups.has(hearing.mix.key)) continue;
      const { mix } = hearing;
      if (!mix.places.every((place) => places.includes(place))) continue;
      this.#mixes.delete(mix.key);
      this.#name(mix, key, speakers);
      return mix;
    }
    return undefined;
  }

  #begin(key: string, places: readonly Place[]): Mix {
    this.#streams = (this.#streams + 1) % 0x7fff_ffff;
    const mix = new Mix(-1 - this.#streams, this.#options.encoders.take(), this.#options.levelling);
    this.#name(mix, key, places[0]?.speakers ?? []);
    for (const { hearing } of places) {
      if (hearing.kind === 'mixed') mix.follow(hearing.mix);
      else if (hearing.kind === 'waiting' && hearing.passed) mix.followSpeaker(hearing.passed);
      else continue;
      break;
    }
    return mix;
  }

  #name(mix: Mix, key: string, speakers: readonly Speaker[]): void {
    mix.key = key;
    mix.retarget(speakers);
    this.#mixes.set(key, mix);
  }
}

/** Whether a place can go over now: whoever it was passed so far has their next frame there. */
function isReady({ hearing, speakers }: Place, now: number): boolean {
  if (hearing.kind !== 'waiting' || now - hearing.since >= MOST_WAITED_MS) return true;
  const { passed } = hearing;
  if (passed && speakers.includes(passed) && !passed.ended) return passed.mixed || passed.buffer.ready(now);
  return speakers.some((speaker) => speaker.ended || speaker.mixed || speaker.buffer.ready(now));
}

/** Takes something out of a list; false when it is not in it. */
function take<T>(list: T[], item: T): boolean {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
  return index >= 0;
}
