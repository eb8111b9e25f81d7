import type { NetRecord } from '../records.ts';
import type { Tables } from '../state.ts';
import type { AssignmentSource, EffectiveAssignment } from '../views.ts';

/** The tables assignments are worked out from. */
export type AssignmentTables = Pick<Tables, 'nets' | 'assignments' | 'temporary' | 'rules'>;

/** Somebody, as far as assignments care. */
export interface Assignee {
  userId: string;
  roleIds: readonly string[];
}

/**
 * The nets somebody is on: explicit and temporary assignments and those of their roles, ascending by slot. Every member holds the
 * @everyone role, whose id is the guild's.
 */
export function effectiveAssignments(tables: AssignmentTables, guildId: string, who: Assignee): EffectiveAssignment[] {
  const sources = new Map<string, AssignmentSource[]>();
  const add = (netUids: readonly string[] | undefined, source: AssignmentSource) => {
    for (const uid of netUids ?? []) sources.set(uid, [...(sources.get(uid) ?? []), source]);
  };
  add(tables.assignments.get(who.userId)?.netUids, 'explicit');
  add(
    tables.temporary.get(who.userId)?.nets.map(({ netUid }) => netUid),
    'temporary',
  );
  for (const roleId of new Set([guildId, ...who.roleIds])) add(tables.rules.get(roleId)?.netUids, `role:${roleId}`);
  return [...sources]
    .map(([uid, from]) => ({ net: tables.nets.get(uid), from }))
    .filter((entry): entry is { net: NetRecord; from: AssignmentSource[] } => entry.net !== undefined)
    .sort((a, b) => a.net.id - b.net.id)
    .map(({ net, from }) => ({ netUid: net.uid, netId: net.id, sources: from }));
}
