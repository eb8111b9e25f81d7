import { z } from 'zod';
import { ACARS_DURATION, ALERT_TYPES, API_SENDER } from '../../shard/alerts/acars-commands.ts';
import { ALERT_TEXT_MAX, SENDER_NAME_MAX } from '../../shard/alerts/alert-text.ts';
import { EXAMPLE } from '../example.ts';
import { cleanTextField } from '../fields.ts';
import { defineRoute, type Route } from '../route.ts';

const { min, max, usual } = ACARS_DURATION;

const AlertType = z.enum(ALERT_TYPES);

/** `POST /acars`. */
export const acarsRoutes: Route[] = [
  defineRoute({
    id: 'sendAcars',
    method: 'post',
    path: '/acars',
    scope: 'write:acars',
    tag: 'Alerts and clients',
    summary: 'Send an alert to everyone who is connected',
    description:
      'It is shown in the chat of every occupied net channel, of the Ready Room and in the ops channel. A key can send one per minute unless it is configured otherwise; nothing that was refused counts. Nobody being connected is no error.',
    body: z.object({
      text: cleanTextField(ALERT_TEXT_MAX).meta({ description: 'What it says; kept in one line.' }),
      senderName: cleanTextField(SENDER_NAME_MAX)
        .default(API_SENDER)
        .meta({ description: 'Who it is from, as people read it.' }),
      durationMs: z
        .int()
        .min(min)
        .max(max)
        .default(usual)
        .meta({ description: 'How long it is shown where it goes away by itself, in milliseconds.' }),
      alertType: AlertType.default('non-emergency'),
    }),
    answer: z.object({
      id: z.string(),
      delivered: z.boolean().meta({ description: 'Whether at least one operator was reached.' }),
      clients: z.int().meta({ description: 'Connected operators reached.' }),
      routed: z.int().meta({ description: 'The same as `clients`.' }),
      durationMs: z.int(),
      alertType: AlertType,
    }),
    errors: ['acars.cooldown', 'feature.off', 'feature.not-entitled'],
    example: {
      body: { text: 'Rally at OM-1 in 5 minutes.', senderName: 'Ops Bot', durationMs: 8000, alertType: 'critical' },
      answer: {
        id: EXAMPLE.acarsId,
        delivered: true,
        clients: 1,
        routed: 1,
        durationMs: 8000,
        alertType: 'critical',
      },
    },
    handle: ({ shard, actor, body }) => shard.change(actor, { type: 'acars.send', ...body }),
  }),
];
