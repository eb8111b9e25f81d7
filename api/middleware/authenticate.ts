import { isScope } from '../../shard/access/scopes.ts';
import { ShardError } from '../../shard/errors.ts';
import type { Shards } from '../../shard/shards.ts';
import type { ApiContext, ApiMiddleware, Caller, Live } from '../context.ts';
import type { Limits } from '../limits/limits.ts';
import { HttpError } from '../problem.ts';

/** RFC 9110: the scheme in any case, then one or more spaces, then the token. */
const BEARER = /^bearer +(\S+)$/i;

/**
 * Requires a key for everything under `prefix`, whether it exists or not. The guild follows from the key alone. Paths
 * that a public route matched before need none. An accepted key is counted for itself and never pays for what else came
 * from its address; a refused one is counted for the address.
 */
export function authenticate(shards: Shards, live: Live, limits: Limits, prefix: string): ApiMiddleware {
  return (ctx: ApiContext & { matched?: unknown[] }, next) => {
    const guarded = ctx.path === prefix || ctx.path.startsWith(`${prefix}/`);
    if (!guarded || (ctx.matched?.length ?? 0) > 0) return next();
    const token = bearerToken(ctx.req.headersDistinct['authorization'] ?? []);
    try {
      if (token instanceof Error) throw token;
      ctx.state.caller = callerOf(shards.verifyKey(token), live);
    } catch (error) {
      if (typeof token === 'string') ctx.state.refused = shards.findKey(token);
      limits.countAddress(ctx);
      throw error;
    }
    limits.countKey(ctx, ctx.state.caller.key.id);
    return next();
  };
}

function callerOf({ shard, key }: Pick<Caller, 'shard' | 'key'>, live: Live): Caller {
  const scopes = key.scopes.filter(isScope);
  return {
    shard,
    key,
    actor: { kind: 'key', keyId: key.id, name: key.name, scopes, occasion: { action: null } },
    live,
  };
}

/** Node keeps the first of several Authorization headers; which one was meant is not ours to guess. */
function bearerToken(sent: readonly string[]): string | ShardError | HttpError {
  if (sent.length === 0) return new ShardError('key.missing');
  return (sent.length === 1 ? BEARER.exec(sent[0] ?? '')?.[1] : undefined) ?? new HttpError('key.header-invalid');
}
