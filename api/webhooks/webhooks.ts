import { ShardError } from '../../shard/errors.ts';
import type { Clock, Ids, Log } from '../../shard/ports.ts';
import type { Shard } from '../../shard/shard.ts';
import type { Shards } from '../../shard/shards.ts';
import { Courier } from './courier.ts';
import type { Delivery, DeliveryLog } from './delivery-log.ts';
import { type DestinationOptions, Destinations } from './destinations.ts';
import { GuildDeliveries } from './guild-deliveries.ts';

/** What webhooks are served with. */
export interface WebhooksOptions extends DestinationOptions {
  shards: Shards;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** Of this program. */
  version: string;
}

/** How long deliveries under way may take once the program stops. */
const GRACE_MS = 1000;

/** The outgoing half of the Owner API: sends events to the webhooks of every guild. */
export class Webhooks {
  readonly #options: WebhooksOptions;
  readonly #destinations: Destinations;
  readonly #courier: Courier;
  readonly #guilds = new Map<Shard, GuildDeliveries>();
  #unsubscribe = () => {};

  constructor(options: WebhooksOptions) {
    this.#options = options;
    this.#destinations = new Destinations(options);
    this.#courier = new Courier({ ...options, destinations: this.#destinations });
  }

  /** Sends what was not sent before the process ended, and from now on everything. */
  start(): void {
    const stop = this.#options.shards.onOpen((shard) => this.#of(shard).start());
    this.#unsubscribe = () => void stop();
  }

  /** To be called while the shards still run: what is under way is noted. */
  async stop(): Promise<void> {
    this.#unsubscribe();
    await Promise.all([...this.#guilds.values()].map((guild) => guild.stop(GRACE_MS)));
  }

  /** @throws ShardError webhook.url-refused when nothing would be delivered to this URL */
  async requireReachable(url: URL): Promise<void> {
    const reason = await this.#destinations.refusal(url);
    if (!reason) return;
    const refused = new ShardError('webhook.url-refused', { reason });
    throw new ShardError('webhook.url-refused', { reason }, [{ pointer: '/url', detail: refused.message }]);
  }

  /** Sends a `webhook.test` event at once. @throws ShardError webhook.unknown | webhook.busy */
  test(shard: Shard, webhookId: string): Promise<Delivery> {
    return this.#of(shard).test(webhookId, this.#options.ids.event());
  }

  /** The last attempts, the newest first. */
  deliveries(shard: Shard, webhookId: string): readonly Delivery[] {
    return this.#of(shard).log.of(webhookId);
  }

  /** How many attempts there were in a guild since the start, by what became of them. */
  attempts(shard: Shard): Readonly<DeliveryLog['attempts']> {
    return this.#of(shard).log.attempts;
  }

  #of(shard: Shard): GuildDeliveries {
    const known = this.#guilds.get(shard);
    if (known) return known;
    const made = new GuildDeliveries({ ...this.#options, shard, courier: this.#courier });
    this.#guilds.set(shard, made);
    return made;
  }
}
