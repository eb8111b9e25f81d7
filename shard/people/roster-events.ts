import type { DraftEvent } from '../draft.ts';
import type { EventSource } from '../record/events.ts';
import type { Operator, RosterChange } from './roster.ts';

/**
 * What is published of a change of the roster. Which nets somebody is on is told here only when it follows from their
 * roles (`rule`): a change that assigned them has told so itself.
 */
export function rosterEvents({ joined, left, reassigned }: RosterChange, source: EventSource): DraftEvent[] {
  return [
    ...left.map((operator): DraftEvent => ({ type: 'user.left', data: who(operator) })),
    ...joined.map((operator): DraftEvent => {
      return { type: 'user.joined', data: { ...who(operator), nets: operator.nets.map(({ netId }) => netId) } };
    }),
    ...(source === 'rule' ? reassigned.flatMap(({ operator, before }) => ruleEvents(operator, before)) : []),
  ];
}

function who({ person }: Operator) {
  const { userId, displayName, service } = person;
  return { userId, displayName, transport: service ? ('service' as const) : ('discord' as const) };
}

/** One event per net that a change of roles gave or took. */
function ruleEvents({ person, nets }: Operator, before: Operator['nets']): DraftEvent[] {
  const event = (action: string, { netUid, netId }: Operator['nets'][number]): DraftEvent => ({
    type: 'assignments.changed',
    data: { source: 'rule', action, userId: person.userId, netUid, netId },
  });
  const missing = (from: Operator['nets'], other: Operator['nets']) =>
    from.filter(({ netUid }) => !other.some((entry) => entry.netUid === netUid));
  return [
    ...missing(nets, before).map((entry) => event('assign', entry)),
    ...missing(before, nets).map((entry) => event('unassign', entry)),
  ];
}
