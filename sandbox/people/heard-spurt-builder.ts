import type { HeardPacket, HeardSpurt } from './heard-packet.ts';
import { Spectrum } from './spectrum.ts';

/** How many packets back a late one can still fill its gap; a longer gap is no loss but a new beginning. One second. */
export const MOST_MISSING = 50;

/** A spurt that is put together from its packets, and reports on itself at any time. */
export class HeardSpurtBuilder {
  readonly startedAt: number;
  lastAt: number;
  /** Sequence number of the highest packet, counted on over the wrap at 65536. */
  highest: number;
  undecryptable = 0;
  private readonly first: HeardPacket;
  private readonly missing = new Set<number>();
  private lost = 0;
  private packets = 0;
  private outOfOrder = 0;
  private silenceFrames = 0;
  private sound: Spectrum | undefined = new Spectrum();
  private summary: Pick<HeardSpurt, 'rms' | 'peakHz'> | undefined;

  constructor(first: HeardPacket) {
    this.first = first;
    this.startedAt = first.at;
    this.lastAt = first.at;
    this.highest = first.sequence - 1;
  }

  get ongoing(): boolean {
    return this.sound !== undefined;
  }

  /** Samples from the first packet's timestamp to another, over the wrap at 2^32. */
  offsetOf(timestamp: number): number {
    return (timestamp - this.first.timestamp) | 0;
  }

  /** Counts a packet whose sequence number, counted on over the wrap, is `order`. */
  count(packet: HeardPacket, order: number, silent: boolean): void {
    this.packets += 1;
    if (packet.opus === undefined) this.undecryptable += 1;
    if (silent) this.silenceFrames += 1;
    if (order <= this.highest) this.outOfOrder += 1;
    if (this.missing.delete(order)) this.lost -= 1;
    this.lastAt = Math.max(this.lastAt, packet.at);
    if (this.ongoing) this.miss(order);
    this.highest = Math.max(this.highest, order);
  }

  /** Adds decoded sound. */
  listen(pcm: Int16Array): void {
    this.sound?.add(pcm);
  }

  /** Nothing more will be decoded: what is kept of the sound is its summary. */
  close(): void {
    this.summary = this.describe();
    this.sound = undefined;
  }

  report(): HeardSpurt {
    const { packets, lost, outOfOrder, undecryptable, silenceFrames, ongoing } = this;
    return {
      fromUserId: this.first.fromUserId,
      startedAt: new Date(this.startedAt),
      endedAt: new Date(this.lastAt),
      ongoing,
      packets,
      lost,
      outOfOrder,
      undecryptable,
      silenceFrames,
      ...(this.summary ?? this.describe()),
    };
  }

  private miss(order: number): void {
    for (let gap = this.highest + 1; gap < order; gap++) {
      this.missing.add(gap);
      this.lost += 1;
    }
    for (const gap of this.missing) {
      if (gap >= order - MOST_MISSING) break;
      this.missing.delete(gap);
    }
  }

  private describe(): Pick<HeardSpurt, 'rms' | 'peakHz'> {
    return { rms: this.sound?.rms ?? 0, peakHz: this.sound?.peaks() ?? [] };
  }
}
