import { VoiceCloseCodes, VoiceOpcodes } from 'discord-api-types/voice/v8';
import type { RawData, WebSocket } from 'ws';
import type { Address } from './ip-discovery.ts';
import { MlsDecodeError } from './mls-codec.ts';
import { TRANSPORT_MODE } from './transport-crypto.ts';
import { type ClientMessage, type ClientPayload, readClientMessage, VoiceProtocolError } from './voice-protocol.ts';
import type { VoiceRoom } from './voice-room.ts';
import type { VoiceSession } from './voice-session.ts';
import { closeSocket, type VoiceSessions } from './voice-sessions.ts';

/** What a websocket of the voice gateway works with. */
export interface VoiceConnectionOptions {
  readonly socket: WebSocket;
  readonly sessions: VoiceSessions;
  /** Where clients send their packets. */
  readonly media: Address;
  readonly log: (line: string) => void;
}

// How often clients are told to send a heartbeat: the value Discord gives.
const HEARTBEAT_INTERVAL_MS = 13_750;

const GATEWAY_VERSION = 8;
const DAVE_VERSION = 1;
const GOING_AWAY = 1001;
const NORMAL = 1000;
const INTERNAL_ERROR = 1011;

function closeCodeOf(error: unknown): number {
  if (error instanceof VoiceProtocolError) return error.code;
  return error instanceof MlsDecodeError ? VoiceCloseCodes.FailedToDecode : INTERNAL_ERROR;
}

/** One websocket of the voice gateway: reads what the client says and passes it on. Nothing a client sends throws out. */
export class VoiceConnection {
  private readonly options: VoiceConnectionOptions;
  private session: VoiceSession | undefined;
  private watchdog: NodeJS.Timeout | undefined;

  constructor(options: VoiceConnectionOptions) {
    this.options = options;
  }

  /** Says hello and listens. */
  start(): void {
    const { socket } = this.options;
    const hello = { v: GATEWAY_VERSION, heartbeat_interval: HEARTBEAT_INTERVAL_MS };
    socket.send(JSON.stringify({ op: VoiceOpcodes.Hello, d: hello }));
    const timedOut = new VoiceProtocolError(VoiceCloseCodes.SessionTimeout, 'No heartbeat in two intervals.');
    this.watchdog = setTimeout(() => this.fail(timedOut), 2 * HEARTBEAT_INTERVAL_MS).unref();
    socket.on('message', (data, binary) => this.receive(data, binary));
    socket.on('error', (error) => this.options.log(`voice websocket: ${error.message}`));
    socket.on('close', (code) => this.closed(code));
  }

  private receive(data: RawData, binary: boolean): void {
    try {
      const bytes = Buffer.isBuffer(data) ? data : Buffer.concat([data].flat().map((part) => new Uint8Array(part)));
      if (binary) this.handleBinary(bytes);
      else this.handle(readClientMessage(bytes.toString()));
    } catch (error) {
      this.fail(error);
    }
  }

  private fail(error: unknown): void {
    const { sessions, socket, log } = this.options;
    const code = closeCodeOf(error);
    const message = error instanceof Error ? error.message : String(error);
    log(`voice websocket of ${this.session?.userId ?? 'nobody yet'} closed with ${code}: ${message}`);
    if (this.session !== undefined && this.holds(this.session)) sessions.sever(this.session, code, message);
    else closeSocket(socket, code, message);
  }

  private closed(code: number): void {
    clearTimeout(this.watchdog);
    // A session that was severed, resumed elsewhere or ended from this side is no longer this websocket's business.
    if (this.session === undefined || !this.holds(this.session)) return;
    this.options.log(`voice websocket of ${this.session.userId} closed by the client: ${code}`);
    this.options.sessions.lose(this.session, code === NORMAL || code === GOING_AWAY);
  }

  private holds(session: VoiceSession): boolean {
    return session.link.kind === 'attached' && session.link.socket === this.options.socket;
  }

  private current(): VoiceSession {
    if (this.session === undefined) throw new VoiceProtocolError(VoiceCloseCodes.NotAuthenticated, 'Identify first.');
    if (!this.holds(this.session)) {
      throw new VoiceProtocolError(VoiceCloseCodes.SessionNoLongerValid, 'The session goes on elsewhere.');
    }
    return this.session;
  }

  private handle(message: ClientMessage): void {
    switch (message.op) {
      case VoiceOpcodes.Heartbeat:
        this.heartbeat(message.d);
        break;
      case VoiceOpcodes.Identify:
        this.identify(message.d);
        break;
      case VoiceOpcodes.Resume:
        this.refuseSecondSession();
        this.session = this.options.sessions.resume(message.d, this.options.socket);
        break;
      case VoiceOpcodes.SelectProtocol:
        this.select(message.d);
        break;
      case VoiceOpcodes.Speaking:
        this.room()?.speaking(this.current(), message.d.speaking);
        break;
      case VoiceOpcodes.DaveTransitionReady:
        this.room()?.group.transitionReady(this.current().userId, message.d.transition_id);
        break;
      case VoiceOpcodes.DaveMlsInvalidCommitWelcome:
        this.room()?.group.invalidCommitWelcome(this.current().userId);
        break;
    }
  }

  private handleBinary(bytes: Buffer): void {
    const { userId } = this.current();
    const op = bytes.at(0);
    const payload = bytes.subarray(1);
    if (op === VoiceOpcodes.DaveMlsKeyPackage) this.room()?.group.keyPackage(userId, payload);
    else if (op === VoiceOpcodes.DaveMlsCommitWelcome) this.room()?.group.commitWelcome(userId, payload);
    else throw new VoiceProtocolError(VoiceCloseCodes.UnknownOpcode, `There is no binary op ${op} for clients.`);
  }

  private room(): VoiceRoom | undefined {
    return this.options.sessions.room(this.current());
  }

  private heartbeat(payload: ClientPayload<VoiceOpcodes.Heartbeat>): void {
    this.watchdog?.refresh();
    if (payload.seq_ack !== undefined) this.session?.outbox.acknowledge(payload.seq_ack);
    this.options.socket.send(JSON.stringify({ op: VoiceOpcodes.HeartbeatAck, d: { t: payload.t } }));
  }

  private identify(payload: ClientPayload<VoiceOpcodes.Identify>): void {
    this.refuseSecondSession();
    if (payload.max_dave_protocol_version < DAVE_VERSION) {
      const code = VoiceCloseCodes.EndToEndEncryptionDAVEProtocolRequired;
      throw new VoiceProtocolError(code, 'This call is end-to-end encrypted: DAVE is required.');
    }
    this.session = this.options.sessions.identify(payload, this.options.socket);
    const { ip, port } = this.options.media;
    this.session.json(VoiceOpcodes.Ready, { ssrc: this.session.media?.ssrc, ip, port, modes: [TRANSPORT_MODE] });
  }

  private refuseSecondSession(): void {
    if (this.session === undefined) return;
    throw new VoiceProtocolError(VoiceCloseCodes.AlreadyAuthenticated, 'This websocket has a session already.');
  }

  private select(payload: ClientPayload<VoiceOpcodes.SelectProtocol>): void {
    const session = this.current();
    if (session.inCall || session.media === undefined) {
      throw new VoiceProtocolError(VoiceCloseCodes.AlreadyAuthenticated, 'The protocol is selected already.');
    }
    if (payload.protocol !== 'udp') {
      throw new VoiceProtocolError(VoiceCloseCodes.UnknownProtocol, 'Only udp is spoken here.');
    }
    if (payload.data.mode !== TRANSPORT_MODE) {
      throw new VoiceProtocolError(VoiceCloseCodes.UnknownEncryptionMode, `Only ${TRANSPORT_MODE} is spoken here.`);
    }
    session.json(VoiceOpcodes.SessionDescription, {
      mode: TRANSPORT_MODE,
      secret_key: [...session.media.key.secret],
      dave_protocol_version: DAVE_VERSION,
      media_session_id: session.ticket.token.slice(0, 16),
      audio_codec: 'opus',
      video_codec: 'H264',
    });
    this.options.sessions.enter(session);
  }
}
