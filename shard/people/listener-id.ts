import { createHmac } from 'node:crypto';

/** The highest bit of 64. A Discord id has it from September 2084 on: 2^41 ms after 2015, in the 42 bits above 22 others. */
const BEYOND_DISCORD = 1n << 63n;

/**
 * The id of a listening program: the same whenever the same key joins under the same name, so that its assignments last.
 * 2^63…2^64 − 1: 19 or 20 digits that fit 64 bits and are no id of Discord's. The secret keeps a key from searching for a
 * name that has the id of another key's program.
 */
export function listenerId(guildSecret: Uint8Array, keyId: string, displayName: string): string {
  const digest = createHmac('sha256', guildSecret).update(`listener\0${keyId}\0${displayName}`).digest();
  return String(digest.readBigUInt64BE() | BEYOND_DISCORD);
}
