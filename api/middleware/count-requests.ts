import type { ApiMiddleware } from '../context.ts';
import type { RequestCounts } from '../request-counts.ts';

/** Counts every answer to somebody with a key, whatever it is. */
export function countRequests(counts: RequestCounts): ApiMiddleware {
  return async (ctx, next) => {
    await next();
    const { caller } = ctx.state;
    if (caller) counts.count(caller.shard.guildId, ctx.status);
  };
}
