import { ShardError } from '../errors.ts';

/** Longest net name, in characters. */
export const NET_NAME_MAX = 48;

/**
 * Control characters, line and paragraph separators, lone surrogates, and the marks that turn the reading direction
 * around (a name must not be able to rewrite the line it is shown in).
 */
export const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** Whether a name of at most `max` characters may be shown to people. */
export function isCleanName(name: string, max: number): boolean {
  const length = [...name].length;
  return length >= 1 && length <= max && !FORBIDDEN.test(name) && VISIBLE.test(name);
}

/** The name as it is kept: trimmed and composed (NFC). @throws ShardError net.name-invalid */
export function cleanNetName(raw: string): string {
  const name = raw.normalize('NFC').trim();
  if (!isCleanName(name, NET_NAME_MAX)) throw new ShardError('net.name-invalid');
  return name;
}
