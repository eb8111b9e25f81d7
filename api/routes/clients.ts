import { z } from 'zod';
import { REASON_MAX } from '../../shard/errors.ts';
import { EXAMPLE } from '../example.ts';
import { cleanTextField } from '../fields.ts';
import { defineRoute, type Route } from '../route.ts';
import { UserId } from '../schemas.ts';

/** `POST /clients/disconnect`. */
export const clientRoutes: Route[] = [
  defineRoute({
    id: 'disconnectClient',
    method: 'post',
    path: '/clients/disconnect',
    scope: 'write:clients',
    tag: 'Alerts and clients',
    summary: "End somebody's connection",
    description:
      'Takes them out of their voice channel and waits up to 5 s until Discord has done so. They may join again. The reason is kept in the audit log of the Discord server.',
    body: z.object({
      userId: UserId,
      reason: cleanTextField(REASON_MAX).optional(),
    }),
    answer: z.object({ userId: UserId, disconnected: z.int().meta({ description: 'Connections that were ended.' }) }),
    errors: ['client.unknown', 'client.not-permitted', 'client.unanswered', 'client.unrecorded'],
    example: {
      body: { userId: EXAMPLE.userId, reason: 'Reconnect, please' },
      answer: { userId: EXAMPLE.userId, disconnected: 1 },
    },
    async handle({ shard, actor, body: { userId, reason } }) {
      return shard.change(actor, { type: 'client.disconnect', userId, reason });
    },
  }),
];
