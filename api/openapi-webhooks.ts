import type { ZodOpenApiPathItemObject } from 'zod-openapi';
import { EVENT_TYPES, type EventType } from '../shard/record/events.ts';
import { EVENT_SUMMARIES, EXAMPLE_EVENTS, envelopeOf } from './events.ts';
import { Time } from './schemas.ts';

/** What is sent to webhooks, per type of event, as the OpenAPI document shows it. */
export function openApiWebhooks(): Record<string, ZodOpenApiPathItemObject> {
  return Object.fromEntries(EVENT_TYPES.map((type) => [type, { post: delivery(type) }]));
}

function delivery(type: EventType): NonNullable<ZodOpenApiPathItemObject['post']> {
  const example = { ...EXAMPLE_EVENTS[type], timestamp: EXAMPLE_EVENTS[type].at };
  const schema = envelopeOf(type).extend({ timestamp: Time.meta({ description: 'The same as `at`.' }) });
  return {
    operationId: `on${type.replaceAll(/(?:^|[.-])(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: ['Events'],
    summary: EVENT_SUMMARIES[type],
    description: 'Signed after Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`.',
    security: [],
    requestBody: { required: true, content: { 'application/json': { schema, example } } },
    responses: {
      '2XX': { description: 'Taken.' },
      '410': { description: 'Never again: the webhook is switched off.' },
      '4XX': { description: 'Not taken: it is sent again later, as for every other answer and for none.' },
    },
  };
}
