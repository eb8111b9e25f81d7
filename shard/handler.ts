import type { Commands, CommandType } from './commands.ts';
import type { Draft } from './draft.ts';
import type { Actor } from './people/actor.ts';
import type { Presence } from './people/presence.ts';
import type { Roster } from './people/roster.ts';
import type { Clock, EntitledFeature, Ids, Log, People } from './ports.ts';
import type { AuthorityLevel } from './views.ts';

/** What a plan may look at besides the draft. */
export interface PlanContext {
  guildId: string;
  presence: Presence;
  roster: Roster;
  ids: Ids;
  /** Milliseconds since the epoch. */
  now: number;
  /** Whether central entitles the guild to a feature; true while central never said. */
  entitled: (feature: EntitledFeature) => boolean;
  /** How long a sender of alerts waits for the next one, in milliseconds. */
  acarsCooldownMs: number;
}

/** What may be done to the world before a change is queued. */
interface ActContext {
  actor: Actor;
  people: People;
  clock: Clock;
  log: Log;
}

/** How one type of command is carried out. */
export interface Handler<T extends CommandType> {
  /** The least authority a person needs. Keys need the command's scope instead. */
  needs: AuthorityLevel;
  /** Whether central must approve it first. */
  privileged: boolean;
  /**
   * Does what only the world can say the outcome of, once the plan found nothing against it and before the change is
   * queued. What it answers is added to the input, and that is planned anew. @throws ShardError
   */
  act?(input: Commands[T]['input'], context: ActContext): Promise<Partial<Commands[T]['input']>>;
  /** Fills the draft and answers; throws ShardError when it cannot be done. Pure but for `ids`. */
  plan(draft: Draft, input: Commands[T]['input'], context: PlanContext): Commands[T]['result'];
}
