const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** How long after each failed attempt the next one is made; after the last it is given up. */
export const RETRY_AFTER_MS: readonly number[] = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR];
/** How much of it is chance, so that receivers that fail together are not tried together. */
const JITTER = 0.2;
/** Longest that a receiver may ask to be left alone. */
const MAX_RETRY_AFTER_MS = 10 * HOUR;

/**
 * When the next attempt is made, milliseconds since the epoch; null: never. `attempts` were made, `asked` is how long the
 * receiver asked to be left alone (ms), `chance` is from 0 to 1.
 */
export function nextAttemptAt(now: number, attempts: number, asked: number | null, chance: number): number | null {
  const wait = RETRY_AFTER_MS[attempts - 1];
  if (wait === undefined) return null;
  return now + Math.max(Math.round(wait * (1 - JITTER / 2 + JITTER * chance)), asked ?? 0);
}

/** A `Retry-After` header (seconds or a date) in ms from now, at most ten hours; null when there is none of use. */
export function retryAfterMs(header: string | undefined, now: number): number | null {
  if (header === undefined) return null;
  const ms = /^\d{1,9}$/.test(header) ? Number(header) * SECOND : Date.parse(header) - now;
  return ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : null;
}
