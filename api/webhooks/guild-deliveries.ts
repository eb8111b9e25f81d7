import { ShardError } from '../../shard/errors.ts';
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
/** Most tries under way at once: each lasts up to ten seconds and somebody waits for it, who may have left. */
const TESTS_AT_ONCE = 4;
/** Seconds after which another may be asked for. */
const TEST_AGAIN_SECONDS = 10;

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
  #tests = 0;

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

  /**
   * One attempt at once, which counts for nothing, is not made again and takes no deliveries' place.
   * @throws ShardError webhook.unknown | webhook.busy
   */
  async test(webhookId: string, eventId: string): Promise<Delivery> {
    const { shard, courier, clock } = this.#options;
    const webhook = shard.read.webhook(webhookId);
    const at = new Date(clock.now()).toISOString();
    const event = { id: eventId, type: 'webhook.test', guildId: shard.guildId, at, data: { webhookId } };
    if (this.#tests >= TESTS_AT_ONCE)
      throw new ShardError('webhook.busy', { max: TESTS_AT_ONCE, retryAfter: TEST_AGAIN_SECONDS });
    this.#tests += 1;
    const carried = await courier.carry(webhook, event, this.#abort.signal).finally(() => {
      this.#tests -= 1;
    });
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
