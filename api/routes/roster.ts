import { z } from 'zod';
import { EXAMPLE } from '../example.ts';
import { Operator, presentOperator } from '../present/roster.ts';
import { defineRoute, type Route } from '../route.ts';

/** `GET /roster`. */
export const rosterRoutes: Route[] = [
  defineRoute({
    id: 'getRoster',
    method: 'get',
    path: '/roster',
    scope: 'read:roster',
    tag: 'Status',
    summary: 'Connected operators',
    description:
      'Everyone in a served voice channel, and every listening program. Their roles are shown to keys that also have `read:roster:roles`.',
    cached: true,
    answer: z.object({ operators: z.array(Operator) }),
    errors: [],
    example: {
      answer: {
        operators: [
          {
            userId: EXAMPLE.userId,
            displayName: EXAMPLE.displayName,
            nets: [EXAMPLE.netId],
            netUids: [EXAMPLE.netUid],
            transport: 'discord',
            transmitting: false,
            since: EXAMPLE.time,
            service: false,
            roles: [EXAMPLE.roleId],
          },
        ],
      },
    },
    handle({ shard, actor }) {
      const withRoles = actor.scopes.includes('read:roster:roles');
      return { operators: shard.read.roster().map((operator) => presentOperator(operator, withRoles)) };
    },
  }),
];
