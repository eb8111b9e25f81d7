import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { GatewayCloseCodes as Close, GatewayIntentBits, GatewayOpcodes as Op } from 'discord-api-types/v10';
import { WebSocketServer } from 'ws';
import type { z } from 'zod';
import type { Change } from '../world/changes.ts';
import { applicationFlags, userOf, userPayload } from '../world/payloads.ts';
import type { World } from '../world/world.ts';
import type { Calls } from './calls.ts';
import { type ConnectionHandlers, GatewayConnection, type identifySchema, type resumeSchema } from './connection.ts';
import { eventFor } from './events.ts';
import { guildCreatePayload } from './guild-create.ts';
import { disallowedIntents, knownIntents } from './intents.ts';
import { MemberRequests } from './member-request.ts';
import { GatewaySession, type SessionSocket } from './session.ts';

/** Sessions a bot may leave behind before the oldest without a socket is forgotten. */
const MAX_SESSIONS_PER_BOT = 16;

export interface GatewayOptions {
  world: World;
  calls: Calls;
  /** Milliseconds between the heartbeats asked of bots. */
  heartbeatIntervalMs: number;
  /** Milliseconds a session waits for a resume after its socket is gone. */
  sessionTimeoutMs: number;
  /** Where bots find the gateway. */
  url: () => string;
  log: (line: string) => void;
}

/** The gateway v10: sessions of bots, the sockets they come and go with, and the events they are told. */
export class Gateway {
  private readonly options: GatewayOptions;
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });
  private readonly sessions = new Map<string, GatewaySession>();
  private readonly expiries = new Map<GatewaySession, NodeJS.Timeout>();
  private readonly memberRequests: MemberRequests;
  private readonly handlers: ConnectionHandlers;

  constructor(options: GatewayOptions) {
    this.options = options;
    this.memberRequests = new MemberRequests(options.world);
    this.handlers = {
      identify: (data) => this.identify(data),
      welcome: (session) => this.welcome(session),
      resume: (data) => this.resume(data),
      requestMembers: (session, data) => this.memberRequests.answer(session, data),
      updateVoice: (session, data) => this.options.calls.update(session, data),
      closed: (session, socket, final) => this.closed(session, socket, final),
    };
  }

  /** Tells every session about a change. */
  tell(change: Change): void {
    for (const session of this.sessions.values()) {
      const event = eventFor(this.options.world, change, session);
      if (event) session.dispatch(event.name, event.data);
    }
  }

  /** Takes over a socket that asked for the gateway. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.sockets.handleUpgrade(request, socket, head, (ws) => {
      const query = new URL(request.url ?? '/', 'ws://localhost').searchParams;
      if (query.get('v') !== '10') return ws.close(Close.InvalidAPIVersion, 'Invalid API version.');
      if ((query.get('encoding') ?? 'json') !== 'json') return ws.close(Close.DecodeError, 'Only JSON is spoken here.');
      new GatewayConnection(ws, this.handlers, this.options.heartbeatIntervalMs).start();
    });
  }

  /** Ends every session. */
  stop(): void {
    for (const session of [...this.sessions.values()]) this.endSession(session);
    for (const ws of this.sockets.clients) ws.terminate();
    this.sockets.close();
  }

  /** Living sessions: of one bot, or all. */
  sessionsOf(botId?: string): GatewaySession[] {
    return [...this.sessions.values()].filter((session) => botId === undefined || session.bot.userId === botId);
  }

  /** Whether the bot is connected now. */
  isOnline(botId: string): boolean {
    return this.sessionsOf(botId).some((session) => session.socket !== null);
  }

  /** Forgets a session for good: it cannot be resumed, and its bot leaves the voice channels it joined with it. */
  endSession(session: GatewaySession): void {
    clearTimeout(this.expiries.get(session));
    this.expiries.delete(session);
    if (!this.sessions.delete(session.options.id)) return;
    session.socket = null;
    this.options.calls.leaveAll(session);
  }

  /** Tells the bot that its session is worth nothing any more (op 9), and forgets it. */
  invalidate(session: GatewaySession): void {
    session.socket?.send(JSON.stringify({ op: Op.InvalidSession, d: false, s: null, t: null }));
    this.endSession(session);
  }

  private identify(data: z.infer<typeof identifySchema>): GatewaySession | Close {
    const bot = this.options.world.botByToken(data.token.replace(/^Bot /, ''));
    if (!bot) return Close.AuthenticationFailed;
    const shard = data.shard ?? ([0, 1] as const);
    if (shard[0] >= shard[1]) return Close.InvalidShard;
    if (!knownIntents(data.intents)) return Close.InvalidIntents;
    if (disallowedIntents(data.intents, bot).length > 0) return Close.DisallowedIntents;
    this.forgetOldest(bot.userId);
    const session = new GatewaySession({
      id: randomBytes(16).toString('hex'),
      bot,
      intents: data.intents,
      shard,
      largeThreshold: data.large_threshold ?? 50,
    });
    this.sessions.set(session.options.id, session);
    this.options.log(`gateway: ${userOf(this.options.world, bot.userId).username} identified`);
    return session;
  }

  private forgetOldest(botId: string): void {
    const detached = this.sessionsOf(botId).filter((session) => session.socket === null);
    for (const session of detached.slice(0, Math.max(0, detached.length - MAX_SESSIONS_PER_BOT + 1))) {
      this.endSession(session);
    }
  }

  private welcome(session: GatewaySession): void {
    const { world } = this.options;
    const { bot } = session;
    const guilds = world.guildsOf(bot.userId).filter((guild) => session.shards(guild.id));
    session.dispatch('READY', {
      v: 10,
      user: { ...userPayload(userOf(world, bot.userId)), verified: true, mfa_enabled: false, email: null, flags: 0 },
      guilds: guilds.map((guild) => ({ id: guild.id, unavailable: true })),
      session_id: session.options.id,
      resume_gateway_url: this.options.url(),
      shard: session.options.shard,
      application: { id: bot.userId, flags: applicationFlags(bot) },
      session_type: 'normal',
      private_channels: [],
      relationships: [],
      user_settings: {},
    });
    if (!session.wants(GatewayIntentBits.Guilds)) return;
    for (const guild of guilds) session.dispatch('GUILD_CREATE', guildCreatePayload(world, guild, session));
  }

  private resume(data: z.infer<typeof resumeSchema>): GatewaySession | null | Close {
    const session = this.sessions.get(data.session_id);
    const bot = this.options.world.botByToken(data.token.replace(/^Bot /, ''));
    if (!bot) return Close.AuthenticationFailed;
    if (session?.bot.userId !== bot.userId || !session.canReplay(data.seq)) return null;
    clearTimeout(this.expiries.get(session));
    this.expiries.delete(session);
    this.options.log(`gateway: ${userOf(this.options.world, bot.userId).username} resumed`);
    return session;
  }

  private closed(session: GatewaySession, socket: SessionSocket, final: boolean): void {
    if (session.socket !== socket) return; // another socket resumed the session meanwhile
    session.socket = null;
    if (final) {
      this.endSession(session);
      return;
    }
    const expiry = setTimeout(() => this.endSession(session), this.options.sessionTimeoutMs).unref();
    this.expiries.set(session, expiry);
  }
}
