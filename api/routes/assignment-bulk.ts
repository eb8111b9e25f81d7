import { z } from 'zod';
import type { AssignmentResult } from '../../shard/commands.ts';
import type { ErrorDetail } from '../../shard/errors.ts';
import type { Reads } from '../../shard/reads.ts';
import { EXAMPLE } from '../example.ts';
import { unknownNet } from '../net-in-body.ts';
import { defineRoute, type Route } from '../route.ts';
import { bodyNetRef, NetId, NetUid, netRefShape, requireNetRef, UserId } from '../schemas.ts';

/** Most assignments in one request. */
const MAX_ITEMS = 200;

const Action = z.enum(['assign', 'unassign']);

const Item = requireNetRef(
  z.object({
    userId: UserId,
    ...netRefShape,
    action: Action.optional().meta({ description: 'What to do with this one; that of the whole when left out.' }),
  }),
);

const Outcome = z.object({
  userId: UserId,
  netId: NetId,
  netUid: NetUid,
  action: Action,
  ok: z.boolean().meta({ description: 'It is so now. Always true: what cannot be done refuses the whole request.' }),
  reason: z.string().optional().meta({ description: 'Why it was skipped: it was so before.' }),
});

const BodyRefs = z.object({ assignments: z.array(z.unknown()) });

/** `POST /assignments/bulk`. */
export const bulkRoute: Route = defineRoute({
  id: 'setAssignments',
  method: 'post',
  path: '/assignments/bulk',
  scope: 'write:assignments',
  tag: 'Assignments',
  summary: 'Put many people on nets, or take them off, in one change',
  description: `At most ${MAX_ITEMS}. All are checked first: when one cannot be made none is, and every bad one is listed. They count in their order.`,
  largeBody: true,
  body: z.object({
    action: Action.default('assign').meta({ description: 'What to do with those that do not say themselves.' }),
    assignments: z.array(Item).max(MAX_ITEMS),
  }),
  answer: z.object({
    applied: z.int().meta({ description: 'How many changed something.' }),
    skipped: z.int().meta({ description: 'How many were so before.' }),
    results: z.array(Outcome).meta({ description: 'One each, in their order.' }),
  }),
  errors: ['assignment.items-invalid', 'assignment.limit'],
  example: {
    body: {
      action: 'assign',
      assignments: [
        { userId: '223456789012345678', netUid: EXAMPLE.netUid },
        { userId: EXAMPLE.userId, netId: EXAMPLE.netId },
      ],
    },
    answer: {
      applied: 1,
      skipped: 1,
      results: [
        { userId: '223456789012345678', netId: EXAMPLE.netId, netUid: EXAMPLE.netUid, action: 'assign', ok: true },
        {
          userId: EXAMPLE.userId,
          netId: EXAMPLE.netId,
          netUid: EXAMPLE.netUid,
          action: 'assign',
          ok: true,
          reason: 'already assigned',
        },
      ],
    },
  },
  alsoWrong: ({ shard }, body) => unknownNets(shard.read, body),
  async handle({ shard, actor, body }) {
    const items = body.assignments.map((item) => ({
      userId: item.userId,
      net: bodyNetRef(item),
      action: item.action ?? body.action,
    }));
    const { results } = await shard.change(actor, { type: 'assignment.bulk', items });
    const applied = results.filter(({ changed }) => changed).length;
    return { applied, skipped: results.length - applied, results: results.map(presentResult) };
  },
});

function presentResult({ userId, net, action, changed }: AssignmentResult): z.output<typeof Outcome> {
  const reason = action === 'assign' ? 'already assigned' : 'not assigned';
  return { userId, netId: net.id, netUid: net.uid, action, ok: true, ...(!changed && { reason }) };
}

/** Items that name nets nobody knows, in a body that is malformed elsewhere. */
function unknownNets(read: Reads, body: unknown): ErrorDetail[] {
  const items = BodyRefs.safeParse(body).data?.assignments.slice(0, MAX_ITEMS) ?? [];
  return items.flatMap((item, index) => unknownNet(read, item, `/assignments/${index}`));
}
