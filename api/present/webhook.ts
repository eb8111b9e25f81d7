import { z } from 'zod';
import { EVENT_TYPES } from '../../shard/record/events.ts';
import type { WebhookRecord } from '../../shard/records.ts';
import { EXAMPLE } from '../example.ts';
import { Time } from '../schemas.ts';
import type { Delivery as DeliveryEntry } from '../webhooks/delivery-log.ts';

/** An attempt to deliver an event. */
export const Delivery = z
  .object({
    eventId: z.string().meta({ description: 'Id of the event: `webhook-id`.' }),
    type: z.string().meta({ description: 'Type of the event.' }),
    at: Time,
    attempt: z.int().meta({ description: '1 is the first.' }),
    ok: z.boolean(),
    status: z.int().nullable().meta({ description: 'What the receiver answered; null when it did not.' }),
    error: z.string().nullable().meta({ description: 'Why it failed, as a sentence.' }),
    durationMs: z.int(),
    nextAttemptAt: Time.nullable().meta({ description: 'Null when it is not tried again.' }),
  })
  .meta({ id: 'Delivery', description: 'An attempt to deliver an event to a webhook.' });

/** A webhook without its secret. */
export const Webhook = z
  .object({
    id: z.string(),
    url: z.string(),
    events: z.array(z.string()).meta({ description: 'Types of events, groups such as `ptt.*`, or `*`.' }),
    createdAt: Time,
    enabled: z.boolean(),
    disabledReason: z.string().optional().meta({ description: 'Why it is switched off, as a sentence.' }),
    lastDelivery: Delivery.optional().meta({ description: 'The last attempt since the shard was started.' }),
  })
  .meta({ id: 'Webhook', description: 'Where events are delivered to.' });

/** All types, as lists show them. */
export const EventTypes = z
  .array(z.string())
  .meta({ description: 'Every type of event there is.', example: [...EVENT_TYPES] });

/** What anybody may see of a webhook. */
export function presentWebhook(
  webhook: Omit<WebhookRecord, 'secret'>,
  last: DeliveryEntry | undefined,
): z.output<typeof Webhook> {
  const { id, url, events, createdAt, enabled, disabledReason } = webhook;
  return {
    id,
    url,
    events,
    createdAt,
    enabled,
    ...(disabledReason !== null && { disabledReason }),
    ...(last && { lastDelivery: last }),
  };
}

/** The webhook of the documented examples. */
export const EXAMPLE_WEBHOOK: z.output<typeof Webhook> = {
  id: EXAMPLE.webhookId,
  url: EXAMPLE.webhookUrl,
  events: ['user.joined', 'ptt.*'],
  createdAt: EXAMPLE.time,
  enabled: true,
};
