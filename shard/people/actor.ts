import type { Once } from '../access/idempotency.ts';
import type { Scope } from '../access/scopes.ts';
import type { CommandType } from '../commands.ts';

/** A person, with what Discord said of them at the moment of acting. */
export interface PersonActor {
  kind: 'person';
  userId: string;
  name: string;
  roleIds: readonly string[];
  /** Guild owner or holder of Discord's ADMINISTRATOR. */
  administrator: boolean;
}

/** The request that a key acts in. */
interface Occasion {
  /** The first change that was asked for in it, noted down by the shard for the audit. */
  action: CommandType | null;
  /** Set where the request must not be carried out twice. */
  once?: Once;
}

/** A program acting with an owner key. Its scopes were checked by the way in; the shard checks them again. */
export interface KeyActor {
  kind: 'key';
  keyId: string;
  name: string;
  scopes: readonly Scope[];
  occasion?: Occasion;
}

/** The shard itself or the program that hosts it. May do everything. */
export interface SystemActor {
  kind: 'system';
  name: string;
}

/** What ran out by itself: a temporary assignment, a ready check. */
export const TIMER: SystemActor = { kind: 'system', name: 'timer' };

/** Who asks for a change. */
export type Actor = PersonActor | KeyActor | SystemActor;

/** A stable id for journal and events. */
export function actorId(actor: Actor): string {
  if (actor.kind === 'person') return actor.userId;
  return actor.kind === 'key' ? actor.keyId : actor.name;
}

/** Where a change came from, as events name it. */
export function actorSource(actor: Actor): 'api' | 'discord' | 'system' | 'timer' {
  if (actor.kind === 'person') return 'discord';
  if (actor.kind === 'key') return 'api';
  return actor === TIMER ? 'timer' : 'system';
}
