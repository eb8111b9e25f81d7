import type { ListenerFact, PersonFact } from '../facts.ts';
import { settingsOf } from '../op/settings-commands.ts';
import type { StateView } from '../state.ts';
import type { EffectiveAssignment } from '../views.ts';
import { effectiveAssignments } from './effective.ts';
import type { Presence } from './presence.ts';

/** Who is connected: a person in a net channel or the Ready Room, or a listening program. */
export interface Operator {
  person: PersonFact;
  /** The channel they sit in; null for a listening program. */
  channelId: string | null;
  /** ISO time of becoming an operator. */
  since: string;
  nets: EffectiveAssignment[];
}

/** Somebody in a voice channel. */
export type SeatedOperator = Operator & { channelId: string };

/** What a refresh of the roster found. */
export interface RosterChange {
  joined: Operator[];
  left: Operator[];
  /** Operators who stayed and whose nets are other ones now, with those they had before. */
  reassigned: { operator: Operator; before: EffectiveAssignment[] }[];
}

/** Who is connected now and on which nets; derived from presence and state, never stored. */
export class Roster {
  readonly guildId: string;
  #operators = new Map<string, Operator>();

  constructor(guildId: string) {
    this.guildId = guildId;
  }

  get operators(): ReadonlyMap<string, Operator> {
    return this.#operators;
  }

  /** Everybody but the listening programs. */
  seated(): SeatedOperator[] {
    return [...this.#operators.values()].filter(isSeated);
  }

  /** Works out anew what these people are on, and nothing else: nobody came, went or moved. */
  reassign(state: StateView, userIds: ReadonlySet<string>): RosterChange['reassigned'] {
    const reassigned: RosterChange['reassigned'] = [];
    for (const userId of userIds) {
      const known = this.#operators.get(userId);
      if (!known) continue;
      const operator = { ...known, nets: effectiveAssignments(state.tables, this.guildId, known.person) };
      this.#operators.set(userId, operator);
      if (!sameNets(known.nets, operator.nets)) reassigned.push({ operator, before: known.nets });
    }
    return reassigned;
  }

  /**
   * Works the roster out anew. `at`: ISO time of now. `isStale`: the state may have changed anybody's assignments; else
   * the nets of those who are the same facts as before are kept.
   */
  refresh(state: StateView, isStale: boolean, presence: Presence, at: string): RosterChange {
    const before = this.#operators;
    const after = new Map<string, Operator>();
    const readyRoomId = settingsOf(state).readyRoomId;
    for (const person of presence.people.values()) {
      const { channelId, userId } = person;
      if (channelId === null || (channelId !== readyRoomId && !state.netByChannel.has(channelId))) continue;
      const known = before.get(userId);
      const isKnown = known?.person === person && !isStale;
      const nets = isKnown ? known.nets : effectiveAssignments(state.tables, this.guildId, person);
      after.set(userId, isKnown ? known : { person, channelId, since: known?.since ?? at, nets });
    }
    for (const listener of presence.listeners.values()) {
      const known = before.get(listener.userId);
      after.set(listener.userId, known && !isStale ? known : this.#listening(state, listener, known?.since ?? at));
    }
    this.#operators = after;
    return difference(before, after);
  }

  #listening(state: StateView, { userId, displayName }: ListenerFact, since: string): Operator {
    const person: PersonFact = { userId, displayName, bot: false, roleIds: [], channelId: null, service: true };
    return { person, channelId: null, since, nets: effectiveAssignments(state.tables, this.guildId, person) };
  }
}

function isSeated(operator: Operator): operator is SeatedOperator {
  return operator.channelId !== null;
}

function difference(before: ReadonlyMap<string, Operator>, after: ReadonlyMap<string, Operator>): RosterChange {
  const change: RosterChange = { joined: [], left: [], reassigned: [] };
  for (const [userId, operator] of after) {
    const old = before.get(userId);
    if (old === operator) continue;
    if (!old) change.joined.push(operator);
    else if (!sameNets(old.nets, operator.nets)) change.reassigned.push({ operator, before: old.nets });
  }
  for (const [userId, operator] of before) if (!after.has(userId)) change.left.push(operator);
  return change;
}

function sameNets(a: readonly EffectiveAssignment[], b: readonly EffectiveAssignment[]): boolean {
  return a.length === b.length && a.every((entry, index) => entry.netUid === b[index]?.netUid);
}
