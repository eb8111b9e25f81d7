import { ShardError } from '../errors.ts';
import type { Actor } from '../people/actor.ts';
import type { KeyRecord } from '../records.ts';
import type { StateView } from '../state.ts';

/** Whether a key may be used at this time (ms). */
export function isLive(key: KeyRecord, now: number): boolean {
  return key.revokedAt === null && (key.expiresAt === null || Date.parse(key.expiresAt) > now);
}

/**
 * Requires that the key of who asks has not ended since they were let in: a request may wait for its body, for central
 * and for its turn meanwhile. `now`: ms.
 * @throws ShardError key.rejected | key.expired
 */
export function requireLiveKey({ tables }: StateView, actor: Actor, now: number): void {
  const key = actor.kind === 'key' ? tables.keys.get(actor.keyId) : undefined;
  if (!key || isLive(key, now)) return;
  if (key.revokedAt !== null) throw new ShardError('key.rejected');
  throw new ShardError('key.expired', { expiresAt: key.expiresAt ?? '' });
}
