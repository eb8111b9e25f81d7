import type { ApiContext, ApiMiddleware } from '../context.ts';
import type { Route } from '../route.ts';

/**
 * Answers 404 where the path names what is not there, before a body is read. A request that may be a repeated one is let
 * through: its first answer is due to it even if that took the thing away.
 */
export function findNamed(find: NonNullable<Route['find']>): ApiMiddleware {
  return (ctx: ApiContext & { params?: Record<string, string> }, next) => {
    const { caller } = ctx.state;
    if (caller && ctx.get('Idempotency-Key') === '') find(caller.shard, ctx.params ?? {});
    return next();
  };
}
