import type { Clock, Ids } from '../../shard/ports.ts';
import type { ShardEvent } from '../../shard/record/events.ts';
import type { WebhookRecord } from '../../shard/records.ts';
import type { Destinations } from './destinations.ts';
import { type PostOutcome, post } from './post.ts';
import { nextAttemptAt } from './retry.ts';
import { signatureHeaders } from './sign.ts';
import { Slots } from './slots.ts';

/** What deliveries are made with. */
export interface CourierOptions {
  destinations: Destinations;
  clock: Clock;
  ids: Ids;
  /** Of this program, for the User-Agent. */
  version: string;
}

/** An event, or what is sent to try a webhook out. */
export type Message = Pick<ShardEvent, 'id' | 'guildId' | 'at'> & { type: string; data: object };

/** An attempt that was made: how it went and how long it took. */
export type Carried = PostOutcome & { at: number; durationMs: number };

/** Most deliveries under way at once, of all guilds. */
const AT_ONCE = 64;

/** Carries signed messages to their receivers. */
export class Courier {
  readonly #options: CourierOptions;
  readonly #slots = new Slots(AT_ONCE);

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /** One attempt; waits its turn when many are under way. Never rejects. */
  carry(webhook: WebhookRecord, message: Message, signal: AbortSignal): Promise<Carried> {
    return this.#slots.run(async () => {
      const { destinations, clock, version } = this.#options;
      const at = clock.now();
      const body = JSON.stringify({ ...message, timestamp: message.at });
      const headers = {
        ...signatureHeaders(webhook.secret, message.id, at, body),
        'User-Agent': `comms-shard/${version}`,
      };
      const outcome = await post({ url: new URL(webhook.url), headers, body, destinations, clock, signal });
      return { ...outcome, at, durationMs: clock.now() - at };
    });
  }

  /** When an attempt that failed is made again (ms since the epoch); null: never. */
  retryAt(attempts: number, { retryAfterMs }: PostOutcome): number | null {
    const { clock, ids } = this.#options;
    return nextAttemptAt(clock.now(), attempts, retryAfterMs, (ids.random(1)[0] ?? 0) / 255);
  }
}
