import { type RtpHeader, readHeader, readPayload, SILENCE_FRAME } from '../voice/rtp.ts';
import type { TransportKey } from '../voice/transport-crypto.ts';
import type { DaveMember } from './dave-member.ts';
import type { HeardPacket } from './heard-packet.ts';

/** What a client's incoming packets are read with. */
export interface RtpReceiverOptions {
  readonly key: TransportKey;
  readonly dave: DaveMember;
  readonly onPacket: (packet: HeardPacket) => void;
}

interface Waiting {
  readonly header: RtpHeader;
  readonly payload: Buffer;
  readonly at: number;
}

const MOST_WAITING = 50;
const MOST_UNKNOWN = 64;
const MOST_NAMES = 1_000;
// Members who were there before may send a few more frames for the epoch before ours, to which we have no key.
const NEWCOMER_GRACE_MS = 250;

/**
 * One client's incoming streams: transport encryption, who is which ssrc, DAVE.
 *
 * The ssrc of a stream may be announced (op 5) after its first packets: they wait, and are also tried with the key of
 * each member, since only the sender's opens them. Frames from before this client was in the group are nobody's loss
 * and are not reported; any other frame that does not open is reported as undecryptable.
 */
export class RtpReceiver {
  private readonly options: RtpReceiverOptions;
  private readonly userIds = new Map<number, string>();
  private readonly unknown = new Map<number, Waiting[]>();
  private early: (Waiting & { readonly userId: string })[] = [];

  constructor(options: RtpReceiverOptions) {
    this.options = options;
  }

  /** Op 5: an ssrc has a name. */
  introduce(ssrc: number, userId: string): void {
    if (!this.userIds.has(ssrc) && this.userIds.size >= MOST_NAMES) return;
    this.userIds.set(ssrc, userId);
    const waiting = this.unknown.get(ssrc) ?? [];
    this.unknown.delete(ssrc);
    for (const packet of waiting) this.deliver(userId, packet);
  }

  /** Op 13: the ssrcs of a user mean nothing any more. */
  forget(userId: string): void {
    for (const [ssrc, owner] of this.userIds) if (owner === userId) this.userIds.delete(ssrc);
  }

  /** A datagram came, at this time in ms since 1970. Whatever is not Opus for this client is ignored. */
  receive(datagram: Buffer, at: number): void {
    const opened = this.options.key.open(datagram);
    const payload = opened === undefined ? undefined : readPayload(opened.header, opened.body);
    if (opened === undefined || payload === undefined || payload.length === 0) return;
    const packet = { header: readHeader(opened.header), payload, at };
    const userId = this.userIds.get(packet.header.ssrc);
    if (userId === undefined) this.identify(packet);
    else this.deliver(userId, packet);
  }

  /** The group has changed: frames that came too early may be readable now. */
  retry(): void {
    if (!this.options.dave.ready) return;
    const { early } = this;
    this.early = [];
    for (const { userId, ...packet } of early) this.deliver(userId, packet);
  }

  private identify(packet: Waiting): void {
    const { ssrc } = packet.header;
    const waiting = this.unknown.get(ssrc) ?? [];
    waiting.push(packet);
    if (waiting.length > MOST_WAITING) waiting.shift();
    this.unknown.set(ssrc, waiting);
    const [oldest] = this.unknown.keys();
    if (this.unknown.size > MOST_UNKNOWN && oldest !== undefined) this.unknown.delete(oldest);
    const named = new Set(this.userIds.values());
    const candidates = this.options.dave.ready ? this.options.dave.members().filter((id) => !named.has(id)) : [];
    for (const userId of candidates) {
      const opus = this.options.dave.open(userId, packet.payload);
      if (opus === undefined) continue;
      // Those before it first; this one is open already, and opening it again would look like a replay.
      waiting.pop();
      this.introduce(ssrc, userId);
      this.options.onPacket({ fromUserId: userId, ...packet.header, at: packet.at, opus });
      return;
    }
  }

  private deliver(userId: string, packet: Waiting): void {
    const { dave, onPacket } = this.options;
    const { header, payload, at } = packet;
    if (payload.equals(SILENCE_FRAME)) {
      onPacket({ fromUserId: userId, ...header, at, opus: payload });
    } else if (!dave.ready) {
      this.early.push({ userId, ...packet });
      if (this.early.length > MOST_WAITING) this.early.shift();
    } else {
      const opus = dave.open(userId, payload);
      if (opus !== undefined || dave.memberForMs > NEWCOMER_GRACE_MS) {
        onPacket({ fromUserId: userId, ...header, at, opus });
      }
    }
  }
}
