import type { SystemActor } from '../../shard/people/actor.ts';
import type { Clock, Log } from '../../shard/ports.ts';
import type { WebhookLane } from '../../shard/record/webhook-lane.ts';
import type { Shard } from '../../shard/shard.ts';
import type { Carried, Courier } from './courier.ts';
import { type Delivery, DeliveryLog } from './delivery-log.ts';
import { LaneRunner } from './lane-runner.ts';
import { Slots } from './slots.ts';

/** What the deliveries of one guild are made with. */
export interface GuildDeliveriesOptions {
  shard: Shard;
  courier: Courier;
  clock: Clock;
  log: Log;
}

/** Most deliveries of one guild under way at once: its slow receivers leave room for other guilds. */
const AT_ONCE = 8;

/** Who switches webhooks off. */
const WEBHOOKS: SystemActor = { kind: 'system', name: 'webhooks' };

/** Sends the events of one guild to its webhooks. */
export class GuildDeliveries {
  readonly log = new DeliveryLog();
  readonly #options: GuildDeliveriesOptions;
  readonly #slots = new Slots(AT_ONCE);
  readonly #runners = new Map<WebhookLane, LaneRunner>();
  readonly #abort = new AbortController();
  #unsubscribe = () => {};

  constructor(options: GuildDeliveriesOptions) {
    this.#options = options;
  }

  start(): void {
    const { deliveries } = this.#options.shard;
    const stop = deliveries.onMore(() => this.#look());
    this.#unsubscribe = () => void stop();
    this.#look();
  }

  /** Begins nothing more; what is under way has `graceMs` to end and is given up then. */
  async stop(graceMs: number): Promise<void> {
    this.#unsubscribe();
    const cancel = this.#options.clock.after(graceMs, () => this.#abort.abort());
    await Promise.all([...this.#runners.values()].map((runner) => runner.end()));
    cancel();
  }

  /** One attempt at once, which counts for nothing and is not made again. */
  async test(webhookId: string, eventId: string): Promise<Delivery> {
    const { shard, courier, clock } = this.#options;
    const webhook = shard.read.webhook(webhookId);
    const at = new Date(clock.now()).toISOString();
    const event = { id: eventId, type: 'webhook.test', guildId: shard.guildId, at, data: { webhookId } };
    const carried = await this.#slots.run(() => courier.carry(webhook, event, this.#abort.signal));
    const delivery = deliveryOf(event, 1, carried, null);
    if (shard.read.webhooks().some(({ id }) => id === webhookId)) this.log.add(webhookId, delivery);
    return delivery;
  }

  /** A runner for each lane that is open, none for others. */
  #look(): void {
    const { shard } = this.#options;
    const open = new Set(shard.deliveries.open());
    for (const [lane, runner] of this.#runners) {
      if (open.has(lane)) continue;
      void runner.end();
      this.#runners.delete(lane);
    }
    for (const lane of open) {
      const runner = this.#runners.get(lane) ?? this.#runnerOf(lane);
      this.#runners.set(lane, runner);
      runner.wake();
    }
    this.log.keep(new Set(shard.read.webhooks().map(({ id }) => id)));
  }

  #runnerOf(lane: WebhookLane): LaneRunner {
    const { shard, courier, clock, log } = this.#options;
    const { id } = lane.webhook;
    return new LaneRunner({
      lane,
      courier,
      clock,
      slots: this.#slots,
      signal: this.#abort.signal,
      settle: (attempt, retryAt) => shard.deliveries.settle(lane, attempt, retryAt),
      quarantine: async (reason) => {
        await shard.change(WEBHOOKS, { type: 'webhook.quarantine', id, reason });
      },
      remember: ({ event, number }, carried, retryAt) => this.log.add(id, deliveryOf(event, number, carried, retryAt)),
      report: (error) =>
        log.error({ err: error, guildId: shard.guildId, webhookId: id }, 'a delivery could not be noted; made again'),
    });
  }
}

function deliveryOf(
  event: { id: string; type: string },
  attempt: number,
  { at, status, error, durationMs }: Carried,
  retryAt: number | null,
): Delivery {
  return {
    eventId: event.id,
    type: event.type,
    at: new Date(at).toISOString(),
    attempt,
    ok: error === null,
    status,
    error,
    durationMs,
    nextAttemptAt: retryAt === null ? null : new Date(retryAt).toISOString(),
  };
}
