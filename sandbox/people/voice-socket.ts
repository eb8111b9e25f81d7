import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import WebSocket from 'ws';
import { isResumable } from '../voice/voice-protocol.ts';
import type { VoiceTicket } from '../voice/voice-session.ts';
import { readServerMessage, type ServerMessage } from './server-messages.ts';

/** What a voice websocket needs, and whom it tells. */
export interface VoiceSocketOptions {
  readonly ticket: VoiceTicket;
  /** The voice server's certificate, PEM: trusted for this connection only. */
  readonly ca: string;
  readonly log: (line: string) => void;
  readonly onMessage: (message: ServerMessage) => void;
  readonly onBinary: (op: number, payload: Buffer) => void;
  /** Told once, when there is no way back into the session. */
  readonly onClose: (code: number) => void;
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'open'; readonly socket: WebSocket }
  | { readonly kind: 'waiting'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'closed' };

const DAVE_VERSION = 1;
const HANDSHAKE_TIMEOUT_MS = 5_000;
const MOST_ATTEMPTS = 5;
const FIRST_RETRY_MS = 50;
const NORMAL = 1000;

/** A client's websocket to the voice gateway: identifies, keeps alive, and resumes by itself as long as Discord's rules let it. */
export class VoiceSocket {
  private readonly options: VoiceSocketOptions;
  private state: State = { kind: 'idle' };
  private heartbeat: NodeJS.Timeout | undefined;
  private unanswered = 0;
  private sequence = -1;
  private attempts = 0;
  private established = false;

  constructor(options: VoiceSocketOptions) {
    this.options = options;
  }

  /** Opens the websocket and identifies. */
  start(): void {
    if (this.state.kind === 'idle') this.open();
  }

  /** The session description has come: from now on a lost websocket is resumed. */
  establish(): void {
    this.established = true;
  }

  /** Leaves for good; nobody is told. */
  stop(): void {
    const { state } = this;
    this.state = { kind: 'closed' };
    clearInterval(this.heartbeat);
    if (state.kind === 'waiting') clearTimeout(state.timer);
    if (state.kind === 'open') state.socket.close(NORMAL);
  }

  /** Sends JSON; dropped while the websocket is down. */
  json(op: VoiceOpcodes, data: object): void {
    this.send(JSON.stringify({ op, d: data }));
  }

  /** Sends a binary message; dropped while the websocket is down. */
  binary(op: VoiceOpcodes, payload: Buffer): void {
    this.send(Buffer.concat([Buffer.from([op]), payload]));
  }

  private send(data: string | Buffer): void {
    if (this.state.kind === 'open' && this.state.socket.readyState === WebSocket.OPEN) this.state.socket.send(data);
  }

  private open(): void {
    const { ticket, ca, log } = this.options;
    const url = `wss://${ticket.endpoint}?v=8`;
    const socket = new WebSocket(url, { ca, handshakeTimeout: HANDSHAKE_TIMEOUT_MS });
    this.state = { kind: 'open', socket };
    socket.on('message', (data: Buffer, binary) => this.receive(socket, data, binary));
    socket.on('error', (error) => log(`voice websocket of ${ticket.userId}: ${error.message}`));
    socket.on('close', (code) => this.lost(socket, code));
  }

  private receive(socket: WebSocket, data: Buffer, binary: boolean): void {
    if (this.state.kind !== 'open' || this.state.socket !== socket) return;
    if (binary) {
      this.sequence = data.readUInt16BE(0);
      this.options.onBinary(data.readUInt8(2), data.subarray(3));
      return;
    }
    const { message, sequence } = readServerMessage(data.toString());
    this.sequence = sequence ?? this.sequence;
    if (message?.op === VoiceOpcodes.Hello) this.greet(message.d.heartbeat_interval);
    if (message?.op === VoiceOpcodes.HeartbeatAck) this.unanswered = 0;
    if (message?.op === VoiceOpcodes.Resumed) this.attempts = 0;
    if (message !== undefined) this.options.onMessage(message);
  }

  private greet(intervalMs: number): void {
    const { guildId, userId, sessionId, token } = this.options.ticket;
    clearInterval(this.heartbeat);
    this.unanswered = 0;
    this.heartbeat = setInterval(() => this.beat(), intervalMs).unref();
    const session = { server_id: guildId, session_id: sessionId, token };
    if (this.established) this.json(VoiceOpcodes.Resume, { ...session, seq_ack: this.sequence });
    else this.json(VoiceOpcodes.Identify, { ...session, user_id: userId, max_dave_protocol_version: DAVE_VERSION });
  }

  private beat(): void {
    if (this.state.kind !== 'open') return;
    if (this.unanswered >= 2) this.state.socket.terminate();
    this.unanswered += 1;
    this.json(VoiceOpcodes.Heartbeat, { t: Date.now(), seq_ack: this.sequence });
  }

  private lost(socket: WebSocket, code: number): void {
    if (this.state.kind !== 'open' || this.state.socket !== socket) return;
    clearInterval(this.heartbeat);
    if (this.established && isResumable(code) && this.attempts < MOST_ATTEMPTS) {
      const timer = setTimeout(() => this.open(), FIRST_RETRY_MS * 2 ** this.attempts).unref();
      this.attempts += 1;
      this.state = { kind: 'waiting', timer };
      return;
    }
    this.state = { kind: 'closed' };
    this.options.onClose(code);
  }
}
