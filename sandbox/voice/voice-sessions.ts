import { randomBytes } from 'node:crypto';
import { VoiceCloseCodes, VoiceOpcodes } from 'discord-api-types/voice/v8';
import type { WebSocket } from 'ws';
import { TransportKey } from './transport-crypto.ts';
import { type ClientPayload, isResumable, VoiceProtocolError } from './voice-protocol.ts';
import { VoiceRoom } from './voice-room.ts';
import { type VoiceJoin, VoiceSession } from './voice-session.ts';
import type { VoiceSwitches } from './voice-switches.ts';

/** What the book of sessions needs to know. */
export interface VoiceSessionsOptions {
  readonly switches: VoiceSwitches;
  readonly log: (line: string) => void;
  /** How long a session stays in its call without a websocket, in ms. */
  readonly resumeWindowMs?: number;
  /** Told once for each session that was in a call and is over. */
  readonly onEnd: (session: VoiceSession) => void;
}

const { AuthenticationFailed, Disconnected, SessionNoLongerValid } = VoiceCloseCodes;
// Undocumented; long enough for a client's retries, short enough that others see a crashed client go.
const RESUME_WINDOW_MS = 15_000;
const FIRST_SSRC = 1_000;

const keyOf = (guildId: string, userId: string): string => `${guildId}:${userId}`;

/** Closes a websocket with any code, also 1006, which no close frame can carry. */
export function closeSocket(socket: WebSocket, code: number, reason: string): void {
  try {
    // A close frame has room for 123 bytes of reason (RFC 6455 §5.5).
    socket.close(code, reason.replace(/[^ -~]/g, '?').slice(0, 120));
  } catch {
    socket.terminate();
  }
}

/** Every voice session there is, at most one per guild and user, and the rooms they are in. */
export class VoiceSessions {
  private readonly options: VoiceSessionsOptions;
  private readonly byKey = new Map<string, VoiceSession>();
  private readonly bySsrc = new Map<number, VoiceSession>();
  private readonly rooms = new Map<string, VoiceRoom>();
  private nextSsrc = FIRST_SSRC;

  constructor(options: VoiceSessionsOptions) {
    this.options = options;
  }

  /** Announces a client; an earlier session of that user in the guild is over. */
  expect(join: VoiceJoin, endpoint: string): VoiceSession {
    const earlier = this.find(join.guildId, join.userId);
    if (earlier !== undefined) this.end(earlier, Disconnected, 'Another connection takes over.');
    return this.add(new VoiceSession({ ...join, endpoint, token: randomBytes(16).toString('hex') }));
  }

  find(guildId: string, userId: string): VoiceSession | undefined {
    return this.byKey.get(keyOf(guildId, userId));
  }

  findBySsrc(ssrc: number): VoiceSession | undefined {
    return this.bySsrc.get(ssrc);
  }

  all(): VoiceSession[] {
    return [...this.byKey.values()];
  }

  room(session: VoiceSession): VoiceRoom | undefined {
    return session.inCall ? this.rooms.get(session.ticket.channelId) : undefined;
  }

  /** Op 0: finds the announced session and gives it a media side. @throws VoiceProtocolError */
  identify(payload: ClientPayload<VoiceOpcodes.Identify>, socket: WebSocket): VoiceSession {
    const known = this.find(payload.server_id, payload.user_id);
    if (known === undefined) throw new VoiceProtocolError(SessionNoLongerValid, 'No such session is expected.');
    if (known.ticket.token !== payload.token) throw new VoiceProtocolError(AuthenticationFailed, 'The token is wrong.');
    if (known.ticket.sessionId !== payload.session_id) {
      throw new VoiceProtocolError(SessionNoLongerValid, 'The session id is not the one that joined.');
    }
    const session = known.link.kind === 'awaited' ? known : this.renew(known);
    session.media = { ssrc: this.nextSsrc++, key: new TransportKey(), address: undefined, lastHeader: undefined };
    this.bySsrc.set(session.media.ssrc, session);
    session.relink({ kind: 'attached', socket });
    return session;
  }

  /** Op 7: the session goes on over a new websocket and is sent what it missed. @throws VoiceProtocolError */
  resume(payload: ClientPayload<VoiceOpcodes.Resume>, socket: WebSocket): VoiceSession {
    const session = this.all().find(
      ({ ticket, inCall }) => inCall && ticket.guildId === payload.server_id && ticket.token === payload.token,
    );
    const missed = session?.outbox.after(payload.seq_ack);
    if (session === undefined || session.ticket.sessionId !== payload.session_id || missed === undefined) {
      throw new VoiceProtocolError(SessionNoLongerValid, 'There is no such session to resume.');
    }
    session.relink({ kind: 'attached', socket })?.terminate();
    const resumed = JSON.stringify({ op: VoiceOpcodes.Resumed, d: null });
    const replay = missed.map((message) => message.data);
    const { switches } = this.options;
    for (const data of switches.resumedBeforeReplay ? [resumed, ...replay] : [...replay, resumed]) socket.send(data);
    const group = this.room(session)?.group;
    if (switches.externalSenderOnResume && group !== undefined) {
      session.binary(VoiceOpcodes.DaveMlsExternalSender, group.externalSender);
    }
    return session;
  }

  /** The session description was sent: into the call. */
  enter(session: VoiceSession): void {
    const { channelId } = session.ticket;
    const room = this.rooms.get(channelId) ?? new VoiceRoom(channelId, this.options.switches, this.options.log);
    this.rooms.set(channelId, room);
    room.join(session);
  }

  /** The websocket is gone: the session ends, or stays in its call until the resume window is over. */
  lose(session: VoiceSession, final: boolean): void {
    if (final || !session.inCall) {
      this.end(session, Disconnected, 'The client left.');
      return;
    }
    const timer = setTimeout(
      () => this.end(session, SessionNoLongerValid, 'The resume window is over.'),
      this.options.resumeWindowMs ?? RESUME_WINDOW_MS,
    ).unref();
    session.relink({ kind: 'detached', timer });
    this.room(session)?.group.detach(session.userId);
  }

  /** Closes the websocket from this side; whether the session survives depends on the code, as at Discord. */
  sever(session: VoiceSession, code: number, reason: string): void {
    if (!isResumable(code) || !session.inCall) {
      this.end(session, code, reason);
    } else if (session.link.kind === 'attached') {
      const { socket } = session.link;
      this.lose(session, false);
      closeSocket(socket, code, reason);
    }
  }

  /** The session is over: it leaves its call, and its websocket, if it has one, is closed with this code. */
  end(session: VoiceSession, code: number, reason: string): void {
    if (session.link.kind === 'ended') return;
    const socket = session.relink({ kind: 'ended' });
    const { guildId, userId, channelId } = session.ticket;
    if (this.find(guildId, userId) === session) this.byKey.delete(keyOf(guildId, userId));
    if (session.media !== undefined) this.bySsrc.delete(session.media.ssrc);
    const room = this.room(session);
    if (room !== undefined) {
      this.options.onEnd(session);
      room.leave(session);
      if (room.empty) this.close(channelId, room);
    }
    if (socket !== undefined) closeSocket(socket, code, reason);
    this.options.log(`voice session of ${userId} in ${channelId} is over: ${code} ${reason}`);
  }

  private close(channelId: string, room: VoiceRoom): void {
    room.group.close();
    this.rooms.delete(channelId);
  }

  private add(session: VoiceSession): VoiceSession {
    this.byKey.set(keyOf(session.ticket.guildId, session.ticket.userId), session);
    return session;
  }

  /** A client that identifies a second time with a good token starts over. */
  private renew(session: VoiceSession): VoiceSession {
    this.end(session, SessionNoLongerValid, 'The client has identified anew.');
    return this.add(new VoiceSession(session.ticket));
  }
}
