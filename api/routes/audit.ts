import { z } from 'zod';
import { EXAMPLE } from '../example.ts';
import { defineRoute, type Route } from '../route.ts';
import { Time } from '../schemas.ts';

/** Most entries in one answer: some 300 KiB. */
const MAX_ENTRIES = 1000;

const Entry = z
  .object({
    id: z.string().meta({ description: 'Sorts by time.' }),
    at: Time,
    keyId: z.string().nullable().meta({ description: 'Null where it was no call of the Owner API.' }),
    keyName: z.string().nullable(),
    actor: z.string().meta({ description: "A key's name, a person's name with their id, or the program's name." }),
    method: z.string().meta({ description: '`CHANGE` where it was no call of the Owner API.' }),
    path: z.string().meta({ description: 'Without its query; the type of a change that was no call.' }),
    status: z.int().meta({ description: 'What was answered, or would have been by the Owner API.' }),
    requestId: z.string().meta({ description: 'Empty where it was no call of the Owner API.' }),
    action: z.string().optional().meta({ description: 'The type of the change that was asked for.' }),
    source: z.enum(['api', 'discord', 'system', 'timer']),
  })
  .meta({ id: 'AuditEntry', description: 'A call or a change that was made, or refused.' });

/** The entry that the example shows. */
export const EXAMPLE_NOTE = {
  keyId: EXAMPLE.keyId,
  keyName: 'Sign-up site',
  actor: 'Sign-up site',
  method: 'POST',
  path: '/api/v1/nets',
  status: 201,
  requestId: EXAMPLE.requestId,
  action: 'net.create',
  source: 'api' as const,
};

/** `GET /audit`. */
export const auditRoutes: Route[] = [
  defineRoute({
    id: 'getAudit',
    method: 'get',
    path: '/audit',
    scope: 'read:audit',
    tag: 'Audit',
    summary: 'Who called or changed what',
    description:
      'Newest first: every call with a key of the guild, also with one that has ended, and every change made in Discord or by the shard itself. The last 10,000 are kept. Calls beyond the rate limit are noted once per minute and key. It is on disk within a second.',
    query: z.object({
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(MAX_ENTRIES)
        .default(100)
        .meta({ description: 'Most entries to answer, 1 to 1000.' }),
      before: z
        .string()
        .regex(/^[\w-]{1,64}$/, 'before is the id of an entry.')
        .optional()
        .meta({ description: 'The id of an entry: what is older than it is answered.' }),
    }),
    answer: z.object({ entries: z.array(Entry) }),
    sliced: true,
    errors: [],
    example: {
      query: { limit: 1 },
      answer: { entries: [{ id: EXAMPLE.auditId, at: EXAMPLE.time, ...EXAMPLE_NOTE }] },
    },
    handle: ({ shard, query }) => ({ entries: shard.audit.page(query.limit, query.before) }),
  }),
];
