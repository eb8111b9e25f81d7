import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import type { Bot } from '../world/model.ts';
import type { World } from '../world/world.ts';
import { ApiError } from './api-error.ts';
import { type HttpBody, readBody } from './http-body.ts';
import { type BucketState, bucketHeaders, type Limit, RateLimits } from './rate-limits.ts';
import { type RestServices, type Route, StatusAnswer } from './route.ts';
import { matchRoute } from './route-table.ts';
import { channelRoutes } from './routes/channels.ts';
import { commandRoutes } from './routes/commands.ts';
import { guildRoutes } from './routes/guilds.ts';
import { interactionRoutes } from './routes/interactions.ts';
import { memberRoutes } from './routes/members.ts';
import { messageRoutes } from './routes/messages.ts';
import { userRoutes } from './routes/users.ts';
import { webhookRoutes } from './routes/webhooks.ts';

/** Requests of a bot over all routes: 50 a second. */
const GLOBAL_LIMIT: Limit = { requests: 50, windowMs: 1000 };
/** Routes without a limit of their own. Discord tells none; generous, so that only a loop meets it. */
const DEFAULT_LIMIT: Limit = { requests: 20, windowMs: 1000 };
/** Parts of a path that make buckets of their own: channel, guild, webhook with its token. */
const MAJOR = ['channel', 'guild', 'webhook', 'token'];

/** A request as observers see it: what a bot asked for, before it is judged. */
export interface SeenRequest {
  method: string;
  /** As the route's pattern: `/channels/:channel/messages`; the path itself where no route takes it. */
  route: string;
  path: string;
  body: unknown;
  botId: string | null;
  /** What is to stand in the audit log. */
  reason: string | null;
}

/** What a fault does to a request: refuses it for a while, fails, or answers late. */
export type RestStrike =
  | { kind: 'limit'; retryAfterMs: number }
  | { kind: 'failure' }
  | { kind: 'delay'; delayMs: number };

/** Asked about every request that would be handled. */
export type RestFault = (seen: SeenRequest) => RestStrike | null;

export interface RestOptions {
  services: RestServices;
  /** Told about every request. */
  observe: (seen: SeenRequest) => void;
  fault: RestFault;
  log: (line: string) => void;
}

interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** Discord's REST API v10, for requests whose path begins with `/api/v10`. */
export class Rest {
  private readonly options: RestOptions;
  private readonly world: World;
  private readonly routes: readonly Route[];
  private readonly limits: RateLimits;

  constructor(options: RestOptions) {
    const { services } = options;
    this.options = options;
    this.world = services.world;
    this.limits = new RateLimits(services.world.now);
    this.routes = [
      ...userRoutes(services),
      ...commandRoutes(services),
      ...interactionRoutes(services),
      ...webhookRoutes(services),
      ...messageRoutes(services),
      ...channelRoutes(services),
      ...guildRoutes(services),
      ...memberRoutes(services),
    ];
  }

  /** Answers a request. `path` is without the prefix; `flush` resolves when what changed is on disk. */
  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    flush: () => Promise<void>,
  ): Promise<void> {
    const path = url.pathname.replace(/^\/api\/v10/, '');
    const answer = await this.answer(request, path, url.searchParams)
      .then(async (done) => {
        await flush();
        return done;
      })
      .catch((error) => this.failure(error));
    send(response, answer);
  }

  private failure(error: unknown): Answer {
    if (error instanceof ApiError) return { status: error.status, body: error.body };
    this.options.log(`rest: ${error instanceof Error ? error.stack : String(error)}`);
    return { status: 500, body: new ApiError('internal').body };
  }

  private async answer(request: IncomingMessage, path: string, query: URLSearchParams): Promise<Answer> {
    const method = request.method ?? 'GET';
    const match = matchRoute(this.routes, method, path);
    const bot = this.world.botByToken(/^Bot (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '');
    const body = await readBody(request);
    const route = match.kind === 'route' ? match.route.path : path;
    const params = match.kind === 'route' ? match.params : {};
    const botId = bot?.userId ?? params['webhook'] ?? null;
    const seen: SeenRequest = { method, route, path, body: body.json, botId, reason: auditReason(request) };
    this.options.observe(seen);
    if (match.kind !== 'route') {
      this.options.log(`rest: no route ${method} ${path}`);
      throw new ApiError(match.kind === 'unknown' ? 'notFound' : 'methodNotAllowed');
    }
    if (!bot && !match.route.open) throw new ApiError('unauthorized');
    const fault = this.options.fault(seen);
    if (fault?.kind === 'limit') return tooMany(fault.retryAfterMs, 'user', {});
    if (fault?.kind === 'failure') throw new ApiError('internal');
    if (fault?.kind === 'delay') await setTimeout(fault.delayMs, undefined, { ref: false });
    return this.limited(match.route, params, query, body, bot);
  }

  private async limited(
    route: Route,
    params: Record<string, string>,
    query: URLSearchParams,
    body: HttpBody,
    bot: Bot | undefined,
  ): Promise<Answer> {
    const who = route.open ? 'open' : (bot?.userId ?? '');
    const global = route.open ? null : this.limits.take(`global:${who}`, GLOBAL_LIMIT);
    if (global?.isExceeded) return tooMany(global.resetMs, 'global', {});
    const major = MAJOR.map((name) => params[name] ?? '').join(':');
    const bucket = this.limits.take(`${who}:${route.method}:${route.path}:${major}`, route.limit ?? DEFAULT_LIMIT);
    const headers = bucketHeaders(`${route.method}:${route.path}`, bucket, this.world.now());
    if (bucket.isExceeded) return tooMany(bucket.resetMs, 'user', headers);
    const request = { params, query, body: body.json, files: body.files };
    if (route.open) return { ...(await outcome(() => route.handle(request), this)), headers };
    if (!bot) throw new ApiError('unauthorized');
    const full = { ...request, bot };
    const { sublimit } = route;
    if (sublimit?.counts(full)) {
      const state: BucketState = this.limits.take(`${sublimit.name}:${who}:${major}`, sublimit.limit);
      if (state.isExceeded) return tooMany(state.resetMs, 'user', headers);
    }
    return { ...(await outcome(() => route.handle(full), this)), headers };
  }

  /** What an error of a handler is answered with. */
  refusal(error: unknown): Answer {
    return this.failure(error);
  }
}

/** The reason as it was before it was encoded for a header; as it came when it is not encoded. */
function auditReason({ headers }: IncomingMessage): string | null {
  const header = headers['x-audit-log-reason'];
  if (typeof header !== 'string') return null;
  try {
    return decodeURIComponent(header);
  } catch {
    return header;
  }
}

async function outcome(handle: () => unknown, rest: Rest): Promise<Answer> {
  try {
    const body = await handle();
    if (body instanceof StatusAnswer) return body;
    return { status: body === undefined ? 204 : 200, body };
  } catch (error) {
    return rest.refusal(error);
  }
}

function tooMany(resetMs: number, scope: 'user' | 'global', headers: Record<string, string>): Answer {
  const seconds = Number((resetMs / 1000).toFixed(3));
  return {
    status: 429,
    body: { message: 'You are being rate limited.', retry_after: seconds, global: scope === 'global' },
    headers: {
      ...headers,
      'retry-after': String(Math.ceil(seconds)),
      'x-ratelimit-scope': scope,
      ...(scope === 'global' ? { 'x-ratelimit-global': 'true' } : {}),
    },
  };
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  // discord.js reads JSON wherever the header says so, also where there is none: a 204 must not say it.
  response.writeHead(status, { ...headers, ...(status === 204 ? {} : { 'content-type': 'application/json' }) });
  response.end(status === 204 ? undefined : JSON.stringify(body));
}
