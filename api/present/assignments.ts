import { z } from 'zod';
import type { Reads } from '../../shard/reads.ts';
import { EXAMPLE } from '../example.ts';
import { NetId, NetUid, Time, UserId } from '../schemas.ts';

/** The answer of `GET /assignments`. */
export const AssignmentsAnswer = z.object({
  assignments: z
    .record(UserId, z.array(NetId))
    .meta({ description: 'What is stored, explicit and temporary: person to slots.' }),
  netUids: z.record(UserId, z.array(NetUid)).meta({ description: 'The same by uid, in the same order.' }),
  temporary: z
    .array(z.object({ userId: UserId, netId: NetId, netUid: NetUid, expiresAt: Time }))
    .meta({ description: 'The temporary ones among them, the one that ends first in front.' }),
  effective: z
    .record(
      UserId,
      z.array(
        z.object({
          netUid: NetUid,
          netId: NetId,
          sources: z.array(
            z.string().meta({
              description: '`explicit`, `temporary`, `role:<id>` or `public`.',
              example: `role:${EXAMPLE.roleId}`,
            }),
          ),
        }),
      ),
    )
    .optional()
    .meta({ description: 'With `?effective=true`: what connected operators are on, and why.' }),
});

/** Shows what is stored and, if asked, what follows from it for those who are connected. */
export function presentAssignments(read: Reads, withEffective: boolean): z.output<typeof AssignmentsAnswer> {
  const stored = [...read.assignments()].filter(([, nets]) => nets.length > 0);
  return {
    assignments: Object.fromEntries(stored.map(([userId, nets]) => [userId, nets.map((net) => net.id)])),
    netUids: Object.fromEntries(stored.map(([userId, nets]) => [userId, nets.map((net) => net.uid)])),
    temporary: read.temporary(),
    ...(withEffective && { effective: Object.fromEntries(read.effective()) }),
  };
}
