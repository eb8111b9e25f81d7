import { z } from 'zod';
import type { Reads } from '../../shard/reads.ts';
import type { RuleRecord } from '../../shard/records.ts';
import { NetId, NetUid, RoleId } from '../schemas.ts';

/** A role rule as answers show it. */
export const Rule = z
  .object({
    roleId: RoleId,
    netUids: z.array(NetUid),
    netIds: z.array(NetId).meta({ description: 'The same nets, in the same order.' }),
  })
  .meta({ id: 'Rule', description: 'Who holds this role is on these nets while connected.' });

/** Shows the rules in force; nets in the archive are left out. */
export function presentRules(read: Reads): z.output<typeof Rule>[] {
  return read.rules().map(({ roleId, nets }) => ({
    roleId,
    netUids: nets.map((net) => net.uid),
    netIds: nets.map((net) => net.id),
  }));
}

/** Shows a set of rules that need not be in force (a dry run), in the same form. */
export function presentRuleRecords(read: Reads, rules: readonly RuleRecord[]): z.output<typeof Rule>[] {
  const idOf = new Map(read.nets().map((net) => [net.uid, net.id]));
  const slot = (uid: string) => idOf.get(uid) ?? 0;
  return rules
    .map(({ roleId, netUids }) => ({
      roleId,
      netUids: netUids.filter((uid) => idOf.has(uid)).sort((a, b) => slot(a) - slot(b)),
    }))
    .filter(({ netUids }) => netUids.length > 0)
    .map(({ roleId, netUids }) => ({ roleId, netUids, netIds: netUids.map(slot) }));
}
