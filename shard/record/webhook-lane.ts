import type { PendingDelivery } from '../ledgers.ts';
import type { WebhookRecord } from '../records.ts';
import { eventTypes } from './event-names.ts';
import type { EventType, ShardEvent } from './events.ts';

/** Most events that wait for their first attempt: as many as the event log holds. The oldest are given up. */
const MAX_WAITING = 10_000;
/** Most deliveries of one webhook that are tried again. The oldest are given up. */
const MAX_RETRYING = 1000;

/** One attempt to be made. */
export interface Attempt {
  webhookId: string;
  event: ShardEvent;
  /** 1 is the first. */
  number: number;
}

/** What one webhook is still to be sent; memory only. */
export class WebhookLane {
  /** The record as it was when the lane was made or changed last. */
  webhook: WebhookRecord;
  readonly #retries = new Map<string, PendingDelivery>();
  readonly #types: ReadonlySet<EventType>;
  /** When the first of them may be made (ms): every event asks, and there may be a thousand; undefined: not known. */
  #soonest: number | null | undefined = null;
  #waiting: ShardEvent[] = [];
  /** How many at the front of `#waiting` are done. */
  #done = 0;
  #lastWasFirst = false;
  /** How many events were given up because too many waited. */
  dropped = 0;

  constructor(webhook: WebhookRecord) {
    this.webhook = webhook;
    this.#types = eventTypes(webhook.events);
  }

  /** How many events wait for their first attempt, and how many for another one. */
  get size(): { waiting: number; retrying: number } {
    return { waiting: this.#waiting.length - this.#done, retrying: this.#retries.size };
  }

  /** Takes those of the events that it wants and that came after `cursor`. */
  add(events: readonly ShardEvent[], cursor: string): void {
    for (const event of events) if (this.#types.has(event.type) && event.id > cursor) this.#waiting.push(event);
    const excess = this.size.waiting - MAX_WAITING;
    if (excess <= 0) return;
    this.#done += excess;
    this.dropped += excess;
    this.#compact();
  }

  /** The next attempt that may be made now (ms); first attempts and others take turns. It stays until `settle`. */
  next(now: number): Attempt | null {
    const first = this.#first();
    const retry = this.#retry(now);
    const chosen = this.#lastWasFirst ? (retry ?? first) : (first ?? retry);
    if (chosen) this.#lastWasFirst = chosen === first;
    return chosen;
  }

  /** When the next attempt may be made, milliseconds since the epoch; null: nothing is waiting. */
  nextAt(): number | null {
    return this.size.waiting > 0 ? 0 : this.#nextRetryAt();
  }

  /** The event's first attempt is decided. */
  passed(event: ShardEvent): void {
    if (this.#waiting[this.#done] !== event) return;
    this.#done += 1;
    this.#compact();
  }

  /** Has it tried again; answers the one that is given up for it. */
  retry(row: PendingDelivery): PendingDelivery | undefined {
    this.#retries.delete(row.event.id);
    this.#retries.set(row.event.id, row);
    this.#soonest = undefined;
    if (this.#retries.size <= MAX_RETRYING) return undefined;
    const [oldest] = this.#retries.values();
    this.forget(oldest?.event.id ?? '');
    return oldest;
  }

  /** It is not tried again. */
  forget(eventId: string): void {
    this.#retries.delete(eventId);
    this.#soonest = undefined;
  }

  isRetrying(eventId: string): boolean {
    return this.#retries.has(eventId);
  }

  /** The events that are tried again. */
  retrying(): string[] {
    return [...this.#retries.keys()];
  }

  #first(): Attempt | null {
    const event = this.#waiting[this.#done];
    return event ? { webhookId: this.webhook.id, event, number: 1 } : null;
  }

  #nextRetryAt(): number | null {
    if (this.#soonest === undefined) {
      const times = [...this.#retries.values()].map((row) => Date.parse(row.nextAt));
      this.#soonest = times.length === 0 ? null : Math.min(...times);
    }
    return this.#soonest;
  }

  #retry(now: number): Attempt | null {
    const soonest = this.#nextRetryAt();
    if (soonest === null || soonest > now) return null;
    for (const { event, attempts, nextAt } of this.#retries.values()) {
      if (Date.parse(nextAt) <= now) return { webhookId: this.webhook.id, event, number: attempts + 1 };
    }
    return null;
  }

  /** Done ones are thrown away some at a time. */
  #compact(): void {
    if (this.#done < 256 && this.#done < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#done);
    this.#done = 0;
  }
}
