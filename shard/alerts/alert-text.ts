import { FORBIDDEN, isCleanName } from '../nets/net-name.ts';

/** Longest text of an alert and longest message of a ready check, in characters. */
export const ALERT_TEXT_MAX = 280;

/** Longest name of whoever sends an alert or starts a ready check, in characters. */
export const SENDER_NAME_MAX = 64;

const UNSHOWABLE = new RegExp(`${FORBIDDEN.source}+`, 'gu');

/**
 * What people wrote, as it is kept: composed (NFC), in one line, trimmed. Null when nothing visible is left or more than
 * `max` characters are.
 */
export function cleanText(raw: string, max: number): string | null {
  const text = raw.normalize('NFC').replaceAll(UNSHOWABLE, ' ').trim();
  return isCleanName(text, max) ? text : null;
}

/** What a text of at most `max` characters must be like, in words. */
export function textForm(max: number): string {
  return `it has 1 to ${max} characters, something visible among them.`;
}
