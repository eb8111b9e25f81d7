import type { Clock } from '../../shard/ports.ts';
import type { ApiContext } from '../context.ts';
import { HttpError } from '../problem.ts';
import { addressGroup, clientAddress, type Trust, type TrustProxy, trustIn } from './client-address.ts';
import { type Standing, WindowCounter } from './window-counter.ts';

/** How much is allowed and whose word is taken for who asks. */
export interface LimitOptions {
  /** Requests per minute and key. */
  perKey: number;
  /** Failed authentications and requests to public paths, together, per minute and client address. */
  perAddress: number;
  trustProxy: TrustProxy;
}

const WINDOW_MS = 60_000;
/** Far more than the keys of all guilds of one process that are in use within a minute. */
const MAX_KEYS = 20_000;
/** Some 10 MiB at most. A flood from more addresses than that pushes out those whose minute ends next. */
const MAX_ADDRESSES = 50_000;

/** Who may ask how often. Each request is counted once, whatever its answer. */
export class Limits {
  readonly #keys: WindowCounter;
  readonly #addresses: WindowCounter;
  readonly #trust: Trust;
  readonly #clock: Clock;

  constructor({ perKey, perAddress, trustProxy }: LimitOptions, clock: Clock) {
    this.#clock = clock;
    this.#trust = trustIn(trustProxy);
    this.#keys = new WindowCounter({ limit: perKey, windowMs: WINDOW_MS, maxTracked: MAX_KEYS, clock });
    this.#addresses = new WindowCounter({ limit: perAddress, windowMs: WINDOW_MS, maxTracked: MAX_ADDRESSES, clock });
  }

  /** Counts a request with an accepted key. @throws HttpError rate.limited */
  countKey(ctx: ApiContext, keyId: string): void {
    this.#show(ctx, this.#keys.count(keyId));
  }

  /** Counts a failed authentication, or a request to a public path. @throws HttpError rate.limited */
  countAddress(ctx: ApiContext): void {
    const peer = ctx.req.socket.remoteAddress;
    const forwardedFor = ctx.req.headersDistinct['x-forwarded-for'] ?? [];
    const address = clientAddress({ peer, forwardedFor }, this.#trust);
    this.#show(ctx, this.#addresses.count(addressGroup(address)));
  }

  #show(ctx: ApiContext, standing: Standing): void {
    const seconds = Math.max(1, Math.ceil((standing.resetAt - this.#clock.now()) / 1000));
    ctx.set(headersOf(standing, seconds));
    if (standing.over === 0) return;
    ctx.state.isRepeat = standing.over > 1;
    const params = { limit: standing.limit, seconds };
    throw new HttpError('rate.limited', params, { headers: { 'Retry-After': String(seconds) } });
  }
}

/** As draft-ietf-httpapi-ratelimit-headers writes them, and under the older names that many clients read. */
function headersOf({ limit, remaining, resetAt }: Standing, seconds: number): Record<string, string> {
  return {
    'RateLimit-Policy': `"default";q=${limit};w=${WINDOW_MS / 1000}`,
    RateLimit: `"default";r=${remaining};t=${seconds}`,
    'X-RateLimit-Limit': String(limit),
    'X-RateLimit-Remaining': String(remaining),
    'X-RateLimit-Reset': String(Math.ceil(resetAt / 1000)),
  };
}
