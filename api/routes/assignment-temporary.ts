import { z } from 'zod';
import { TEMPORARY_DEFAULT_MS, TEMPORARY_MAX_MS, TEMPORARY_MIN_MS } from '../../shard/people/temporary-commands.ts';
import { EXAMPLE } from '../example.ts';
import { defineRoute, type Route } from '../route.ts';
import { bodyNetRef, NetId, NetUid, netRefShape, requireNetRef, Time, UserId } from '../schemas.ts';

const MINUTE_MS = 60_000;

const RANGE = 'A temporary assignment lasts 15 seconds to 24 hours.';

const Minutes = z
  .number()
  .min(TEMPORARY_MIN_MS / MINUTE_MS, RANGE)
  .max(TEMPORARY_MAX_MS / MINUTE_MS, RANGE)
  .optional();

const LASTING = ['ttlMs', 'expiresMinutes', 'minutes'] as const;

const Body = requireNetRef(
  z.object({
    userId: UserId,
    ...netRefShape,
    ttlMs: z
      .int()
      .min(TEMPORARY_MIN_MS, RANGE)
      .max(TEMPORARY_MAX_MS, RANGE)
      .optional()
      .meta({ description: 'How long, in milliseconds.' }),
    expiresMinutes: Minutes.meta({ description: 'How long, in minutes.' }),
    minutes: Minutes.meta({ description: 'The same.' }),
  }),
).refine((body) => LASTING.filter((field) => body[field] !== undefined).length <= 1, {
  path: ['ttlMs'],
  error: 'Send one of ttlMs, expiresMinutes and minutes, or none for 5 minutes.',
  when: ({ value }) => typeof value === 'object' && value !== null,
});

/** `POST /assignments/temporary`. */
export const temporaryRoute: Route = defineRoute({
  id: 'assignForAWhile',
  method: 'post',
  path: '/assignments/temporary',
  scope: 'write:assignments',
  tag: 'Assignments',
  summary: 'Put one person on one net for a while',
  description:
    'For 15 seconds to 24 hours; 5 minutes when none of `ttlMs`, `expiresMinutes` and `minutes` is sent. Replaces an earlier temporary assignment to the same net, and leaves one without an end in place when it ends.',
  body: Body,
  answer: z.object({ userId: UserId, netId: NetId, netUid: NetUid, expiresAt: Time }),
  errors: ['net.unknown', 'net.ref-mismatch', 'temporary.limit'],
  example: {
    body: { userId: '223456789012345678', netUid: EXAMPLE.netUid, expiresMinutes: 30 },
    answer: {
      userId: '223456789012345678',
      netId: EXAMPLE.netId,
      netUid: EXAMPLE.netUid,
      expiresAt: '2026-11-21T07:43:00.000Z',
    },
  },
  async handle({ shard, actor, body }) {
    const minutes = body.expiresMinutes ?? body.minutes;
    const ttlMs = body.ttlMs ?? (minutes === undefined ? TEMPORARY_DEFAULT_MS : Math.round(minutes * MINUTE_MS));
    const { userId } = body;
    const net = bodyNetRef(body);
    const { net: on, expiresAt } = await shard.change(actor, { type: 'assignment.temporary', userId, net, ttlMs });
    return { userId, netId: on.id, netUid: on.uid, expiresAt };
  },
});
