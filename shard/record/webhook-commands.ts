import { isLive } from '../access/key-life.ts';
import type { Draft } from '../draft.ts';
import { ShardError } from '../errors.ts';
import type { Handler } from '../handler.ts';
import { mintWebhookId } from '../mint.ts';
import type { WebhookRecord } from '../records.ts';
import type { StateView } from '../state.ts';
import { isEventName } from './event-names.ts';
import { EVENT_TYPES } from './events.ts';
import { isWebhookSecret, mintWebhookSecret } from './webhook-secret.ts';
import { urlProblem } from './webhook-url.ts';

/** Most webhooks of a guild. */
const MAX_WEBHOOKS = 20;

const KEY_REVOKED = 'The key that registered it was revoked.';
const KEY_EXPIRED = 'The key that registered it expired.';

export const createWebhook: Handler<'webhook.create'> = {
  needs: 'commander',
  privileged: false,
  plan(draft, { url, events, secret }, { ids }) {
    const problem = urlProblem(url);
    if (problem) throw new ShardError('webhook.url-invalid', { reason: problem });
    if (secret !== undefined && !isWebhookSecret(secret)) throw new ShardError('webhook.secret-invalid');
    if (draft.state.tables.webhooks.size >= MAX_WEBHOOKS) throw new ShardError('webhook.limit', { max: MAX_WEBHOOKS });
    const webhook: WebhookRecord = {
      id: mintWebhookId(ids),
      url: new URL(url).href,
      events: cleanEvents(events),
      secret: secret ?? mintWebhookSecret(ids),
      keyId: draft.actor.kind === 'key' ? draft.actor.keyId : null,
      createdAt: draft.at,
      after: ids.event(),
      enabled: true,
      disabledReason: null,
    };
    lay(draft, webhook, 'webhook.create');
    return { webhook, secret: webhook.secret };
  },
};

export const removeWebhook: Handler<'webhook.remove'> = {
  needs: 'commander',
  privileged: false,
  plan(draft, { id }) {
    const webhook = findWebhook(draft.state, id);
    draft.remove('webhooks', webhook.id);
    tell(draft, webhook.id, 'webhook.remove');
    return { webhook };
  },
};

/** What happened while it was disabled is not sent. Whoever enables the webhook of a key that ended takes it over. */
export const enableWebhook: Handler<'webhook.enable'> = {
  needs: 'commander',
  privileged: false,
  plan(draft, { id }, { ids, now }) {
    const old = findWebhook(draft.state, id);
    if (old.enabled) return { webhook: withoutSecret(old), changed: false };
    const keyId = keyEnded(draft.state, old, now) ? takerOf(draft) : old.keyId;
    const webhook = { ...old, keyId, after: ids.event(), enabled: true, disabledReason: null };
    lay(draft, webhook, 'webhook.enable');
    return { webhook: withoutSecret(webhook), changed: true };
  },
};

/** What could not be delivered is given up; whoever runs the guild is told. */
export const quarantineWebhook: Handler<'webhook.quarantine'> = {
  needs: 'admin',
  privileged: false,
  plan(draft, { id, reason }) {
    const old = findWebhook(draft.state, id);
    if (!old.enabled) return { webhook: old, changed: false };
    const webhook = disable(draft, old, reason, 'webhook.quarantine');
    draft.afterwards(({ notices }) => notices.webhookQuarantined({ id, url: webhook.url, reason }));
    return { webhook, changed: true };
  },
};

/** Ends the webhooks of keys that have ended. */
export const followKeys: Handler<'webhook.follow-keys'> = {
  needs: 'admin',
  privileged: false,
  plan(draft, _, { now }) {
    disableWebhooksOfEndedKeys(draft, now);
    return {};
  },
};

/** Disables in this draft every webhook whose key is not live at this time (ms). */
export function disableWebhooksOfEndedKeys(draft: Draft, now: number): void {
  for (const webhook of draft.state.tables.webhooks.values()) {
    if (!webhook.enabled || !keyEnded(draft.state, webhook, now)) continue;
    const revoked = draft.state.tables.keys.get(webhook.keyId as string)?.revokedAt !== null;
    disable(draft, webhook, revoked ? KEY_REVOKED : KEY_EXPIRED, 'webhook.disable');
  }
}

/** When the next key with an enabled webhook ends by itself, milliseconds since the epoch. */
export function nextWebhookEnd({ tables }: StateView): number | null {
  const ends = [...tables.webhooks.values()]
    .filter((webhook) => webhook.enabled && webhook.keyId !== null)
    .map((webhook) => tables.keys.get(webhook.keyId as string)?.expiresAt)
    .filter((expiresAt) => typeof expiresAt === 'string');
  return ends.length === 0 ? null : Math.min(...ends.map((expiresAt) => Date.parse(expiresAt)));
}

/** @throws ShardError webhook.unknown */
export function findWebhook({ tables }: StateView, id: string): WebhookRecord {
  const webhook = tables.webhooks.get(id);
  if (!webhook) throw new ShardError('webhook.unknown', { id: id.slice(0, 64) });
  return webhook;
}

function withoutSecret({ secret: _, ...webhook }: WebhookRecord): Omit<WebhookRecord, 'secret'> {
  return webhook;
}

function keyEnded({ tables }: StateView, { keyId }: WebhookRecord, now: number): boolean {
  if (keyId === null) return false;
  const key = tables.keys.get(keyId);
  return !key || !isLive(key, now);
}

function takerOf({ actor }: Draft): string | null {
  return actor.kind === 'key' ? actor.keyId : null;
}

function disable(draft: Draft, old: WebhookRecord, reason: string, action: string): WebhookRecord {
  const webhook = { ...old, enabled: false, disabledReason: reason };
  lay(draft, webhook, action, reason);
  return webhook;
}

function lay(draft: Draft, webhook: WebhookRecord, action: string, result?: string): void {
  draft.put('webhooks', webhook.id, webhook);
  tell(draft, webhook.id, action, result);
}

function tell(draft: Draft, uid: string, action: string, result?: string): void {
  const { keyId } = draft.cause();
  const data = { action, uid, ...(keyId !== undefined && { keyId }), ...(result !== undefined && { result }) };
  draft.emit({ type: 'config.changed', data });
}

function cleanEvents(events: readonly string[]): string[] {
  const known = EVENT_TYPES.join(', ');
  if (events.length === 0) throw new ShardError('webhook.events-missing', { known });
  for (const name of events) {
    if (!isEventName(name)) throw new ShardError('event.unknown', { name: name.slice(0, 64), known });
  }
  return [...new Set(events)];
}
