import { createHash } from 'node:crypto';

/** How many requests a bucket takes in a window. */
export interface Limit {
  requests: number;
  windowMs: number;
}

/** The state of a bucket after a request. */
export interface BucketState {
  limit: Limit;
  remaining: number;
  /** Milliseconds until the window ends. */
  resetMs: number;
  /** Whether this request is one too many. */
  isExceeded: boolean;
}

interface Window {
  endsAt: number;
  used: number;
}

/** Buckets that are kept; those whose window is over are swept when there are more. */
const SWEEP_ABOVE = 1000;

/** Fixed windows, counted from the first request of each. */
export class RateLimits {
  private readonly windows = new Map<string, Window>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** Counts a request against a bucket; a request too many is not counted. */
  take(key: string, limit: Limit): BucketState {
    const now = this.now();
    let window = this.windows.get(key);
    if (!window || window.endsAt <= now) {
      if (this.windows.size > SWEEP_ABOVE) this.sweep(now);
      window = { endsAt: now + limit.windowMs, used: 0 };
      this.windows.set(key, window);
    }
    const isExceeded = window.used >= limit.requests;
    if (!isExceeded) window.used++;
    return { limit, remaining: limit.requests - window.used, resetMs: window.endsAt - now, isExceeded };
  }

  private sweep(now: number): void {
    for (const [key, window] of this.windows) if (window.endsAt <= now) this.windows.delete(key);
  }
}

/** The headers Discord sends with every answer of a bucket. `now` in milliseconds. */
export function bucketHeaders(name: string, state: BucketState, now: number): Record<string, string> {
  return {
    'x-ratelimit-bucket': createHash('md5').update(name).digest('hex'),
    'x-ratelimit-limit': String(state.limit.requests),
    'x-ratelimit-remaining': String(state.remaining),
    'x-ratelimit-reset': ((now + state.resetMs) / 1000).toFixed(3),
    'x-ratelimit-reset-after': (state.resetMs / 1000).toFixed(3),
  };
}
