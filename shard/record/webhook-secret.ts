import type { Ids } from '../ports.ts';

/** What the public verification libraries strip before they decode (Standard Webhooks). */
const PREFIX = 'whsec_';
const FORM = /^whsec_[A-Za-z0-9+/]+={0,2}$/;
/** Bytes of a secret that is given, as Standard Webhooks bounds them. */
const MIN_BYTES = 24;
const MAX_BYTES = 64;
/** Bytes of a secret that is made: as many as the signature has. */
const MADE_BYTES = 32;

/** A new secret that deliveries are signed with: 256 random bits. */
export function mintWebhookSecret(ids: Ids): string {
  return PREFIX + Buffer.from(ids.random(MADE_BYTES)).toString('base64');
}

/** Whether this is `whsec_` and base64 (padded) of 24 to 64 bytes. */
export function isWebhookSecret(text: string): boolean {
  if (!FORM.test(text)) return false;
  const bytes = webhookKey(text);
  const isWhole = bytes.toString('base64') === text.slice(PREFIX.length);
  return isWhole && bytes.length >= MIN_BYTES && bytes.length <= MAX_BYTES;
}

/** The key that signs. */
export function webhookKey(secret: string): Buffer {
  return Buffer.from(secret.slice(PREFIX.length), 'base64');
}
