import type { AssignmentInput, AssignmentResult } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { ShardError } from '../errors.ts';
import type { PlanContext } from '../handler.ts';
import { requireId } from '../nets/channels.ts';
import { resolveNet } from '../nets/net-ref.ts';
import type { NetRecord, TemporaryNet } from '../records.ts';
import { authorityOf } from './authority.ts';
import { effectiveAssignments } from './effective.ts';

/** Most people with explicit assignments in one guild. How many one person has is bounded by the nets there are. */
const MAX_ASSIGNED_PEOPLE = 100_000;

/**
 * Puts one person on one net, or takes them off it: off the explicit and the temporary assignment.
 * @throws ShardError id.invalid | net.unknown | net.ref-mismatch | net.ref-missing | authority.not-on-net |
 * assignment.limit
 */
export function applyAssignment(draft: Draft, input: AssignmentInput, context: PlanContext): AssignmentResult {
  const { userId, action } = input;
  const net = requireAssignable(draft, input, context);
  const changed = action === 'assign' ? assign(draft, userId, net.uid) : unassign(draft, userId, net.uid);
  if (changed) tellAssignment(draft, userId, net, action);
  return { userId, net, action, changed };
}

/** The net, if this actor may put this person on it. A squad lead assigns only to nets they are on. */
export function requireAssignable(
  draft: Draft,
  { userId, net: ref }: Pick<AssignmentInput, 'userId' | 'net'>,
  context: PlanContext,
): NetRecord {
  requireId(userId);
  const { actor, state } = draft;
  const net = resolveNet(state, ref);
  if (actor.kind !== 'person' || authorityOf(state, actor) !== 'squad-lead') return net;
  const own = effectiveAssignments(state.tables, context.guildId, actor);
  if (!own.some(({ netUid }) => netUid === net.uid)) throw new ShardError('authority.not-on-net', { net: net.name });
  return net;
}

/** Publishes that somebody was put on a net or taken off it. */
export function tellAssignment(
  draft: Draft,
  userId: string,
  net: Pick<NetRecord, 'id' | 'uid'>,
  action: AssignmentInput['action'],
  reason?: string,
): void {
  const data = { action, userId, netId: net.id, netUid: net.uid, ...draft.cause(), ...(reason && { reason }) };
  draft.emit({ type: 'assignments.changed', data });
}

/** Keeps these as all of somebody's explicit assignments. */
export function putAssignments(draft: Draft, userId: string, netUids: string[]): void {
  if (netUids.length > 0) draft.put('assignments', userId, { userId, netUids });
  else draft.remove('assignments', userId);
}

/** Keeps these as all of somebody's temporary assignments. */
export function putTemporary(draft: Draft, userId: string, nets: TemporaryNet[]): void {
  if (nets.length > 0) draft.put('temporary', userId, { userId, nets });
  else draft.remove('temporary', userId);
}

/** Puts somebody on a net; answers whether they were not on it. @throws ShardError assignment.limit */
export function assign(draft: Draft, userId: string, uid: string): boolean {
  const { assignments } = draft.state.tables;
  const held = assignments.get(userId)?.netUids ?? [];
  if (held.includes(uid)) return false;
  if (assignments.size >= MAX_ASSIGNED_PEOPLE && !assignments.has(userId)) {
    throw new ShardError('assignment.limit', { max: MAX_ASSIGNED_PEOPLE });
  }
  putAssignments(draft, userId, [...held, uid]);
  return true;
}

function unassign(draft: Draft, userId: string, uid: string): boolean {
  const { assignments, temporary } = draft.state.tables;
  const held = assignments.get(userId)?.netUids ?? [];
  const forAWhile = temporary.get(userId)?.nets ?? [];
  const isHeld = held.includes(uid);
  const isForAWhile = forAWhile.some(({ netUid }) => netUid === uid);
  if (isHeld) {
    putAssignments(
      draft,
      userId,
      held.filter((other) => other !== uid),
    );
  }
  if (isForAWhile) {
    putTemporary(
      draft,
      userId,
      forAWhile.filter(({ netUid }) => netUid !== uid),
    );
  }
  return isHeld || isForAWhile;
}
