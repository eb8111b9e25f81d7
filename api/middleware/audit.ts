import type { ApiContext, ApiMiddleware } from '../context.ts';

/**
 * Notes every call with a key of a guild in that guild's audit log, whatever the answer, and those with a key that has
 * ended. What came after the limit was reached is noted once per minute and key: a flood must not push everything else
 * out of the log.
 */
export function audit(): ApiMiddleware {
  return async (ctx, next) => {
    await next();
    note(ctx);
  };
}

function note(ctx: ApiContext): void {
  const { caller, refused, requestId, isRepeat } = ctx.state;
  const { shard, key } = caller ?? refused ?? {};
  if (!shard || !key || isRepeat) return;
  const action = caller?.actor.occasion?.action;
  shard.audit.note({
    keyId: key.id,
    keyName: key.name,
    actor: key.name,
    method: ctx.method,
    path: ctx.path,
    status: ctx.status,
    requestId,
    ...(action && { action }),
    source: 'api',
  });
}
