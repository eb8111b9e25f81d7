import { z } from 'zod';
import type { OperatorView } from '../../shard/views.ts';
import { NetId, NetUid, RoleId, Time, UserId } from '../schemas.ts';

/** A connected person in the answer of `GET /roster`. */
export const Operator = z
  .object({
    userId: UserId,
    displayName: z.string(),
    nets: z.array(NetId).meta({ description: 'Slots of the nets they are on, by assignment or by role.' }),
    netUids: z.array(NetUid).meta({ description: 'The same nets, in the same order.' }),
    transport: z.enum(['discord', 'service']),
    transmitting: z.boolean(),
    since: Time.meta({ description: 'When they connected.' }),
    service: z.boolean().meta({ description: 'Whether this is a listening program.' }),
    roles: z.array(RoleId).optional().meta({ description: 'Only with the scope `read:roster:roles`.' }),
  })
  .meta({ id: 'Operator', description: 'A connected person, or a listening program.' });

/** Shows one operator, with their roles where the key may see them. */
export function presentOperator(operator: OperatorView, withRoles: boolean): z.output<typeof Operator> {
  return {
    userId: operator.userId,
    displayName: operator.displayName,
    nets: operator.nets.map((net) => net.id),
    netUids: operator.nets.map((net) => net.uid),
    transport: operator.transport,
    transmitting: operator.transmitting,
    since: operator.since,
    service: operator.transport === 'service',
    ...(withRoles && { roles: operator.roleIds }),
  };
}
