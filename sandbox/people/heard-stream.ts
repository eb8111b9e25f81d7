import { Decoder } from '@evan/opus';
import { SILENCE_FRAME } from '../voice/rtp.ts';
import type { HeardPacket } from './heard-packet.ts';
import { HeardSpurtBuilder, MOST_MISSING } from './heard-spurt-builder.ts';
import { SAMPLE_RATE } from './spectrum.ts';

/** Takes decoded sound: mono samples and where they start, in samples of 48 kHz since 1970. */
export type SoundSink = (at: number, pcm: Int16Array) => void;

// As a client's jitter buffer: later than this a packet is too late to be played in its place.
const PLAYOUT_MS = 100;
const FRAME_MS = 20;
// Clients that lose the silence frames at the end, or send none, end by falling silent.
const QUIET_MS = 300;
const SILENCE_FRAMES = 5;
// Silence frames that come this long after a spurt still belong to it.
const TAIL_MS = 1_000;
// Timestamps that run away from the clock by more than a second belong to a new spurt.
const MOST_DRIFT = SAMPLE_RATE;
// A packet this far back is a straggler; further back, the sender has begun anew. Ten seconds.
const MOST_LATE = 500;
const SEQUENCES = 0x1_0000;

// How far a packet's arrival may be from where its timestamp puts it without the sender's clock being doubted.
const MOST_JITTER = SAMPLE_RATE / 10;

interface Anchor {
  readonly timestamp: number;
  /** In samples of 48 kHz since 1970. */
  readonly at: number;
}

interface Queued {
  readonly packet: HeardPacket;
  readonly order: number;
}

/** The distance from one 16-bit sequence number to another, -32768 to 32767. */
const distance = (from: number, to: number): number => ((to - from + SEQUENCES * 1.5) % SEQUENCES) - SEQUENCES / 2;

const isSilence = (packet: HeardPacket): boolean => packet.opus?.equals(SILENCE_FRAME) ?? false;

/** Where a packet's sound lies, by its timestamp's distance from the anchor's, over the wrap at 2^32. */
const positionOf = (anchor: Anchor, packet: HeardPacket): number =>
  anchor.at + ((packet.timestamp - anchor.timestamp) | 0);

/**
 * One stream as one listener hears it: cut into spurts, put in order, decoded by one decoder.
 *
 * A spurt begins with the first packet that is not a silence frame, and ends with five silence frames in a row, or when
 * 300 ms bring nothing. Silence frames right before and after it are counted with it. Packets wait 100 ms for earlier
 * ones; what is missing then is silence in its place.
 */
export class HeardStream {
  private readonly decoder = new Decoder({ channels: 1, sample_rate: SAMPLE_RATE });
  private readonly sink: SoundSink;
  private spurt: HeardSpurtBuilder | undefined;
  private anchor: Anchor | undefined;
  private leading: HeardPacket[] = [];
  private silences = 0;
  private queue: Queued[] = [];
  private played = Number.NEGATIVE_INFINITY;

  constructor(sink: SoundSink) {
    this.sink = sink;
  }

  /** Takes a packet; returns the spurt if this packet began one. */
  receive(packet: HeardPacket): HeardSpurtBuilder | undefined {
    this.expire(packet.at);
    const silent = isSilence(packet);
    const before = this.spurt;
    if (before !== undefined) {
      const order = before.highest + distance(before.highest, packet.sequence);
      if (!this.startsAnew(before, packet, order, silent)) {
        this.count(before, packet, order);
        return undefined;
      }
      if (before.ongoing) this.end(before);
    }
    if (!silent) return this.open(packet);
    this.wait(packet);
    return undefined;
  }

  /** Decodes what has waited long enough by this time, in ms since 1970, and ends a spurt that has fallen silent. */
  expire(now: number): void {
    const { spurt } = this;
    if (!spurt?.ongoing) return;
    if (now - spurt.lastAt >= QUIET_MS) this.end(spurt);
    else this.play(spurt, now - PLAYOUT_MS);
  }

  private startsAnew(spurt: HeardSpurtBuilder, packet: HeardPacket, order: number, silent: boolean): boolean {
    const late = order <= spurt.highest && spurt.highest - order <= MOST_LATE;
    if (!spurt.ongoing) return !(late || (silent && packet.at - spurt.lastAt < TAIL_MS));
    if (late) return false;
    const drift = spurt.offsetOf(packet.timestamp) - ((packet.at - spurt.startedAt) * SAMPLE_RATE) / 1_000;
    return Math.abs(order - spurt.highest) > MOST_MISSING || Math.abs(drift) > MOST_DRIFT;
  }

  /** Keeps a silence frame that no spurt has a claim to: sound may follow. */
  private wait(packet: HeardPacket): void {
    const last = this.leading.at(-1);
    if (last !== undefined && packet.at - last.at >= QUIET_MS) this.leading = [];
    this.leading.push(packet);
    if (this.leading.length > MOST_MISSING) this.leading.shift();
  }

  private open(packet: HeardPacket): HeardSpurtBuilder {
    const isNear = packet.at - (this.leading.at(-1)?.at ?? Number.NEGATIVE_INFINITY) < QUIET_MS;
    const packets = isNear ? [...this.leading, packet] : [packet];
    const [first = packet] = packets;
    this.moveAnchor(first);
    this.leading = [];
    this.queue = [];
    // What overtook a few others may have come first; a straggler of an earlier spurt is not played in this one.
    this.played = first.sequence - PLAYOUT_MS / FRAME_MS - 1;
    const spurt = new HeardSpurtBuilder(first);
    this.spurt = spurt;
    for (const one of packets) {
      this.silences = 0;
      this.count(spurt, one, spurt.highest + distance(spurt.highest, one.sequence));
    }
    return spurt;
  }

  /**
   * A sender's clock goes on between spurts: where its timestamps agree with the time of arrival, the new spurt lies
   * exactly where they put it, so that a talk with pauses stays aligned to the sample.
   */
  private moveAnchor(first: HeardPacket): void {
    if (first.at - (this.spurt?.lastAt ?? 0) >= TAIL_MS) this.decoder.reset();
    const arrived = Math.round((first.at * SAMPLE_RATE) / 1_000);
    const due = this.anchor === undefined ? Number.NaN : positionOf(this.anchor, first);
    this.anchor = { timestamp: first.timestamp, at: Math.abs(due - arrived) < MOST_JITTER ? due : arrived };
  }

  private count(spurt: HeardSpurtBuilder, packet: HeardPacket, order: number): void {
    const silent = isSilence(packet);
    spurt.count(packet, order, silent);
    if (!spurt.ongoing) return;
    this.queue.push({ packet, order });
    this.silences = silent ? this.silences + 1 : 0;
    if (this.silences >= SILENCE_FRAMES) this.end(spurt);
  }

  private end(spurt: HeardSpurtBuilder): void {
    this.play(spurt, Number.POSITIVE_INFINITY);
    spurt.close();
  }

  /** Decodes, in order, the packets that arrived up to a time. */
  private play(spurt: HeardSpurtBuilder, until: number): void {
    this.queue.sort((a, b) => a.order - b.order);
    while ((this.queue[0]?.packet.at ?? Number.NaN) <= until) {
      const next = this.queue.shift();
      if (next !== undefined && next.order > this.played) this.decode(spurt, next);
    }
  }

  private decode(spurt: HeardSpurtBuilder, { packet, order }: Queued): void {
    this.played = order;
    if (packet.opus === undefined || this.anchor === undefined) return;
    try {
      const bytes = this.decoder.decode(packet.opus);
      const pcm = new Int16Array(
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer,
      );
      this.sink(positionOf(this.anchor, packet), pcm);
      if (!isSilence(packet)) spurt.listen(pcm);
    } catch {
      spurt.undecryptable += 1;
    }
  }
}
