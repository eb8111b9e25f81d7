import type { ApiMiddleware } from '../context.ts';

/** Headers beyond the simple ones that a page may read. */
const READABLE = 'ETag, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id';

/**
 * Lets pages of any origin read a public path: by GET, without credentials. Such a request needs no preflight, so there
 * is none. To be mounted on the path itself, before what can refuse, so that a page can read refusals too.
 */
export function openCors(): ApiMiddleware {
  return (ctx, next) => {
    if (ctx.method === 'GET' || ctx.method === 'HEAD') {
      ctx.set({ 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': READABLE });
    }
    return next();
  };
}
