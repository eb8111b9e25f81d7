import { type APIMessage, InteractionResponseType as R } from 'discord-api-types/v10';
import type { StoredMessage } from '../world/changes.ts';
import { FIRST_ANSWER_MS, type Interaction } from './interactions.ts';
import { Refusal } from './refusal.ts';
import { componentTexts, isEphemeral, isErrorAnswer, visibleText } from './visible-text.ts';

/** Milliseconds a deferred answer may take. */
const DEFERRED_MS = 15_000;
/** Milliseconds a bot has to change a message it acknowledged a click on; it need not. */
const DEFERRED_UPDATE_MS = 3000;
/** An answer counts as complete, follow-ups included, when nothing happened for this long. */
const QUIET_MS = 100;
const QUIET_AT_MOST_MS = 1000;

/** A message as people are shown it: what the API says of it, and its words. */
export type ShownMessage = APIMessage & { text: string; ephemeral: boolean };

/** What became of something a person did. */
export interface Answer {
  /** Whether the bot asked for more time first. */
  deferred: boolean;
  ephemeral: boolean;
  /** Milliseconds until the bot's first answer. */
  ackMs: number;
  /** Whether the answer is an error: ephemeral, and its text begins with ❌. */
  error: boolean;
  /** Everything a person reads in the answer. */
  text: string;
  message: ShownMessage | null;
  followups: ShownMessage[];
  /** The modal the bot opened instead of a message. */
  modal: { customId: string; title: string; components: readonly unknown[] } | null;
}

export function shownMessage({ payload }: StoredMessage): ShownMessage {
  return { ...payload, text: visibleText(payload), ephemeral: isEphemeral(payload) };
}

/** Waits for the bot's first answer. @throws Refusal 504 when there is none in 3 s */
export async function awaitFirstAnswer(interaction: Interaction): Promise<void> {
  const inTime = await interaction.until(() => interaction.answer !== null, FIRST_ANSWER_MS);
  if (!inTime) throw new Refusal(504, 'The application did not respond: no answer in 3 s.');
}

/** Waits for the whole answer. @throws Refusal 504 when there is none in 3 s, or a deferred one is not given in 15 s */
export async function awaitAnswer(interaction: Interaction): Promise<Answer> {
  await awaitFirstAnswer(interaction);
  const type = interaction.answer?.type;
  if (type === R.DeferredMessageUpdate) await interaction.until(() => interaction.isSettled, DEFERRED_UPDATE_MS);
  if (type === R.DeferredChannelMessageWithSource) {
    const isGiven = await interaction.until(() => interaction.isSettled, DEFERRED_MS);
    if (!isGiven) throw new Refusal(504, 'The application deferred its answer and did not give it in 15 s.');
  }
  await interaction.untilQuiet(QUIET_MS, QUIET_AT_MOST_MS);
  return toAnswer(interaction);
}

function toAnswer({ answer, original, followups, modal }: Interaction): Answer {
  const payload = original?.payload;
  const modalText = modal ? [modal.title, ...componentTexts(modal.components)].join('\n') : '';
  return {
    deferred: answer?.type === R.DeferredChannelMessageWithSource || answer?.type === R.DeferredMessageUpdate,
    ephemeral: payload ? isEphemeral(payload) : false,
    ackMs: answer?.atMs ?? 0,
    error: payload ? isErrorAnswer(payload) : false,
    text: payload ? visibleText(payload) : modalText,
    message: original ? shownMessage(original) : null,
    followups: followups.map(shownMessage),
    modal: modal ? { customId: modal.custom_id, title: modal.title, components: modal.components } : null,
  };
}
