import { z } from 'zod';
import { defineRoute, type Route } from '../route.ts';

/** `POST /operation`. */
export const operationRoutes: Route[] = [
  defineRoute({
    id: 'setOperation',
    method: 'post',
    path: '/operation',
    scope: 'write:operation',
    tag: 'Operation',
    summary: 'Open or close the operation',
    description: 'While it is closed people stay where they are and nothing is bridged.',
    body: z.object({ open: z.boolean() }),
    answer: z.object({
      action: z.literal('operation.set'),
      open: z.boolean(),
      changed: z.boolean().meta({ description: 'False when it was so before.' }),
    }),
    errors: ['central.refused', 'central.unreachable'],
    example: { body: { open: false }, answer: { action: 'operation.set', open: false, changed: true } },
    async handle({ shard, actor, body }) {
      const { open, changed } = await shard.change(actor, { type: 'operation.set', open: body.open });
      return { action: 'operation.set' as const, open, changed };
    },
  }),
];
