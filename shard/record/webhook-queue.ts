import type { PendingDelivery } from '../ledgers.ts';
import type { Clock, Ids, Ledgers, Log } from '../ports.ts';
import type { WebhookRecord } from '../records.ts';
import type { EventFeed } from './event-feed.ts';
import type { ShardEvent } from './events.ts';
import { isTime, ledgerRows } from './ledger-rows.ts';
import { type Attempt, WebhookLane } from './webhook-lane.ts';

/** What the queue is made of. */
export interface WebhookQueueOptions {
  guildId: string;
  ledgers: Pick<Ledgers, 'cursors' | 'deliveries'>;
  events: EventFeed;
  /** The webhooks as they are now. */
  webhooks: () => ReadonlyMap<string, WebhookRecord>;
  clock: Clock;
  ids: Ids;
  log: Log;
}

/**
 * What is still to be sent to the guild's webhooks. On disk it is no queue of its own: per webhook a cursor in the event
 * log, and a row for each delivery that failed. The cursor moves on when an attempt is decided, so that nothing is lost
 * with the process; what was sent and not yet noted is sent again.
 */
export class WebhookQueue {
  readonly #options: WebhookQueueOptions;
  readonly #lanes = new Map<string, WebhookLane>();
  readonly #listeners = new Set<() => void>();

  constructor(options: WebhookQueueOptions) {
    this.#options = options;
  }

  /** Finds what was not sent before the process ended. `logged`: all that the event log holds, oldest first. */
  async start(logged: readonly ShardEvent[]): Promise<void> {
    const { ledgers, events, webhooks, ids, log } = this.#options;
    const isWhole = (_: string, cursor: string) => typeof cursor === 'string';
    const cursors = new Map(await ledgerRows({ ledger: ledgers.cursors, name: 'cursors', isWhole, log }));
    for (const webhook of webhooks().values()) {
      ids.follow(later(webhook.after, cursors.get(webhook.id)));
      if (webhook.enabled) this.#open(webhook).add(logged, later(webhook.after, cursors.get(webhook.id)));
    }
    await this.#takeRows();
    const unknown = [...cursors.keys()].filter((id) => !webhooks().has(id));
    await this.#tidy(() => ledgers.cursors.remove(unknown));
    events.subscribe('webhooks', (batch) => this.#add(batch));
  }

  /** Webhooks were made, removed, switched on or off. */
  follow(): void {
    const { webhooks } = this.#options;
    for (const [id, lane] of this.#lanes) {
      const webhook = webhooks().get(id);
      if (!webhook?.enabled || webhook.after !== lane.webhook.after) this.#close(lane, webhook === undefined);
    }
    for (const webhook of webhooks().values()) if (webhook.enabled && !this.#lanes.has(webhook.id)) this.#open(webhook);
    this.#wake();
  }

  /** Calls the listener whenever there may be more to send; answers how to stop. It must not throw. */
  onMore(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The webhooks that something can be sent to. */
  open(): WebhookLane[] {
    return [...this.#lanes.values()];
  }

  /** What waits for one webhook. */
  size(webhookId: string): { waiting: number; retrying: number } {
    return this.#lanes.get(webhookId)?.size ?? { waiting: 0, retrying: 0 };
  }

  /**
   * Notes how an attempt went: delivered or given up (`retryAt` null), or to be tried again. Resolves when it is on disk.
   * Rejects when it cannot be written; then the attempt counts as not made.
   */
  async settle(lane: WebhookLane, { webhookId, event, number }: Attempt, retryAt: number | null): Promise<void> {
    if (this.#lanes.get(webhookId) !== lane) return;
    const { cursors, deliveries } = this.#options.ledgers;
    if (retryAt !== null) {
      const row = { webhookId, event, attempts: number, nextAt: new Date(retryAt).toISOString() };
      await deliveries.set(keyOf(row), row);
      const givenUp = lane.retry(row);
      if (givenUp) await deliveries.remove([keyOf(givenUp)]);
    }
    if (number === 1) {
      await cursors.set(webhookId, event.id);
      lane.passed(event);
    }
    if (retryAt !== null || !lane.isRetrying(event.id)) return;
    await deliveries.remove([keyOf({ webhookId, event })]);
    lane.forget(event.id);
  }

  #open(webhook: WebhookRecord): WebhookLane {
    const lane = new WebhookLane(webhook);
    this.#lanes.set(webhook.id, lane);
    return lane;
  }

  #close(lane: WebhookLane, removed: boolean): void {
    const { id } = lane.webhook;
    const { log, guildId, ledgers } = this.#options;
    this.#lanes.delete(id);
    const rows = lane.retrying().map((eventId) => `${id}/${eventId}`);
    const work = [ledgers.deliveries.remove(rows), ...(removed ? [ledgers.cursors.remove([id])] : [])];
    Promise.all(work).catch((error: unknown) => {
      log.warn({ err: error, guildId, webhookId: id }, 'what is left of a webhook will be removed at the next start');
    });
  }

  #add(batch: readonly ShardEvent[]): void {
    for (const lane of this.#lanes.values()) {
      const { dropped } = lane;
      lane.add(batch, lane.webhook.after);
      if (lane.dropped === dropped) continue;
      const { log, guildId } = this.#options;
      log.warn(
        { guildId, webhookId: lane.webhook.id, events: lane.dropped - dropped },
        'a webhook is too slow; its oldest events are given up',
      );
    }
    this.#wake();
  }

  /** Rows of webhooks that are gone or off are removed: they could not be when that happened. */
  async #takeRows(): Promise<void> {
    const { deliveries } = this.#options.ledgers;
    const { log } = this.#options;
    const whole = await ledgerRows({ ledger: deliveries, name: 'deliveries', isWhole: isPending, log });
    const rows = whole.map(([, row]) => row);
    rows.sort((a, b) => (a.event.id < b.event.id ? -1 : 1));
    const stale: string[] = [];
    for (const row of rows) {
      const lane = this.#lanes.get(row.webhookId);
      const givenUp = lane && row.event.id > lane.webhook.after ? lane.retry(row) : row;
      if (givenUp) stale.push(keyOf(givenUp));
    }
    await this.#tidy(() => deliveries.remove(stale));
  }

  /** What is left over does no harm: where it cannot be removed, on a full disk say, the next start tries again. */
  async #tidy(remove: () => Promise<void>): Promise<void> {
    const { log, guildId } = this.#options;
    await remove().catch((error: unknown) => {
      log.warn({ err: error, guildId }, 'what is left of webhooks will be removed at the next start');
    });
  }

  #wake(): void {
    for (const listener of this.#listeners) listener();
  }
}

function isPending(_: string, { webhookId, event, attempts, nextAt }: PendingDelivery): boolean {
  const texts = [webhookId, event.id, event.type].every((text) => typeof text === 'string');
  return texts && Number.isInteger(attempts) && isTime(nextAt);
}

function keyOf({ webhookId, event }: Pick<PendingDelivery, 'webhookId' | 'event'>): string {
  return `${webhookId}/${event.id}`;
}

function later(a: string, b = ''): string {
  return a > b ? a : b;
}
