import { isScope } from '../../shard/access/scopes.ts';
import { ShardError } from '../../shard/errors.ts';
import type { Shards } from '../../shard/shards.ts';
import type { ApiContext, ApiMiddleware, Caller } from '../context.ts';
import type { Limits } from '../limits/limits.ts';
import { HttpError } from '../problem.ts';

/** RFC 9110: the scheme in any case, then one or more spaces, then the token. */
const BEARER = /^bearer +(\S+)$/i;

/**
 * Requires a key for everything under `prefix`, whether it exists or not. The guild follows from the key alone. Paths
 * that a public route matched before need none. An accepted key is counted for itself and never pays for what else came
 * from its address; a refused one is counted for the address.
 */
export function authenticate(shards: Shards, limits: Limits, prefix: string): ApiMiddleware {
  return (ctx: ApiContext & { matched?: unknown[] }, next) => {
    const guarded = ctx.path === prefix || ctx.path.startsWith(`${prefix}/`);
    if (!guarded || (ctx.matched?.length ?? 0) > 0) return next();
    try {
      ctx.state.caller = callerOf(ctx, shards);
    } catch (error) {
      limits.countAddress(ctx);
      throw error;
    }
    limits.countKey(ctx, ctx.state.caller.key.id);
    return next();
  };
}

function callerOf(ctx: ApiContext, shards: Shards): Caller {
  const { shard, key } = shards.verifyKey(bearerToken(ctx.req.headersDistinct['authorization'] ?? []));
  const actor = { kind: 'key' as const, keyId: key.id, name: key.name, scopes: key.scopes.filter(isScope) };
  return { shard, key, actor };
}

/** Node keeps the first of several Authorization headers; which one was meant is not ours to guess. */
function bearerToken(sent: readonly string[]): string {
  if (sent.length === 0) throw new ShardError('key.missing');
  const token = sent.length === 1 ? BEARER.exec(sent[0] ?? '')?.[1] : undefined;
  if (token === undefined) throw new HttpError('key.header-invalid');
  return token;
}
