import type { Router } from '@koa/router';
import type { ApiMiddleware, RequestState } from './context.ts';
import { indexedRouter } from './indexed-router.ts';

/** One part of the program and whether it is usable now. */
export interface ReadinessCheck {
  name: string;
  ok: boolean;
  detail?: string;
}

/** What the health answers are made from. */
export interface HealthOptions {
  name: string;
  version: string;
  readiness: () => ReadinessCheck[];
}

/** The public health paths, outside `/api/v1`. */
export function healthRouter({ name, version, readiness }: HealthOptions): Router<RequestState> {
  const live: ApiMiddleware = (ctx) => {
    ctx.body = { ok: true };
  };
  const ready: ApiMiddleware = (ctx) => {
    const checks = readiness();
    const ok = checks.every((check) => check.ok);
    ctx.status = ok ? 200 : 503;
    ctx.body = { ok, checks };
  };
  const router = indexedRouter({ sensitive: true });
  router.get('/health', (ctx) => {
    ctx.body = { ok: true, app: name, version };
  });
  for (const path of ['/livez', '/health/live']) router.get(path, live);
  for (const path of ['/readyz', '/health/ready', '/ready']) router.get(path, ready);
  return router;
}
