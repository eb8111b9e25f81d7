import { z } from 'zod';
import { ERRORS } from '../../shard/errors.ts';
import { isEventName } from '../../shard/record/event-names.ts';
import { EVENT_TYPES } from '../../shard/record/events.ts';
import { isWebhookSecret } from '../../shard/record/webhook-secret.ts';
import { urlProblem, WEBHOOK_URL_MAX } from '../../shard/record/webhook-url.ts';
import type { WebhookRecord } from '../../shard/records.ts';
import type { Caller } from '../context.ts';
import { UNKNOWN_EVENT } from '../event-filter.ts';
import { EXAMPLE } from '../example.ts';
import { Delivery, EventTypes, EXAMPLE_WEBHOOK, presentWebhook, Webhook } from '../present/webhook.ts';
import { defineRoute, type Route } from '../route.ts';

/** More names than there are types and groups of them. */
const MAX_EVENTS = 50;
/** Most attempts that one answer lists: as many as are remembered. */
const MAX_DELIVERIES = 100;

const about = { scope: 'read:events' as const, tag: 'Events' };

const params = z.object({ id: z.string().meta({ description: 'Id of the webhook.', example: EXAMPLE.webhookId }) });
const exampleParams = { id: EXAMPLE.webhookId };

const Url = z
  .string()
  .max(WEBHOOK_URL_MAX)
  .refine((url) => !urlProblem(url), {
    error: ({ input }) => ERRORS['webhook.url-invalid'].sentence({ reason: urlProblem(String(input)) ?? '' }),
  })
  .meta({ description: 'Where to send to: `https` and a public address.', example: EXAMPLE.webhookUrl });

const EventName = z.string().max(64).refine(isEventName, `This is not a type of event. ${UNKNOWN_EVENT}`);

const Secret = z.string().max(200).refine(isWebhookSecret, ERRORS['webhook.secret-invalid'].sentence({})).meta({
  description: 'What deliveries are signed with: `whsec_` and the base64 of 24 to 64 bytes. Made when left out.',
});

const getWebhooks = defineRoute({
  ...about,
  id: 'getWebhooks',
  method: 'get',
  path: '/webhooks',
  summary: 'Webhooks and the types of events',
  answer: z.object({ webhooks: z.array(Webhook), events: EventTypes }),
  errors: [],
  example: { answer: { webhooks: [EXAMPLE_WEBHOOK], events: [...EVENT_TYPES] } },
  handle: (caller) => ({
    webhooks: caller.shard.read.webhooks().map((webhook) => shown(caller, webhook)),
    events: [...EVENT_TYPES],
  }),
});

const postWebhook = defineRoute({
  ...about,
  id: 'createWebhook',
  method: 'post',
  path: '/webhooks',
  summary: 'Register a webhook',
  description:
    'Every event of these types from now on is sent there, signed after Standard Webhooks. The secret is answered this once. A guild has at most 20 webhooks.',
  body: z.object({
    url: Url,
    events: z.array(EventName).min(1).max(MAX_EVENTS).meta({
      description: 'Types of events, groups such as `ptt.*`, or `*` for all.',
    }),
    secret: Secret.optional(),
  }),
  answer: z.object({ webhook: Webhook, secret: z.string() }),
  status: 201,
  answersSecret: true,
  errors: ['webhook.url-refused', 'webhook.limit'],
  example: {
    body: { url: EXAMPLE.webhookUrl, events: ['user.joined', 'ptt.*'] },
    answer: { webhook: EXAMPLE_WEBHOOK, secret: EXAMPLE.webhookSecret },
  },
  async handle(caller) {
    const { url, events, secret } = caller.body;
    await caller.live.webhooks.requireReachable(new URL(url));
    const made = await caller.shard.change(caller.actor, { type: 'webhook.create', url, events, secret });
    return { webhook: shown(caller, made.webhook), secret: made.secret };
  },
});

const deleteWebhook = defineRoute({
  ...about,
  id: 'deleteWebhook',
  method: 'delete',
  path: '/webhooks/:id',
  summary: 'Remove a webhook',
  description: 'What was not delivered yet is not delivered any more.',
  params,
  answer: z.object({ id: z.string() }),
  errors: ['webhook.unknown'],
  example: { params: exampleParams, answer: { id: EXAMPLE.webhookId } },
  async handle({ shard, actor, params: { id } }) {
    const { webhook } = await shard.change(actor, { type: 'webhook.remove', id });
    return { id: webhook.id };
  },
});

const enableWebhook = defineRoute({
  ...about,
  id: 'enableWebhook',
  method: 'post',
  path: '/webhooks/:id/enable',
  summary: 'Switch a webhook on again',
  description:
    'Events from now on are sent; what happened while it was off is not. When the key that registered it has ended, it belongs to the calling key from now on.',
  params,
  answer: z.object({ webhook: Webhook, changed: z.boolean().meta({ description: 'False when it was on already.' }) }),
  errors: ['webhook.unknown'],
  example: { params: exampleParams, answer: { webhook: EXAMPLE_WEBHOOK, changed: false } },
  async handle(caller) {
    const { webhook, changed } = await caller.shard.change(caller.actor, {
      type: 'webhook.enable',
      id: caller.params.id,
    });
    return { webhook: shown(caller, webhook), changed };
  },
});

const testWebhook = defineRoute({
  ...about,
  id: 'testWebhook',
  method: 'post',
  path: '/webhooks/:id/test',
  summary: 'Try a webhook out',
  description:
    'Sends an event of type `webhook.test` at once, also when the webhook is off, and answers how that went. It is not tried again and does not count as a failed delivery.',
  params,
  answer: z.object({ delivery: Delivery }),
  errors: ['webhook.unknown', 'webhook.busy'],
  example: {
    params: exampleParams,
    answer: {
      delivery: {
        eventId: EXAMPLE.eventId,
        type: 'webhook.test',
        at: EXAMPLE.time,
        attempt: 1,
        ok: false,
        status: null,
        error: 'Its host name does not resolve.',
        durationMs: 0,
        nextAttemptAt: null,
      },
    },
  },
  async handle({ shard, live, params: { id } }) {
    return { delivery: await live.webhooks.test(shard, id) };
  },
});

const getDeliveries = defineRoute({
  ...about,
  id: 'getDeliveries',
  method: 'get',
  path: '/webhooks/:id/deliveries',
  summary: 'The last attempts to deliver',
  description: 'The newest first, at most 100, since the shard was started.',
  params,
  query: z.object({
    limit: z
      .string()
      .regex(/^[1-9]\d{0,8}$/, `It must be a whole number from 1 to ${MAX_DELIVERIES}.`)
      .transform(Number)
      .pipe(z.number().max(MAX_DELIVERIES, `It must be a whole number from 1 to ${MAX_DELIVERIES}.`))
      .optional()
      .meta({ description: 'How many at most; 100 when left out.', example: '20' }),
  }),
  answer: z.object({
    deliveries: z.array(Delivery),
    waiting: z.int().meta({ description: 'Events whose first attempt was not made yet.' }),
    retrying: z.int().meta({ description: 'Events that are tried again.' }),
  }),
  errors: ['webhook.unknown'],
  example: { params: exampleParams, answer: { deliveries: [], waiting: 0, retrying: 0 } },
  handle({ shard, live, params: { id }, query }) {
    const webhook = shard.read.webhook(id);
    const deliveries = live.webhooks.deliveries(shard, webhook.id).slice(0, query.limit);
    return { deliveries, ...shard.deliveries.size(webhook.id) };
  },
});

/** `/webhooks` and what is below it. */
export const webhookRoutes: Route[] = [
  getWebhooks,
  postWebhook,
  deleteWebhook,
  enableWebhook,
  testWebhook,
  getDeliveries,
];

function shown(
  { shard, live }: Pick<Caller, 'shard' | 'live'>,
  webhook: Omit<WebhookRecord, 'secret'>,
): z.output<typeof Webhook> {
  return presentWebhook(webhook, live.webhooks.deliveries(shard, webhook.id)[0]);
}
