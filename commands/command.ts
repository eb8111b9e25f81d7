import type {
  ApplicationCommandOptionChoiceData,
  ChatInputCommandInteraction,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord.js';
import type { Commands, CommandType, Result } from '../shard/commands.ts';
import type { PersonActor } from '../shard/people/actor.ts';
import type { Reads } from '../shard/reads.ts';
import type { Texts } from './locales/texts.ts';
import { UsageError } from './usage-error.ts';
import type { View } from './views/card.ts';

/** What everything that a person does works with. */
export interface PersonContext {
  readonly read: Reads;
  /** Who does it. */
  readonly actor: PersonActor;
  /** In the person's language. */
  readonly texts: Texts;
  /** When they did: milliseconds since the epoch. */
  readonly askedAt: number;
  /**
   * Changes the shard in the person's name. Tells Discord first that the answer may take a while.
   * @throws ShardError, and then nothing was changed
   */
  change<T extends CommandType>(command: { type: T } & Commands[T]['input']): Promise<Result<T>>;
}

/** What a command works with. */
export interface CommandContext extends PersonContext {
  readonly options: ChatInputCommandInteraction['options'];
}

/** What a command answers. */
export interface Answer {
  /** For the person alone. */
  view: View;
  /** News for everyone in the channel. */
  announcement?: View;
}

/** Carries a command out. @throws ShardError | UsageError, shown to the person */
export type Execute = (context: CommandContext) => Promise<Answer> | Answer;

/** What suggestions are made from. */
interface SuggestionContext {
  readonly read: Reads;
  readonly actor: PersonActor;
  /** What was typed so far into the option in question. */
  readonly typed: string;
}

/** Suggests up to 25 values for an option, from memory: Discord waits 3 s at most. */
export type Suggest = (context: SuggestionContext) => ApplicationCommandOptionChoiceData<string>[];

/** One slash command. */
export interface SlashCommand {
  /** What is registered with Discord. */
  readonly data: RESTPostAPIChatInputApplicationCommandsJSONBody;
  readonly execute: Execute;
  /** Option name → who suggests values for it. */
  readonly suggest?: Readonly<Record<string, Suggest>>;
}

/** Hands a command to the function of its subcommand. */
export function bySubcommand(verbs: Readonly<Record<string, Execute>>): Execute {
  return (context) => {
    const verb = context.options.getSubcommand();
    const execute = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (!execute) throw new UsageError(context.texts.usage.outdated);
    return execute(context);
  };
}
