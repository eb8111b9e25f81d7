import type { Commands, CommandType } from './commands.ts';
import type { Draft } from './draft.ts';
import type { Presence } from './people/presence.ts';
import type { Roster } from './people/roster.ts';
import type { EntitledFeature, Ids } from './ports.ts';
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
}

/** How one type of command is carried out. */
export interface Handler<T extends CommandType> {
  /** The least authority a person needs. Keys need the command's scope instead. */
  needs: AuthorityLevel;
  /** Whether central must approve it first. */
  privileged: boolean;
  /** Fills the draft and answers; throws ShardError when it cannot be done. Pure but for `ids`. */
  plan(draft: Draft, input: Commands[T]['input'], context: PlanContext): Commands[T]['result'];
}
