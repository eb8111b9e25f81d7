/** How often the status is asked for while all is well. */
const EVERY_MS = 10_000;
/** Longest wait between two tries while it cannot be had. */
const MOST_MS = 120_000;
/** What is shown is called stale when it is older than this: three looks were missed. */
const STALE_MS = 35_000;

/**
 * How long to wait before the next look. `failures`: tries that failed in a row; `retryAfter`: what the server asked for,
 * as the header has it; `chance`: 0 … 1, so that pages that were opened together do not ask together.
 */
export function nextDelay(failures, retryAfter, chance) {
  const asked = Number(retryAfter);
  const wait = Math.min(MOST_MS, EVERY_MS * 2 ** Math.min(failures, 10));
  const least = retryAfter && Number.isFinite(asked) ? Math.min(MOST_MS, asked * 1000) : 0;
  return Math.max(wait, least) + Math.round(chance * 2000);
}

/** Whether what was last heard at `heardAt` (ms) is too old at `now` to be taken for the present. */
export function isStale(heardAt, now) {
  return heardAt !== null && now - heardAt > STALE_MS;
}

/** How long ago something was, in words. */
export function ago(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 5) return 'just now';
  if (seconds < 60) return `${seconds} seconds ago`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return minutes === 1 ? '1 minute ago' : `${minutes} minutes ago`;
  const hours = Math.round(minutes / 60);
  return hours === 1 ? '1 hour ago' : `${hours} hours ago`;
}
