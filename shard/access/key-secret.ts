import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Ids } from '../ports.ts';
import type { KeyKind } from '../records.ts';

const PREFIX: Readonly<Record<KeyKind, string>> = { owner: 'scok_', service: 'scsk_', shard: 'scsh_' };
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 33 characters of base62 hold 196 bits. */
const RANDOM_CHARS = 33;
/** 6 characters of base62 hold a CRC-32. */
const CHECK_CHARS = 6;
const FORM = new RegExp(`^(sc(?:ok|sk|sh)_)([0-9A-Za-z]{${RANDOM_CHARS}})([0-9A-Za-z]{${CHECK_CHARS}})$`);

/** A new secret: prefix, 196 random bits, checksum. Shown once, kept nowhere. */
export function mintSecret(kind: KeyKind, ids: Ids): string {
  const body = PREFIX[kind] + randomText(ids);
  return body + checksum(body);
}

/** The kind of a well-formed secret; null when it is mistyped, so that a typo is told from a revoked key. */
export function parseSecret(text: string): { kind: KeyKind } | null {
  const match = FORM.exec(text);
  if (!match || checksum(`${match[1]}${match[2]}`) !== match[3]) return null;
  return { kind: (Object.keys(PREFIX) as KeyKind[]).find((kind) => PREFIX[kind] === match[1]) as KeyKind };
}

/** SHA-256, hex. Enough for a secret of 196 random bits: there is nothing to guess. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret, 'hex');
}

/** Bytes of 248 and above are thrown away, so that each character is equally likely. */
function randomText(ids: Ids): string {
  let text = '';
  while (text.length < RANDOM_CHARS) {
    for (const byte of ids.random(RANDOM_CHARS)) {
      if (byte < 248 && text.length < RANDOM_CHARS) text += BASE62[byte % 62];
    }
  }
  return text;
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let index = 0; index < CHECK_CHARS; index += 1) {
    text = BASE62[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
