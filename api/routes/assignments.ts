import { z } from 'zod';
import { EXAMPLE } from '../example.ts';
import { AssignmentsAnswer, presentAssignments } from '../present/assignments.ts';
import { defineRoute, type Route } from '../route.ts';
import { bodyNetRef, NetId, NetUid, netRefShape, requireNetRef, UserId } from '../schemas.ts';
import { bulkRoute } from './assignment-bulk.ts';
import { temporaryRoute } from './assignment-temporary.ts';

const Action = z.enum(['assign', 'unassign']);

const getAssignments = defineRoute({
  id: 'getAssignments',
  method: 'get',
  path: '/assignments',
  scope: 'read:assignments',
  tag: 'Assignments',
  summary: 'Stored assignments',
  cached: true,
  query: z.object({
    effective: z
      .enum(['true', 'false'])
      .default('false')
      .meta({ description: 'Whether to add what connected operators are on, by assignment and by role.' }),
  }),
  answer: AssignmentsAnswer,
  errors: [],
  example: {
    query: { effective: 'true' },
    answer: {
      assignments: { [EXAMPLE.userId]: [EXAMPLE.netId] },
      netUids: { [EXAMPLE.userId]: [EXAMPLE.netUid] },
      temporary: [],
      effective: {
        [EXAMPLE.userId]: [
          { netUid: EXAMPLE.netUid, netId: EXAMPLE.netId, sources: ['explicit', `role:${EXAMPLE.roleId}`] },
        ],
      },
    },
  },
  handle: ({ shard, query }) => presentAssignments(shard.read, query.effective === 'true'),
});

const postAssignment = defineRoute({
  id: 'setAssignment',
  method: 'post',
  path: '/assignments',
  scope: 'write:assignments',
  tag: 'Assignments',
  summary: 'Put one person on one net, or take them off',
  description:
    'The person need not be known yet: people are assigned before they arrive. Taking them off takes a temporary assignment to the net too; what they have by a role stays.',
  body: requireNetRef(
    z.object({
      userId: UserId,
      ...netRefShape,
      action: Action.default('assign'),
    }),
  ),
  answer: z.object({
    action: Action,
    userId: UserId,
    netId: NetId,
    netUid: NetUid,
    changed: z.boolean().meta({ description: 'False when it was so before.' }),
  }),
  errors: ['net.unknown', 'net.ref-mismatch', 'assignment.limit'],
  example: {
    body: { userId: '223456789012345678', netUid: EXAMPLE.netUid, action: 'assign' },
    answer: {
      action: 'assign',
      userId: '223456789012345678',
      netId: EXAMPLE.netId,
      netUid: EXAMPLE.netUid,
      changed: true,
    },
  },
  async handle({ shard, actor, body }) {
    const { userId, action } = body;
    const { net, changed } = await shard.change(actor, {
      type: 'assignment.set',
      userId,
      action,
      net: bodyNetRef(body),
    });
    return { action, userId, netId: net.id, netUid: net.uid, changed };
  },
});

/** `GET /assignments`, `POST /assignments`, `/assignments/bulk`, `/assignments/temporary`. */
export const assignmentRoutes: Route[] = [getAssignments, postAssignment, bulkRoute, temporaryRoute];
