import type { Scope } from '../../shard/access/scopes.ts';
import { ShardError } from '../../shard/errors.ts';
import type { ApiMiddleware } from '../context.ts';

/** Requires an owner key with this scope. Refuses also when nobody was authenticated before. */
export function requireScope(scope: Scope): ApiMiddleware {
  return (ctx, next) => {
    const { caller } = ctx.state;
    if (!caller) throw new ShardError('key.missing');
    if (caller.key.kind !== 'owner') throw new ShardError('key.wrong-kind', { kind: caller.key.kind });
    if (!caller.actor.scopes.includes(scope)) throw new ShardError('scope.missing', { scope });
    return next();
  };
}
