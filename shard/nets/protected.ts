import { ShardError } from '../errors.ts';
import { PUBLIC_SLOT } from '../op/features.ts';
import type { NetRecord } from '../records.ts';

/** Whether a net is the shard's own: it can be bound and set like any other, but neither renamed nor removed. */
export function isProtected(net: Pick<NetRecord, 'id'>): boolean {
  return net.id === PUBLIC_SLOT;
}

/** @throws ShardError net.protected */
export function requireUnprotected(net: Pick<NetRecord, 'id' | 'name'>): void {
  if (isProtected(net)) throw new ShardError('net.protected', { name: net.name });
}
