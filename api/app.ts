import type { Router } from '@koa/router';
import Koa from 'koa';
import type { Clock, Ids, Log } from '../shard/ports.ts';
import type { Shards } from '../shard/shards.ts';
import type { ApiContext, ApiMiddleware, RequestState } from './context.ts';
import { debugRouter } from './debug.ts';
import { healthRouter, type ReadinessCheck } from './health.ts';
import { indexedRouter } from './indexed-router.ts';
import { type LimitOptions, Limits } from './limits/limits.ts';
import { LISTEN_PATH, listenRouter } from './listen/listen-router.ts';
import type { Listening } from './listen/listening.ts';
import { audit } from './middleware/audit.ts';
import { authenticate } from './middleware/authenticate.ts';
import { jsonBody } from './middleware/body.ts';
import { countRequests } from './middleware/count-requests.ts';
import { drain } from './middleware/drain.ts';
import { entityTag } from './middleware/entity-tag.ts';
import { errors } from './middleware/errors.ts';
import { findNamed } from './middleware/find-named.ts';
import { idempotency, type Running } from './middleware/idempotency.ts';
import { limitPublic } from './middleware/limit-public.ts';
import { logRequests } from './middleware/log-requests.ts';
import { openCors } from './middleware/open-cors.ts';
import { requestId } from './middleware/request-id.ts';
import { requireScope } from './middleware/scope.ts';
import { secureHeaders } from './middleware/secure-headers.ts';
import { unmatched } from './middleware/unmatched.ts';
import { openApiDocument } from './openapi.ts';
import { ProcessMeasures } from './process-measures.ts';
import { PUBLIC_ROUTES } from './public-routes.ts';
import type { Route } from './route.ts';
import { ownerRoutes } from './routes.ts';
import type { Streams } from './streams/streams.ts';
import type { Webhooks } from './webhooks/webhooks.ts';

/** What the application is given. */
export interface AppOptions {
  shards: Shards;
  streams: Streams;
  listening: Listening;
  webhooks: Webhooks;
  /** The shard's name, as people know it. */
  name: string;
  /** Where it is reached from outside, if that is known. */
  publicUrl: string | null;
  version: string;
  /** Asked at each look at `/readyz`. */
  readiness: () => ReadinessCheck[];
  /** What the process measures of itself. */
  measures?: ProcessMeasures;
  /** Largest body that is read. */
  bodyLimitBytes: number;
  limits: LimitOptions;
  log: Log;
  clock: Clock;
  ids: Ids;
}

/** Body limit where many things are sent at once: presets, bulk, archive. */
const LARGE_BODY_BYTES = 256 * 1024;

/** Where the Owner API lives. */
const PREFIX = '/api/v1';

/**
 * The HTTP application, without listening. A request is checked in this order: key (401), limit (429), route (404, 405),
 * scope (403), what the path names (404), body (415, 413, 400).
 */
export function createApp(options: AppOptions): Koa {
  const { shards, log, ids, clock, streams, listening, webhooks } = options;
  const measures = options.measures ?? new ProcessMeasures();
  const routes = ownerRoutes(options, measures);
  const live = { streams, listening, webhooks };
  const limits = new Limits(options.limits, clock);
  const publicPaths = publicRouter(routes, options);
  const app = new Koa();
  app.on('error', (error: unknown) => reportUnlessGone(error, log));
  app.use(drain(clock));
  app.use(requestId(ids));
  app.use(logRequests(log, clock));
  app.use(countRequests(measures.requests));
  app.use(secureHeaders());
  app.use(audit());
  app.use(errors(log));
  app.use(healthRouter(options).routes());
  app.use(openEmbeds());
  app.use(limitPublic(publicPaths, limits));
  app.use(publicPaths.routes());
  app.use(authenticate(shards, live, limits, '/debug'));
  app.use(debugRouter(options).routes());
  app.use(authenticate(shards, live, limits, LISTEN_PATH));
  app.use(listenRouter().routes());
  app.use(authenticate(shards, live, limits, PREFIX));
  app.use(ownerRouter(routes, options).routes());
  app.use(unmatched());
  return app;
}

function publicRouter(routes: readonly Route[], about: AppOptions): Router<RequestState> {
  // Written out once: half a megabyte of JSON takes the loop longer than the audio may wait.
  const document = Buffer.from(JSON.stringify(openApiDocument(routes, about)));
  const router = indexedRouter({ prefix: PREFIX, sensitive: true });
  router.get('/openapi.json', (ctx) => {
    ctx.type = 'application/json';
    ctx.body = document;
  });
  for (const route of PUBLIC_ROUTES) {
    const answerAll: ApiMiddleware = (ctx: ApiContext & { params?: unknown }) =>
      route.answerTo(ctx, about.shards, { params: ctx.params, query: { ...ctx.query } });
    router.get(route.path, ...(route.cached ? [entityTag(false)] : []), answerAll);
  }
  return router;
}

/** Pages of other origins may read what is public of a guild, and why it was refused. */
function openEmbeds(): ApiMiddleware {
  const open = openCors();
  return (ctx, next) => (ctx.path.startsWith(`${PREFIX}/embed/`) ? open(ctx, next) : next());
}

function ownerRouter(routes: readonly Route[], { bodyLimitBytes, clock, log }: AppOptions): Router<RequestState> {
  const router = indexedRouter({ prefix: PREFIX, sensitive: true });
  const readJson = jsonBody({ limitBytes: bodyLimitBytes, clock });
  const readLargeJson = jsonBody({ limitBytes: Math.max(bodyLimitBytes, LARGE_BODY_BYTES), clock });
  const running: Running = new WeakMap();
  for (const route of routes) {
    const body = route.body ? [route.largeBody ? readLargeJson : readJson] : [];
    const conditional = route.cached ? [entityTag(route.cached === 'unchanged')] : [];
    const once = route.method === 'post' ? [idempotency(route.answersSecret ?? false, running, log)] : [];
    const named = route.find ? [findNamed(route.find)] : [];
    const steps = [requireScope(route.scope), ...named, ...body, ...once, ...conditional, answer(route)];
    router.register(route.path, [route.method], steps);
  }
  return router;
}

/** Carries a route out for whoever is calling. */
function answer(route: Route): ApiMiddleware {
  return async (ctx: ApiContext & { params?: unknown }) => {
    const { caller, body } = ctx.state;
    if (!caller) throw new Error(`${route.id} was reached without a key`);
    await route.answerTo(ctx, caller, { params: ctx.params, query: { ...ctx.query }, body });
  };
}

/** A reader that leaves in the middle of an answer is no error of ours. */
const GONE = ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'];

function reportUnlessGone(error: unknown, log: Log): void {
  if (error instanceof Error && 'code' in error && GONE.includes(String(error.code))) return;
  log.error({ err: error }, 'an answer could not be sent');
}
