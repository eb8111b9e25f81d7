import type { VoiceOpcodes } from 'discord-api-types/voice/v8';
import type { WebSocket } from 'ws';
import type { Address } from './ip-discovery.ts';
import { type NumberedMessage, Outbox } from './outbox.ts';
import type { TransportKey } from './transport-crypto.ts';

/** Who is about to join which channel, and the id of their main gateway session that says so. */
export interface VoiceJoin {
  readonly userId: string;
  readonly guildId: string;
  readonly channelId: string;
  readonly sessionId: string;
}

/** What a client needs to connect: a VoiceJoin plus what VOICE_SERVER_UPDATE carries. */
export interface VoiceTicket extends VoiceJoin {
  readonly token: string;
  /** host:port, without a scheme. */
  readonly endpoint: string;
}

/** The media side of a session, from its identify on. */
export interface Media {
  readonly ssrc: number;
  readonly key: TransportKey;
  /** Where its packets come from and go to; undefined until IP discovery. */
  address: Address | undefined;
  /** The header of the latest packet that came from it. */
  lastHeader: Buffer | undefined;
}

/** The websocket side: announced, connected, lost but resumable until the timer runs out, or over. */
export type Link =
  | { readonly kind: 'awaited' }
  | { readonly kind: 'attached'; readonly socket: WebSocket }
  | { readonly kind: 'detached'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'ended' };

// A client that does not read is cut off rather than buffered for without end.
const MOST_UNREAD_BYTES = 1024 * 1024;

/** One user's stay in one voice channel, over any number of websockets. */
export class VoiceSession {
  readonly ticket: VoiceTicket;
  readonly outbox = new Outbox();
  media: Media | undefined;
  link: Link = { kind: 'awaited' };
  /** Whether it has its session description and takes part in the call. */
  inCall = false;
  /** The flags of its last op 5; undefined if it never said it speaks. */
  speaking: number | undefined;
  /** Users who were told this session's ssrc. */
  readonly introducedTo = new Set<string>();

  constructor(ticket: VoiceTicket) {
    this.ticket = ticket;
  }

  get userId(): string {
    return this.ticket.userId;
  }

  get attached(): boolean {
    return this.link.kind === 'attached';
  }

  /** Sends a numbered JSON message, now or after a resume. */
  json(op: VoiceOpcodes, data: object): void {
    this.deliver(this.outbox.json(op, data));
  }

  /** Sends a numbered binary message, now or after a resume. */
  binary(op: VoiceOpcodes, payload: Buffer): void {
    this.deliver(this.outbox.binary(op, payload));
  }

  /** Changes the websocket side; a pending end of the resume window is called off. Returns the websocket there was. */
  relink(link: Link): WebSocket | undefined {
    const before = this.link;
    if (before.kind === 'detached') clearTimeout(before.timer);
    this.link = link;
    return before.kind === 'attached' ? before.socket : undefined;
  }

  private deliver(message: NumberedMessage): void {
    if (this.link.kind !== 'attached') return;
    const { socket } = this.link;
    if (socket.bufferedAmount > MOST_UNREAD_BYTES) socket.terminate();
    else socket.send(message.data);
  }
}
