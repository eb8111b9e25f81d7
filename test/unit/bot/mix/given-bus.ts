import { Counters } from '../../../../bot/voice/counters.ts';
import { type Destination, FrameBus } from '../../../../bot/voice/frame-bus.ts';
import { opusCodecs } from '../../../../bot/voice/mix/codec.ts';
import { FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE } from '../../../../bot/voice/opus-frame.ts';
import type { Frame } from '../../../../bot/voice/receive.ts';
import { OutStream, type Position } from '../../../../bot/voice/send.ts';
import { GivenClock } from '../../../support/given.ts';

/** A packet as it left for a place. */
export interface Sent extends Position {
  opus: Buffer;
  /** When it left, in ms since the start. */
  at: number;
}

/** Sines through the real codec: packet `n` of somebody's talk. */
export function givenTone(hertz: number, amplitude = 0.3): (n: number) => Buffer {
  const encoder = opusCodecs(64_000).encoder();
  const packets: Buffer[] = [];
  return (n) => {
    for (let at = packets.length; at <= n; at++) {
      const sample = (_: unknown, index: number) =>
        amplitude * Math.sin((2 * Math.PI * hertz * (at * FRAME_SAMPLES + index)) / SAMPLE_RATE);
      packets.push(encoder.encode(Float32Array.from({ length: FRAME_SAMPLES }, sample)));
    }
    return packets[n] ?? Buffer.alloc(0);
  };
}

/** A bus on a given clock whose places remember what left for them. */
export class GivenBus {
  readonly clock = new GivenClock(0);
  readonly counters = new Counters();
  readonly out = new Counters();
  readonly sent = new Map<string, Sent[]>();
  readonly bus: FrameBus;
  readonly #streams = new Map<string, OutStream>();
  readonly #routes = new Map<string, Destination>();

  constructor(options: { levelling?: boolean } = {}) {
    this.bus = new FrameBus({
      clock: this.clock,
      mix: { codecs: opusCodecs(64_000), levelling: options.levelling ?? false },
      counters: this.counters,
      outOf: (channelId) => this.#stream(channelId),
    });
  }

  /** Where somebody is heard from now on. */
  route(userId: string, sinks: string[], gainDb = 0): void {
    this.#routes.set(userId, { sinks, gainDb });
  }

  /** Frame `n` of somebody. */
  say(userId: string, n: number, opus: Buffer): void {
    const ssrc = userId.charCodeAt(0);
    const frame: Frame = { userId, ssrc, sequence: n & 0xffff, timestamp: n * FRAME_SAMPLES, silence: false, opus };
    this.bus.publish(this.#routes.get(userId) ?? { sinks: [], gainDb: 0 }, frame);
  }

  /** Key-up. */
  release(userId: string): void {
    this.bus.end(userId, this.#routes.get(userId)?.sinks ?? []);
  }

  /** Everything that left for a place, the silence frames at an end left out. */
  sound(place: string): Sent[] {
    return (this.sent.get(place) ?? []).filter(({ opus }) => opus.length !== 3);
  }

  /** What somebody in a place hears, 960 samples per packet. */
  pcm(place: string): Float32Array {
    const decoder = opusCodecs(64_000).decoder();
    const sent = this.sound(place);
    const all = new Float32Array(sent.length * FRAME_SAMPLES);
    for (const [index, { opus }] of sent.entries()) {
      decoder.decode(opus, all.subarray(index * FRAME_SAMPLES, (index + 1) * FRAME_SAMPLES));
    }
    return all;
  }

  #stream(channelId: string): OutStream {
    const known = this.#streams.get(channelId);
    if (known) return known;
    const position = { sequence: 0, timestamp: 0 };
    const sent: Sent[] = [];
    const send = (opus: Buffer) => {
      sent.push({ ...position, opus: Buffer.from(opus), at: this.clock.now() });
      position.sequence = (position.sequence + 1) & 0xffff;
      position.timestamp += FRAME_SAMPLES;
    };
    const now = () => this.clock.now();
    const stream = new OutStream({ position: () => position, send, quiet: () => {} }, this.out, now);
    this.#streams.set(channelId, stream);
    this.sent.set(channelId, sent);
    return stream;
  }
}

/** Somebody's talk: frames from `first` on, `count` of them, the first at `startMs`. */
export interface Talk {
  userId: string;
  startMs: number;
  count: number;
  opus: (n: number) => Buffer;
  /** Sequence numbers that never come. */
  lost?: ReadonlySet<number>;
  /** Sequence number → how much later it comes, ms. */
  late?: ReadonlyMap<number, number>;
}

/** Has people talk, frame by frame every 20 ms, and everything played to its end. */
export async function talkAll(given: GivenBus, talks: readonly Talk[]): Promise<void> {
  const events: { at: number; run: () => void }[] = [];
  for (const { userId, startMs, count, opus, lost, late } of talks) {
    for (let n = 0; n < count; n++) {
      if (lost?.has(n)) continue;
      events.push({ at: startMs + n * FRAME_MS + (late?.get(n) ?? 0), run: () => given.say(userId, n, opus(n)) });
    }
    events.push({ at: startMs + count * FRAME_MS, run: () => given.release(userId) });
  }
  events.sort((a, b) => a.at - b.at);
  for (const { at, run } of events) {
    await given.clock.advance(at - given.clock.now());
    run();
  }
  await given.clock.advance(500);
}
