import type { Clock, Log } from '../../shard/ports.ts';
import type { ApiMiddleware } from '../context.ts';

/** One line per answered request: who asked for what, and what became of it. Never the query, a header or a body. */
export function logRequests(log: Log, clock: Clock): ApiMiddleware {
  return async (ctx, next) => {
    const began = clock.now();
    await next();
    const { requestId, caller } = ctx.state;
    const who = caller && { guildId: caller.shard.guildId, keyId: caller.key.id };
    const what = { method: ctx.method, path: ctx.path, status: ctx.status, ms: clock.now() - began };
    log.debug({ requestId, ...who, ...what }, 'answered a request');
  };
}
