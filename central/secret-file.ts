import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from './json-file.ts';

/** 256 random bits. */
const SECRET_BYTES = 32;

const secretFile = z.object({
  format: z.literal(1),
  secret: z.base64().refine((text) => Buffer.from(text, 'base64').length === SECRET_BYTES),
});

const ADVICE =
  'Put back a copy, or move the file away: a new secret is made then, and the public tokens of widgets change.';

/**
 * The secret that this file holds, made once: mode 0600, never shown.
 * @throws Error when it cannot be read, understood or written
 */
export async function readOrMakeSecret(file: string): Promise<Uint8Array> {
  const known = await readJsonFile(file, secretFile, ADVICE);
  if (known) return Buffer.from(known.secret, 'base64');
  const secret = randomBytes(SECRET_BYTES);
  await writeJsonFile(file, { format: 1, secret: secret.toString('base64') });
  return secret;
}
