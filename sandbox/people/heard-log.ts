import type { HeardPacket, HeardSpurt } from './heard-packet.ts';
import { HeardStream } from './heard-stream.ts';
import { SoundTrack } from './sound-track.ts';
import { writeWav } from './wav.ts';

const MOST_STREAMS = 64;
const MOST_SPURTS = 500;

/**
 * What one person has heard, over any number of voice connections. Kept: the latest 500 spurts, and the sound of the
 * latest two minutes.
 */
export class HeardLog {
  private readonly now: () => number;
  private readonly track = new SoundTrack();
  private readonly streams = new Map<string, HeardStream>();
  private spurts: { report(): HeardSpurt }[] = [];

  /** @param now the time in ms since 1970 that packets are stamped with */
  constructor(now: () => number = () => performance.timeOrigin + performance.now()) {
    this.now = now;
  }

  /** Takes a packet that arrived. */
  receive(packet: HeardPacket): void {
    const begun = this.streamOf(`${packet.fromUserId}:${packet.ssrc}`).receive(packet);
    if (begun === undefined) return;
    this.spurts.push(begun);
    if (this.spurts.length > MOST_SPURTS) this.spurts.shift();
  }

  /** The spurts that lasted beyond a time, or all, in the order they began; one that goes on is among them. */
  heard(since?: Date): HeardSpurt[] {
    this.expire();
    const reports = this.spurts.map((spurt) => spurt.report());
    return since === undefined ? reports : reports.filter((spurt) => spurt.endedAt >= since);
  }

  /**
   * The sound since a time, or of the last two minutes: mono, 48 kHz, all streams mixed. It begins with the first sound.
   * Within a spurt every sample is where its RTP timestamp puts it, and a loss is silence; spurts lie where they arrived.
   */
  heardPcm(since?: Date): Int16Array {
    this.expire();
    return this.track.mix(since);
  }

  /** The same as a WAV file: 16-bit PCM. */
  heardWav(since?: Date): Buffer {
    return writeWav(this.heardPcm(since));
  }

  private expire(): void {
    const now = this.now();
    for (const stream of this.streams.values()) stream.expire(now);
  }

  private streamOf(key: string): HeardStream {
    const stream = this.streams.get(key) ?? new HeardStream((at, pcm) => this.track.add(at, pcm));
    // Put last again, so that the first is the one that has been quiet for longest.
    this.streams.delete(key);
    this.streams.set(key, stream);
    if (this.streams.size > MOST_STREAMS) this.forgetQuietest();
    return stream;
  }

  private forgetQuietest(): void {
    for (const [key, stream] of this.streams) {
      stream.expire(Number.POSITIVE_INFINITY);
      this.streams.delete(key);
      return;
    }
  }
}
