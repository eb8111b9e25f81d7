/** Most attempts that are remembered of one webhook. */
const KEEP = 100;

/** One attempt, as the Owner API shows it. */
export interface Delivery {
  eventId: string;
  type: string;
  /** ISO time of the attempt. */
  at: string;
  /** 1 is the first. */
  attempt: number;
  ok: boolean;
  /** Null when there was no answer. */
  status: number | null;
  /** Why it failed, as a sentence. */
  error: string | null;
  durationMs: number;
  /** ISO time of the next attempt; null: there is none. */
  nextAttemptAt: string | null;
}

/** The last attempts of each webhook of a guild; memory only. */
export class DeliveryLog {
  /** How many attempts there were since the start, by what became of them. */
  readonly attempts = { delivered: 0, failed: 0 };
  readonly #byWebhook = new Map<string, Delivery[]>();

  add(webhookId: string, delivery: Delivery): void {
    this.attempts[delivery.ok ? 'delivered' : 'failed'] += 1;
    const list = this.#byWebhook.get(webhookId) ?? [];
    this.#byWebhook.set(webhookId, [delivery, ...list].slice(0, KEEP));
  }

  /** The newest first. */
  of(webhookId: string): readonly Delivery[] {
    return this.#byWebhook.get(webhookId) ?? [];
  }

  /** Forgets webhooks that are gone. */
  keep(webhookIds: ReadonlySet<string>): void {
    for (const id of this.#byWebhook.keys()) if (!webhookIds.has(id)) this.#byWebhook.delete(id);
  }
}
