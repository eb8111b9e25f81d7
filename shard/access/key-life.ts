import type { KeyRecord } from '../records.ts';

/** Whether a key may be used at this time (ms). */
export function isLive(key: KeyRecord, now: number): boolean {
  return key.revokedAt === null && (key.expiresAt === null || Date.parse(key.expiresAt) > now);
}
