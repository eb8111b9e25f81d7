import type { Draft } from '../draft.ts';
import { ShardError } from '../errors.ts';
import type { Handler, PlanContext } from '../handler.ts';
import { requireId } from '../nets/channels.ts';
import { resolveNet } from '../nets/net-ref.ts';
import type { NetRecord } from '../records.ts';
import { authorityOf } from './authority.ts';
import { effectiveAssignments } from './effective.ts';

/** Most people with explicit assignments in one guild. */
const MAX_ASSIGNED_PEOPLE = 100_000;

export const setAssignment: Handler<'assignment.set'> = {
  needs: 'squad-lead',
  privileged: false,
  plan(draft, { userId, net: ref, action }, context) {
    requireId(userId);
    const net = resolveNet(draft.state, ref);
    requireOwnNet(draft, context, net);
    const held = draft.state.tables.assignments.get(userId)?.netUids ?? [];
    const on = held.includes(net.uid);
    if (on === (action === 'assign')) return { userId, net, action, changed: false };
    const netUids = on ? held.filter((uid) => uid !== net.uid) : [...held, net.uid];
    requireRoom(draft, userId);
    if (netUids.length > 0) draft.put('assignments', userId, { userId, netUids });
    else draft.remove('assignments', userId);
    draft.emit({
      type: 'assignments.changed',
      data: { action, userId, netId: net.id, netUid: net.uid, ...draft.cause() },
    });
    return { userId, net, action, changed: true };
  },
};

/** A squad lead assigns only to nets they are on. */
function requireOwnNet(draft: Draft, context: PlanContext, net: NetRecord): void {
  const { actor, state } = draft;
  if (actor.kind !== 'person' || authorityOf(state, actor) !== 'squad-lead') return;
  const own = effectiveAssignments(state.tables, context.guildId, actor);
  if (!own.some(({ netUid }) => netUid === net.uid)) throw new ShardError('authority.not-on-net', { net: net.name });
}

function requireRoom(draft: Draft, userId: string): void {
  const { assignments } = draft.state.tables;
  if (assignments.size >= MAX_ASSIGNED_PEOPLE && !assignments.has(userId)) {
    throw new ShardError('assignment.limit', { max: MAX_ASSIGNED_PEOPLE });
  }
}
