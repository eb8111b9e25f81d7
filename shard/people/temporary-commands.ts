import type { Draft } from '../draft.ts';
import { ShardError } from '../errors.ts';
import type { Handler } from '../handler.ts';
import type { StateView } from '../state.ts';
import { putTemporary, requireAssignable, tellAssignment } from './assignments.ts';

/** Shortest and longest temporary assignment, in milliseconds. */
export const TEMPORARY_MIN_MS = 15_000;
export const TEMPORARY_MAX_MS = 24 * 3_600_000;
/** How long one lasts that names no end, in milliseconds. */
export const TEMPORARY_DEFAULT_MS = 5 * 60_000;

/** Most temporary assignments in one guild: all of them are looked at when one begins or ends. */
const MAX_TEMPORARY = 10_000;

export const assignForAWhile: Handler<'assignment.temporary'> = {
  needs: 'squad-lead',
  privileged: false,
  plan(draft, input, context) {
    const { userId, ttlMs } = input;
    const net = requireAssignable(draft, input, context);
    if (!(ttlMs >= TEMPORARY_MIN_MS && ttlMs <= TEMPORARY_MAX_MS)) throw new ShardError('temporary.ttl-invalid');
    const expiresAt = new Date(context.now + ttlMs).toISOString();
    const held = draft.state.tables.temporary.get(userId)?.nets ?? [];
    const others = held.filter(({ netUid }) => netUid !== net.uid);
    if (others.length === held.length) requireRoom(draft);
    putTemporary(draft, userId, [...others, { netUid: net.uid, expiresAt }]);
    tellAssignment(draft, userId, net, 'assign', 'temporary');
    return { userId, net, expiresAt };
  },
};

export const endOverdue: Handler<'assignment.expire'> = {
  needs: 'admin',
  privileged: false,
  plan(draft, _, context) {
    const now = new Date(context.now).toISOString();
    let ended = 0;
    for (const [userId, { nets }] of draft.state.tables.temporary) {
      const over = nets.filter(({ expiresAt }) => expiresAt <= now);
      if (over.length === 0) continue;
      putTemporary(
        draft,
        userId,
        nets.filter((entry) => !over.includes(entry)),
      );
      for (const { netUid } of over) {
        const net = draft.state.tables.nets.get(netUid);
        if (net) tellAssignment(draft, userId, net, 'unassign', 'expired');
      }
      ended += over.length;
    }
    return { ended };
  },
};

/** When the next temporary assignment ends, milliseconds since the epoch; null: there is none. */
export function nextExpiry({ tables }: StateView): number | null {
  let first: string | null = null;
  for (const { nets } of tables.temporary.values()) {
    for (const { expiresAt } of nets) if (first === null || expiresAt < first) first = expiresAt;
  }
  return first === null ? null : Date.parse(first);
}

function requireRoom(draft: Draft): void {
  let count = 0;
  for (const { nets } of draft.state.tables.temporary.values()) count += nets.length;
  if (count >= MAX_TEMPORARY) throw new ShardError('temporary.limit', { max: MAX_TEMPORARY });
}
