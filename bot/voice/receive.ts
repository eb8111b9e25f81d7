import type { KeyObject } from 'node:crypto';
import type { Counters } from './counters.ts';
import { type Dave, type DaveDrop, openFrame } from './dave-gate.ts';
import { openPacket, type Packet } from './rtp.ts';
import { isSilence } from './silence.ts';
import type { Speakers } from './speakers.ts';
import type { Spurts } from './spurts.ts';

/** Sound of one person, 20 ms of it. */
export interface Frame {
  userId: string;
  /** The RTP stream it came in. */
  ssrc: number;
  sequence: number;
  timestamp: number;
  /** The three-byte silence frame: a key-up. It is not end-to-end encrypted, by design, and is never passed on. */
  silence: boolean;
  opus: Buffer;
}

/** The call as the receiver sees it at the moment of a packet. */
export interface Call {
  /** The transport key, or undefined while there is none for AES-256-GCM. */
  key(): KeyObject | undefined;
  dave(): Dave | undefined;
  /** Whether the call has been end-to-end encrypted at any time. */
  sealed(): boolean;
  /** Who may be the sender of an unknown stream. */
  candidates(): Iterable<string>;
}

/** What comes of the packets. */
export interface ReceiverEvents {
  onFrame(frame: Frame): void;
  /** A frame could not be decrypted, and that may be because our session is out of step. */
  onUndecryptable(reason: Exclude<DaveDrop, 'unauthenticated'>, ssrc: number): void;
  onDecrypted(ssrc: number): void;
}

/**
 * Our own tap on a voice connection's datagrams. Unlike the library's streams it yields sequence and timestamp, takes a bad
 * packet as a reason to count and not to die, and lets nothing through that DAVE did not authenticate.
 */
export class Receiver {
  readonly #call: Call;
  readonly #speakers: Speakers;
  readonly #spurts: Spurts;
  readonly #counters: Counters;
  readonly #events: ReceiverEvents;
  readonly #now: () => number;

  constructor(parts: {
    call: Call;
    speakers: Speakers;
    spurts: Spurts;
    counters: Counters;
    events: ReceiverEvents;
    now: () => number;
  }) {
    this.#call = parts.call;
    this.#speakers = parts.speakers;
    this.#spurts = parts.spurts;
    this.#counters = parts.counters;
    this.#events = parts.events;
    this.#now = parts.now;
  }

  /** Handles one datagram, whoever sent it. Never throws. */
  onDatagram(datagram: Buffer): void {
    const packet = openPacket(datagram, this.#call.key());
    if (typeof packet === 'string') this.#counters.drop(packet);
    else this.#onPacket(packet);
  }

  #onPacket(packet: Packet): void {
    const frame = isSilence(packet.body) ? this.#keyUp(packet) : this.#open(packet);
    if (!frame) return;
    if (this.#spurts.isLate(frame.ssrc, frame.sequence, frame.silence, this.#now())) {
      this.#counters.drop('late');
      return;
    }
    this.#counters.in++;
    this.#events.onFrame(frame);
  }

  #keyUp({ ssrc, sequence, timestamp, body }: Packet): Frame | undefined {
    const userId = this.#speakers.get(ssrc);
    if (userId === undefined) return this.#unknown('unknown-ssrc');
    return { userId, ssrc, sequence, timestamp, silence: true, opus: body };
  }

  #open(packet: Packet): Frame | undefined {
    const userId = this.#speakers.get(packet.ssrc);
    if (userId === undefined) return this.#identify(packet);
    const opus = this.#decrypt(packet.body, userId);
    if (typeof opus !== 'string') {
      this.#events.onDecrypted(packet.ssrc);
      return frameOf(packet, userId, opus);
    }
    this.#counters.drop(opus);
    if (opus !== 'unauthenticated') this.#events.onUndecryptable(opus, packet.ssrc);
    return undefined;
  }

  /** DAVE keys are per sender: who can have made this frame is who made it. In an unencrypted call nobody can tell. */
  #identify(packet: Packet): Frame | undefined {
    const dave = this.#call.dave();
    if (!dave || dave.protocolVersion === 0) return this.#unknown('unknown-ssrc');
    if (!dave.session?.ready) {
      this.#events.onUndecryptable('dave-not-ready', packet.ssrc);
      return this.#unknown('dave-not-ready');
    }
    let opened: Buffer | DaveDrop | undefined;
    const userId = this.#speakers.identify(packet.ssrc, this.#call.candidates(), (candidate) => {
      opened = this.#decrypt(packet.body, candidate);
      return typeof opened !== 'string';
    });
    if (userId !== undefined && opened instanceof Buffer) {
      this.#events.onDecrypted(packet.ssrc);
      return frameOf(packet, userId, opened);
    }
    // Nobody's key opens it, and not because it was not encrypted: it may be ours that are out of step.
    if (opened === 'dave-failed') this.#events.onUndecryptable(opened, packet.ssrc);
    return this.#unknown('unknown-ssrc');
  }

  #unknown(reason: string): undefined {
    this.#counters.drop(reason);
  }

  #decrypt(body: Buffer, userId: string): Buffer | DaveDrop {
    return openFrame(body, userId, this.#call.dave(), this.#call.sealed());
  }
}

function frameOf({ ssrc, sequence, timestamp }: Packet, userId: string, opus: Buffer): Frame {
  return { userId, ssrc, sequence, timestamp, silence: false, opus };
}
