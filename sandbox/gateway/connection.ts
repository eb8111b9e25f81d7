import { GatewayCloseCodes as Close, GatewayOpcodes as Op } from 'discord-api-types/v10';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { snowflakeSchema } from '../world/model.ts';
import { memberRequestSchema } from './member-request.ts';
import type { GatewaySession, SessionSocket } from './session.ts';

/** The largest payload a client may send, in bytes (Discord's documentation, "Gateway"). */
const MAX_PAYLOAD = 4096;
/** Payloads a client may send per minute. */
const MAX_PER_MINUTE = 120;
/** How late a heartbeat may come, as a share of the interval, before the line counts as dead. */
const HEARTBEAT_GRACE = 1.5;

const payloadSchema = z.object({ op: z.int(), d: z.unknown().optional() });

/** Op 2. */
export const identifySchema = z.object({
  token: z.string(),
  intents: z.int(),
  properties: z.looseObject({}),
  shard: z.tuple([z.int().min(0), z.int().min(1)]).optional(),
  large_threshold: z.int().min(50).max(250).optional(),
  compress: z.boolean().optional(),
  presence: z.looseObject({}).nullish(),
});

/** Op 6. */
export const resumeSchema = z.object({ token: z.string(), session_id: z.string(), seq: z.int().min(0) });

/** Op 4. */
export const voiceUpdateSchema = z.object({
  guild_id: snowflakeSchema,
  channel_id: snowflakeSchema.nullable(),
  self_mute: z.boolean().default(false),
  self_deaf: z.boolean().default(false),
});

/** Op 3. */
const presenceSchema = z.looseObject({ status: z.string() });

/** What a connection asks of the gateway behind it. */
export interface ConnectionHandlers {
  /** The new session, or the code to close with. */
  identify(data: z.infer<typeof identifySchema>): GatewaySession | Close;
  /** After the session is attached: READY and the guilds. */
  welcome(session: GatewaySession): void;
  /** The session to go on with; null to start anew; a code to close with. */
  resume(data: z.infer<typeof resumeSchema>): GatewaySession | null | Close;
  requestMembers(session: GatewaySession, data: z.infer<typeof memberRequestSchema>): void;
  updateVoice(session: GatewaySession, data: z.infer<typeof voiceUpdateSchema>): void;
  /** The socket is gone; `final` when the client said it will not come back. */
  closed(session: GatewaySession, socket: SessionSocket, final: boolean): void;
}

/** One socket of a bot: hello, heartbeats, identify or resume, then what the bot sends. */
export class GatewayConnection implements SessionSocket {
  private readonly ws: WebSocket;
  private readonly handlers: ConnectionHandlers;
  private readonly heartbeatIntervalMs: number;
  private session: GatewaySession | null = null;
  private deadline: NodeJS.Timeout | undefined;
  /** On `performance.now()`. */
  private hushedUntil = 0;
  private received = { since: 0, count: 0 };

  constructor(ws: WebSocket, handlers: ConnectionHandlers, heartbeatIntervalMs: number) {
    this.ws = ws;
    this.handlers = handlers;
    this.heartbeatIntervalMs = heartbeatIntervalMs;
  }

  start(): void {
    this.ws.on('message', (data) => this.receive(data));
    this.ws.on('close', (code) => this.end(code));
    this.ws.on('error', () => this.ws.terminate());
    this.sendOp(Op.Hello, { heartbeat_interval: this.heartbeatIntervalMs });
    this.expectHeartbeat();
  }

  send(text: string): void {
    if (this.ws.readyState === this.ws.OPEN) this.ws.send(text);
  }

  close(code: number, reason: string): void {
    this.ws.close(code, reason);
  }

  terminate(): void {
    this.ws.terminate();
  }

  hush(durationMs: number): void {
    this.hushedUntil = performance.now() + durationMs;
  }

  get isHushed(): boolean {
    return performance.now() < this.hushedUntil;
  }

  private sendOp(op: Op, d: unknown): void {
    this.send(JSON.stringify({ op, d, s: null, t: null }));
  }

  private expectHeartbeat(): void {
    clearTimeout(this.deadline);
    this.deadline = setTimeout(
      () => this.close(Close.SessionTimedOut, 'Session timed out.'),
      this.heartbeatIntervalMs * HEARTBEAT_GRACE,
    ).unref();
  }

  private end(code: number): void {
    clearTimeout(this.deadline);
    // 1000 and 1001 end the session (Discord's documentation, "Disconnecting"); anything else may be resumed.
    if (this.session) this.handlers.closed(this.session, this, code === 1000 || code === 1001);
    this.session = null;
  }

  private receive(raw: RawData): void {
    const text = raw.toString();
    const payload = Buffer.byteLength(text) > MAX_PAYLOAD ? undefined : parse(text);
    if (this.isTooMany()) this.refuse(Close.RateLimited);
    else if (payload) this.handle(payload.op, payload.d);
    else this.refuse(Close.DecodeError);
  }

  private isTooMany(): boolean {
    const now = performance.now();
    if (now - this.received.since > 60_000) this.received = { since: now, count: 0 };
    return ++this.received.count > MAX_PER_MINUTE;
  }

  private refuse(code: Close): void {
    this.close(code, REASONS[code] ?? 'Unknown error.');
  }

  private handle(op: number, d: unknown): void {
    switch (op) {
      case Op.Heartbeat:
        this.expectHeartbeat();
        if (!this.isHushed) this.sendOp(Op.HeartbeatAck, null);
        break;
      case Op.Identify:
        this.read(identifySchema, d, (data) => this.identify(data));
        break;
      case Op.Resume:
        this.read(resumeSchema, d, (data) => this.resume(data));
        break;
      default:
        if (this.session) this.handleInSession(this.session, op, d);
        else this.refuse(Close.NotAuthenticated);
    }
  }

  private handleInSession(session: GatewaySession, op: number, d: unknown): void {
    switch (op) {
      case Op.RequestGuildMembers:
        this.read(memberRequestSchema, d, (data) => this.handlers.requestMembers(session, data));
        break;
      case Op.VoiceStateUpdate:
        this.read(voiceUpdateSchema, d, (data) => this.handlers.updateVoice(session, data));
        break;
      case Op.PresenceUpdate:
        this.read(presenceSchema, d, () => {}); // nobody here looks at what bots say they are doing
        break;
      default:
        this.refuse(Close.UnknownOpcode);
    }
  }

  private read<T>(schema: z.ZodType<T>, d: unknown, then: (data: T) => void): void {
    const parsed = schema.safeParse(d);
    if (parsed.success) then(parsed.data);
    else this.refuse(Close.DecodeError);
  }

  private identify(data: z.infer<typeof identifySchema>): void {
    const session = this.session ? Close.AlreadyAuthenticated : this.handlers.identify(data);
    if (typeof session === 'number') this.refuse(session);
    else {
      this.attach(session);
      this.handlers.welcome(session);
    }
  }

  private resume(data: z.infer<typeof resumeSchema>): void {
    const session = this.session ? Close.AlreadyAuthenticated : this.handlers.resume(data);
    if (typeof session === 'number') this.refuse(session);
    else if (session) {
      session.socket?.terminate();
      this.attach(session);
      session.replay(data.seq);
    } else this.sendOp(Op.InvalidSession, false);
  }

  private attach(session: GatewaySession): void {
    this.session = session;
    session.socket = this;
  }
}

const REASONS: Partial<Record<Close, string>> = {
  [Close.UnknownOpcode]: 'Unknown opcode.',
  [Close.DecodeError]: 'Error while decoding payload.',
  [Close.NotAuthenticated]: 'Not authenticated.',
  [Close.AlreadyAuthenticated]: 'Already authenticated.',
  [Close.RateLimited]: 'You are being rate limited.',
  [Close.AuthenticationFailed]: 'Authentication failed.',
  [Close.InvalidSeq]: 'Invalid seq.',
  [Close.InvalidShard]: 'Invalid shard.',
  [Close.InvalidIntents]: 'Invalid intent(s).',
  [Close.DisallowedIntents]: 'Disallowed intent(s).',
};

function parse(text: string): z.infer<typeof payloadSchema> | undefined {
  try {
    return payloadSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
