import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { KeyRecord } from '../shard/records.ts';

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
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new Error(`The key records of central cannot be read: ${error.message}`, { cause: error });
  });
  if (text === undefined) return new Map();
  try {
    return new Map(Object.entries(keyFile.parse(JSON.parse(text)).keys));
  } catch (error) {
    const what = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new Error(
      `The key records of central in ${file} are damaged or of a newer version. Put back a copy, or move the file away: every shard hands its key records up again at the start.\n${what}`,
      { cause: error },
    );
  }
}

/** Writes it whole or not at all, for the owner of the process alone (mode 0600). */
export async function writeKeyFile(file: string, keys: KeysByGuild): Promise<void> {
  const handle = await open(`${file}.new`, 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify({ format: 1, keys: Object.fromEntries(keys) })}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.new`, file);
  if (process.platform === 'win32') return;
  const folder = await open(dirname(file), 'r');
  await folder.sync().finally(() => folder.close());
}
