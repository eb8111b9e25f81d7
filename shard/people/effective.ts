import type { NetRecord } from '../records.ts';
import { ONLY, type Tables } from '../state.ts';
import type { AssignmentSource, EffectiveAssignment } from '../views.ts';

/** The tables assignments are worked out from. */
export type AssignmentTables = Pick<Tables, 'nets' | 'assignments' | 'temporary' | 'rules' | 'features' | 'publicNet'>;

/** Somebody, as far as assignments care. */
export interface Assignee {
  userId: string;
  roleIds: readonly string[];
  /** A listening program: it has no roles, not even @everyone. */
  service?: boolean;
}

/**
 * The nets somebody is on: explicit and temporary assignments, those of their roles and the Public Net where it is open
 * to them, ascending by slot. Every member holds the @everyone role, whose id is the guild's. No rule is about listening
 * programs; the Public Net is open to them while it is open to everyone.
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
  const roleIds = new Set([guildId, ...who.roleIds]);
  if (!who.service) for (const roleId of roleIds) add(tables.rules.get(roleId)?.netUids, `role:${roleId}`);
  if (isPublicTo(tables, roleIds)) add(publicUids(tables), 'public');
  return [...sources]
    .map(([uid, from]) => ({ net: tables.nets.get(uid), from }))
    .filter((entry): entry is { net: NetRecord; from: AssignmentSource[] } => entry.net !== undefined)
    .sort((a, b) => a.net.id - b.net.id)
    .map(({ net, from }) => ({ netUid: net.uid, netId: net.id, sources: from }));
}

/** Whether the Public Net is shown and open to somebody with one of these roles. */
function isPublicTo({ features }: AssignmentTables, held: ReadonlySet<string>): boolean {
  const publicNet = features.get(ONLY)?.publicNet;
  if (!publicNet?.enabled) return false;
  return publicNet.roleIds.length === 0 || publicNet.roleIds.some((roleId) => held.has(roleId));
}

function publicUids({ publicNet }: AssignmentTables): string[] {
  const record = publicNet.get(ONLY);
  return record ? [record.net.uid] : [];
}
