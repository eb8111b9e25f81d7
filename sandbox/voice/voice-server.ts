import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { VoiceCloseCodes } from 'discord-api-types/voice/v8';
import { WebSocketServer } from 'ws';
import type { Certificate } from './certificate.ts';
import { TalkDetector } from './talk-detector.ts';
import { VoiceConnection } from './voice-connection.ts';
import { type Hop, type Impairment, VoiceMedia } from './voice-media.ts';
import type { VoiceRoom } from './voice-room.ts';
import type { VoiceJoin, VoiceSession, VoiceTicket } from './voice-session.ts';
import { VoiceSessions } from './voice-sessions.ts';
import { DEFAULT_SWITCHES, type VoiceSwitches } from './voice-switches.ts';

/** How the voice server is set up. */
export interface VoiceServerOptions {
  readonly certificate: Certificate;
  readonly switches?: Partial<VoiceSwitches>;
  readonly log: (line: string) => void;
  /** How long a session without a websocket can be resumed, in ms; by default 15 s. */
  readonly resumeWindowMs?: number;
}

/** What a voice state says about hearing and being heard. */
export interface VoiceMutes {
  readonly mute: boolean;
  readonly deaf: boolean;
  readonly selfMute: boolean;
  readonly selfDeaf: boolean;
}

/** Told when a user's packets start or stop to carry sound. */
export type SpeakingListener = (guildId: string, userId: string, speaking: boolean) => void;

/** Which clients a fault concerns; an empty match concerns all. */
export interface VoiceMatch {
  readonly userId?: string;
  readonly channelId?: string;
}

// Far more than an op 28 of a full call (13 kB for 50 members, measured).
const MOST_MESSAGE_BYTES = 256 * 1024;

/** A port the voice gateway listens on. */
interface Door {
  readonly https: Server;
  readonly websockets: WebSocketServer;
  readonly port: number;
}

const keyOf = (guildId: string, userId: string): string => `${guildId}:${userId}`;

/**
 * A Discord voice server on this machine: voice gateway version 8 over TLS, UDP with AES-256-GCM, DAVE. It knows nothing
 * of guilds and permissions: whoever holds a ticket may join the channel the ticket is for.
 */
export class VoiceServer {
  /** Told who is talking, as the packets say. */
  onSpeaking: SpeakingListener | undefined;
  private readonly options: VoiceServerOptions;
  private readonly sessions: VoiceSessions;
  private readonly media: VoiceMedia;
  private readonly mutes = new Map<string, VoiceMutes>();
  private readonly talking = new Map<VoiceSession, TalkDetector>();
  /** The addresses of the voice gateway: where new clients are sent, and the other one. */
  private doors: readonly Door[] = [];

  constructor(options: VoiceServerOptions) {
    const switches = { ...DEFAULT_SWITCHES, ...options.switches };
    const { log, resumeWindowMs } = options;
    this.options = options;
    this.sessions = new VoiceSessions({
      switches,
      log,
      ...(resumeWindowMs === undefined ? {} : { resumeWindowMs }),
      onEnd: (session) => this.forget(session),
    });
    this.media = new VoiceMedia({
      log,
      forwardSilence: switches.silenceFrames,
      findBySsrc: (ssrc) => this.sessions.findBySsrc(ssrc),
      listeners: (session) => this.listeners(session),
      onPacket: (session, silent) => this.heard(session, silent),
    });
  }

  /** `127.0.0.1:PORT`, as VOICE_SERVER_UPDATE carries it. @throws Error before start */
  get endpoint(): string {
    const [door] = this.doors;
    if (door === undefined) throw new Error('The voice server is not started.');
    return `127.0.0.1:${door.port}`;
  }

  /** From now on clients are sent to the other address. Who is connected stays. */
  changeAddress(): void {
    this.doors = this.doors.toReversed();
  }

  /** Decides what becomes of each packet between two members; undefined: all pass. */
  set impair(impairment: Impairment | undefined) {
    this.media.impair = impairment;
  }

  /** Told of every packet that goes to a member. */
  set onDelivery(listener: ((hop: Hop) => void) | undefined) {
    this.media.onDelivery = listener;
  }

  /** Listens on free ports of 127.0.0.1. */
  async start(): Promise<void> {
    await this.media.start();
    this.doors = [await this.open(), await this.open()];
  }

  private async open(): Promise<Door> {
    const { cert, key } = this.options.certificate;
    const https = createServer({ cert, key }, (_request, response) => response.writeHead(426).end());
    const websockets = new WebSocketServer({ server: https, maxPayload: MOST_MESSAGE_BYTES });
    await new Promise<void>((resolve, reject) => {
      websockets.once('error', reject);
      https.listen(0, '127.0.0.1', resolve);
    });
    https.on('tlsClientError', (error) => this.options.log(`voice tls: ${error.message}`));
    websockets.on('connection', (socket) => {
      const { media, sessions, options } = this;
      new VoiceConnection({ socket, sessions, media: media.address, log: options.log }).start();
    });
    return { https, websockets, port: (https.address() as AddressInfo).port };
  }

  /** Ends every session and closes every socket. */
  async stop(): Promise<void> {
    const { doors } = this;
    this.doors = [];
    for (const session of this.sessions.all()) this.sessions.end(session, 1001, 'The voice server stops.');
    for (const { https, websockets } of doors) {
      for (const socket of websockets.clients) socket.terminate();
      websockets.close();
      https.closeAllConnections();
      await new Promise<void>((resolve) => https.close(() => resolve()));
    }
    await this.media.stop();
  }

  /** Announces a client that will connect; the user's earlier voice session in the guild is closed with 4014. */
  expect(join: VoiceJoin): VoiceTicket {
    return this.sessions.expect(join, this.endpoint).ticket;
  }

  /** Whether the user's client has its websocket open, so that joining the same channel again needs no new ticket. */
  isConnected(guildId: string, userId: string): boolean {
    return this.sessions.find(guildId, userId)?.attached ?? false;
  }

  /** Ends the user's voice session, by default as a kick does. */
  disconnect(guildId: string, userId: string, code: number = VoiceCloseCodes.Disconnected): void {
    const session = this.sessions.find(guildId, userId);
    if (session !== undefined) this.sessions.end(session, code, 'Disconnected.');
  }

  /** Says who may be heard and who may hear, also ahead of a session: nobody hears the muted, the deaf hear nobody. */
  setMuted(guildId: string, userId: string, mutes: VoiceMutes): void {
    const { mute, deaf, selfMute, selfDeaf } = mutes;
    if (mute || deaf || selfMute || selfDeaf) this.mutes.set(keyOf(guildId, userId), mutes);
    else this.mutes.delete(keyOf(guildId, userId));
    const session = this.sessions.find(guildId, userId);
    if (session !== undefined && this.isMuted(session)) this.talking.get(session)?.stop();
  }

  /** The sessions a match names. */
  find({ userId, channelId }: VoiceMatch): VoiceSession[] {
    return this.sessions.all().filter(({ ticket }) => {
      const isUser = userId === undefined || userId === ticket.userId;
      return isUser && (channelId === undefined || channelId === ticket.channelId);
    });
  }

  /** The call a session is in; undefined while it is not in it yet. */
  roomOf(session: VoiceSession): VoiceRoom | undefined {
    return this.sessions.room(session);
  }

  /** The others of a session's call. */
  othersOf(session: VoiceSession): VoiceSession[] {
    return [...(this.roomOf(session)?.sessions() ?? [])].filter((other) => other !== session);
  }

  /** Sends a client a datagram as it is. */
  inject(session: VoiceSession, datagram: Buffer): void {
    this.media.inject(session, datagram);
  }

  /**
   * Closes voice websockets with a code. With a code below 4000 or 4015 the session stays and can be resumed (1006: cut
   * without a close frame), with any other it is over. Returns how many were closed.
   */
  drop(match: VoiceMatch, code: number): number {
    const hit = this.find(match).filter(({ attached }) => attached);
    for (const session of hit) this.sessions.sever(session, code, 'Dropped.');
    return hit.length;
  }

  private *listeners(session: VoiceSession): Iterable<VoiceSession> {
    if (this.isMuted(session)) return;
    for (const other of this.sessions.room(session)?.sessions() ?? []) {
      const mutes = this.mutesOf(other);
      if (other !== session && !mutes?.deaf && !mutes?.selfDeaf) yield other;
    }
  }

  private mutesOf({ ticket }: VoiceSession): VoiceMutes | undefined {
    return this.mutes.get(keyOf(ticket.guildId, ticket.userId));
  }

  private isMuted(session: VoiceSession): boolean {
    const mutes = this.mutesOf(session);
    return mutes !== undefined && (mutes.mute || mutes.selfMute);
  }

  private heard(session: VoiceSession, silent: boolean): void {
    if (this.isMuted(session)) return;
    const { guildId, userId } = session.ticket;
    const detector =
      this.talking.get(session) ??
      new TalkDetector(
        (talking) => this.onSpeaking?.(guildId, userId, talking),
        () => performance.now(),
      );
    this.talking.set(session, detector);
    detector.packet(silent);
  }

  private forget(session: VoiceSession): void {
    this.talking.get(session)?.stop();
    this.talking.delete(session);
  }
}
