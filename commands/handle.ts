import {
  type AutocompleteInteraction,
  type ChatInputCommandInteraction,
  DiscordAPIError,
  type Interaction,
  type MessageComponentInteraction,
  RESTJSONErrorCodes,
} from 'discord.js';
import { ShardError } from '../shard/errors.ts';
import type { Log } from '../shard/ports.ts';
import type { Shard } from '../shard/shard.ts';
import type { Answer, PersonContext } from './command.ts';
import type { ComponentContext } from './components/component.ts';
import { pressFor } from './components/index.ts';
import { commandNamed } from './index.ts';
import { type Texts, textsFor } from './locales/texts.ts';
import { personActor } from './person-actor.ts';
import { Reply, replaceMessage } from './reply.ts';
import { UsageError } from './usage-error.ts';
import type { View } from './views/card.ts';
import { errorView, refusalSentence } from './views/error.ts';

type Guild = 'cached' | 'raw';
type GuildAnswerable = ChatInputCommandInteraction<Guild> | MessageComponentInteraction<Guild>;

/**
 * Answers a slash command or a click, or suggests values for an option. Never rejects: what cannot be told to the person
 * is logged. Interactions of other kinds, and those outside of a guild, are left alone.
 */
export async function handleInteraction(interaction: Interaction, shard: Shard, log: Log): Promise<void> {
  if (!interaction.inGuild()) return;
  if (interaction.isAutocomplete()) await suggest(interaction, shard, log);
  else if (interaction.isChatInputCommand())
    await answer(interaction, shard, log, (context) => run(interaction, context));
  else if (interaction.isMessageComponent())
    await answer(interaction, shard, log, (context) => press(interaction, context, log));
}

type Act = (context: PersonContext) => Promise<Answer> | Answer;

async function answer(interaction: GuildAnswerable, shard: Shard, log: Log, act: Act): Promise<void> {
  const reply = new Reply(interaction);
  const texts = textsFor(interaction.locale);
  const done = { changed: false };
  try {
    const { view, announcement } = await act(contextOf(interaction, shard, reply, texts, done));
    await reply.show(view);
    if (announcement) await reply.announce(announcement);
  } catch (error) {
    const what = interaction.isMessageComponent() ? interaction.customId : interaction.commandName;
    const facts = { guildId: interaction.guildId, command: what, reference: interaction.id };
    await tell(error, reply, { ...facts, ...done }, texts, shard, log);
  }
}

function run(interaction: ChatInputCommandInteraction<Guild>, context: PersonContext): Promise<Answer> | Answer {
  const command = commandNamed(interaction.commandName);
  if (!command) throw new UsageError(context.texts.usage.outdated);
  return command.execute({ ...context, options: interaction.options });
}

async function press(
  interaction: MessageComponentInteraction<Guild>,
  context: PersonContext,
  log: Log,
): Promise<Answer> {
  const { press: carryOut, words } = pressFor(interaction.customId);
  if (!carryOut) throw new UsageError(context.texts.usage.outdatedButton);
  const replace: ComponentContext['replace'] = async (view) => {
    const screen = view(textsFor(interaction.guildLocale ?? interaction.locale));
    await replaceMessage(interaction, screen).catch((error: unknown) => {
      log.warn({ err: error, messageId: interaction.message.id }, 'a message that is out of date could not be changed');
    });
  };
  return { view: await carryOut({ ...context, words, replace }) };
}

function contextOf(
  interaction: GuildAnswerable,
  shard: Shard,
  reply: Reply,
  texts: Texts,
  done: { changed: boolean },
): PersonContext {
  const actor = personActor(interaction);
  return {
    read: shard.read,
    actor,
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
