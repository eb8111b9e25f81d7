import type { Router } from '@koa/router';
import type { ApiMiddleware, RequestState } from '../context.ts';
import type { Limits } from '../limits/limits.ts';

/** Counts what is sent to the public paths of this router, by any method, per client address. */
export function limitPublic(router: Router<RequestState>, limits: Limits): ApiMiddleware {
  return (ctx, next) => {
    if (router.match(ctx.path, ctx.method).path.length > 0) limits.countAddress(ctx);
    return next();
  };
}
