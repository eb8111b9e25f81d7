import { z } from 'zod';
import type { KeyRecord } from '../shard/records.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

const keyRecord = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['owner', 'service', 'shard']),
  hash: z.string(),
  scopes: z.array(z.string()),
  createdBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
}) satisfies z.ZodType<KeyRecord>;

const keyFile = z.object({ format: z.literal(1), keys: z.record(z.string(), z.array(keyRecord)) });

/** Guild id → its key records. */
export type KeysByGuild = ReadonlyMap<string, readonly KeyRecord[]>;

/** What the file holds; nothing when there is none. @throws Error when it cannot be read or understood */
export async function readKeyFile(file: string): Promise<KeysByGuild> {
  const content = await readJsonFile(file, keyFile, ADVICE);
  return new Map(Object.entries(content?.keys ?? {}));
}

const ADVICE = 'Put back a copy, or move the file away: every shard hands its key records up again at the start.';

/** Writes it whole or not at all, for the owner of the process alone (mode 0600). */
export function writeKeyFile(file: string, keys: KeysByGuild): Promise<void> {
  return writeJsonFile(file, { format: 1, keys: Object.fromEntries(keys) });
}
