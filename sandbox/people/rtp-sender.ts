import { randomInt } from 'node:crypto';
import { FRAME_SAMPLES, type RtpHeader, writePacket } from '../voice/rtp.ts';
import type { TransportKey } from '../voice/transport-crypto.ts';
import type { DaveMember } from './dave-member.ts';

/** What happened to a packet: sent, kept until the transition under way is over, or not sent because nobody could be meant. */
export type Sent = 'sent' | 'kept' | 'withheld';

/** What a stream of packets is sent with. */
export interface RtpSenderOptions {
  readonly ssrc: number;
  readonly key: TransportKey;
  readonly dave: DaveMember;
  readonly send: (datagram: Buffer) => void;
}

const FRAME_MS = 20;
const SEQUENCES = 0x1_0000;
const TIMESTAMPS = 0x1_0000_0000;
// As long as the slowest transition takes (2 s), with room.
const MOST_KEPT = 150;

/** One client's outgoing stream: numbers, DAVE, transport encryption. Nothing leaves unencrypted but silence frames. */
export class RtpSender {
  private readonly options: RtpSenderOptions;
  private kept: { readonly fields: RtpHeader; readonly opus: Buffer }[] = [];
  private sequence = randomInt(SEQUENCES);
  private timestamp = randomInt(TIMESTAMPS - 1);
  private lastAt: number | undefined;

  constructor(options: RtpSenderOptions) {
    this.options = options;
  }

  /** Begins a spurt: the timestamp goes on by the time since the last packet, as a microphone's clock does. */
  begin(firstAt: number): void {
    if (this.lastAt !== undefined) this.skip(Math.max(0, Math.round((firstAt - this.lastAt) / FRAME_MS) - 1));
  }

  /** Sends 20 ms of Opus, if anybody can be meant; the timestamp goes on in any case. */
  packet(opus: Buffer, now: number): Sent {
    this.lastAt = now;
    const { dave, ssrc } = this.options;
    const fields = { sequence: this.sequence, timestamp: this.timestamp, ssrc };
    this.skip(1);
    if (!dave.ready) {
      this.kept = [];
      return 'withheld';
    }
    this.sequence = (this.sequence + 1) % SEQUENCES;
    this.kept.push({ fields, opus });
    if (this.kept.length > MOST_KEPT) this.kept.shift();
    return this.release() ? 'sent' : 'kept';
  }

  /** Sends what was kept, unless a transition is still under way; true if nothing is kept any more. */
  release(): boolean {
    if (!this.options.dave.sendable) return this.kept.length === 0;
    for (const { fields, opus } of this.kept) {
      const { header, body } = writePacket(fields, this.options.dave.seal(opus));
      this.options.send(this.options.key.seal(header, body));
    }
    this.kept = [];
    return true;
  }

  private skip(frames: number): void {
    this.timestamp = (this.timestamp + frames * FRAME_SAMPLES) % TIMESTAMPS;
  }
}
