import {
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  DiscordAPIError,
  type Interaction,
  RESTJSONErrorCodes,
} from 'discord.js';
import { ShardError } from '../shard/errors.ts';
import type { Log } from '../shard/ports.ts';
import type { Shard } from '../shard/shard.ts';
import type { CommandContext } from './command.ts';
import { commandNamed } from './index.ts';
import { type Texts, textsFor } from './locales/texts.ts';
import { personActor } from './person-actor.ts';
import { Reply } from './reply.ts';
import { UsageError } from './usage-error.ts';
import type { View } from './views/card.ts';
import { errorView, refusalSentence } from './views/error.ts';

type Guild = 'cached' | 'raw';

/**
 * Answers a slash command, or suggests values for one of its options. Never rejects: what cannot be told to the person
 * is logged. Interactions of other kinds, and those outside of a guild, are left alone.
 */
export async function handleInteraction(interaction: Interaction, shard: Shard, log: Log): Promise<void> {
  if (!interaction.inGuild()) return;
  if (interaction.isAutocomplete()) await suggest(interaction, shard, log);
  else if (interaction.isChatInputCommand()) await run(interaction, shard, log);
}

async function run(interaction: ChatInputCommandInteraction<Guild>, shard: Shard, log: Log): Promise<void> {
  const reply = new Reply(interaction);
  const texts = textsFor(interaction.locale);
  const done = { changed: false };
  try {
    const command = commandNamed(interaction.commandName);
    if (!command) throw new UsageError(texts.usage.outdated);
    const answer = await command.execute(contextOf(interaction, shard, reply, texts, done));
    await reply.show(answer.view);
    if (answer.announcement) await reply.announce(answer.announcement);
  } catch (error) {
    const facts = { guildId: interaction.guildId, command: interaction.commandName, reference: interaction.id };
    await tell(error, reply, { ...facts, ...done }, texts, shard, log);
  }
}

function contextOf(
  interaction: ChatInputCommandInteraction<Guild>,
  shard: Shard,
  reply: Reply,
  texts: Texts,
  done: { changed: boolean },
): CommandContext {
  const actor = personActor(interaction);
  return {
    read: shard.read,
    actor,
    options: interaction.options,
    texts,
    askedAt: interaction.createdTimestamp,
    async change(command) {
      await reply.defer();
      const result = await shard.change(actor, command);
      done.changed = true;
      return result;
    },
  };
}

interface Facts {
  guildId: string;
  command: string;
  reference: string;
  changed: boolean;
}

/** Tells the person what went wrong, and the log what is not theirs to mend. */
async function tell(error: unknown, reply: Reply, facts: Facts, texts: Texts, shard: Shard, log: Log): Promise<void> {
  if (isTooLate(error)) {
    log.warn(
      { ...facts, err: error },
      'the command could not be answered: Discord had given up on it or it was answered',
    );
    return;
  }
  try {
    await reply.show(failureView(error, facts, texts, shard, log));
  } catch (second) {
    log.warn({ ...facts, err: second }, 'the person could not be told what went wrong');
  }
}

function failureView(error: unknown, facts: Facts, texts: Texts, shard: Shard, log: Log): View {
  if (error instanceof ShardError) return errorView(refusalSentence(error, shard.read));
  if (error instanceof UsageError) return errorView(error.message);
  log.error({ ...facts, err: error }, 'a command failed');
  return errorView(texts.failure[facts.changed ? 'changed' : 'unchanged'](facts.reference));
}

/** The interaction's 3 s are over, or somebody answered it already: nobody can be told anything. */
function isTooLate(error: unknown): boolean {
  if (!(error instanceof DiscordAPIError)) return false;
  const { UnknownInteraction, InteractionHasAlreadyBeenAcknowledged } = RESTJSONErrorCodes;
  return error.code === UnknownInteraction || error.code === InteractionHasAlreadyBeenAcknowledged;
}

async function suggest(interaction: AutocompleteInteraction<Guild>, shard: Shard, log: Log): Promise<void> {
  const { name, value } = interaction.options.getFocused(true);
  const suggestValues = commandNamed(interaction.commandName)?.suggest?.[name];
  try {
    const context = { read: shard.read, actor: personActor(interaction), typed: value };
    await interaction.respond(suggestValues?.(context) ?? []);
  } catch (error) {
    const facts = { guildId: interaction.guildId, command: interaction.commandName, option: name };
    log.warn({ ...facts, err: error }, 'no values could be suggested');
  }
}
