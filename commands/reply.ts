import { type ChatInputCommandInteraction, type MessageComponentInteraction, MessageFlags } from 'discord.js';
import type { View } from './views/card.ts';

/** What can be answered with a message: a command, a click. */
export type Answerable = ChatInputCommandInteraction | MessageComponentInteraction;

/**
 * The answer to one command or click. What the person sees is ephemeral from the first word on, so that an error never shows up
 * in the channel; news for everyone follows as a message of its own. The other way round (a public answer that is
 * deleted when it turns out to be an error) would show everyone a "thinking" bot for an error that concerns one person.
 * Discord gives the first follow-up after a deferral the visibility of the deferral, so the news comes after the edit.
 */
export class Reply {
  readonly #interaction: Answerable;

  constructor(interaction: Answerable) {
    this.#interaction = interaction;
  }

  /** Tells Discord that the answer may take longer than the 3 s it waits. Once is enough. */
  async defer(): Promise<void> {
    const { deferred, replied } = this.#interaction;
    if (!deferred && !replied) await this.#interaction.deferReply({ flags: MessageFlags.Ephemeral });
  }

  /** Shows the person a screen, in place of what was shown before. */
  async show(view: View): Promise<void> {
    const { deferred, replied } = this.#interaction;
    // A deferral may carry no flag but Ephemeral: Components V2 is set with the edit.
    if (deferred || replied) await this.#interaction.editReply(message(view, MessageFlags.IsComponentsV2));
    else await this.#interaction.reply(message(view, [MessageFlags.IsComponentsV2, MessageFlags.Ephemeral]));
  }

  /** Shows everyone in the channel a screen. Only after `show`. */
  async announce(view: View): Promise<void> {
    await this.#interaction.followUp(message(view, MessageFlags.IsComponentsV2));
  }
}

/** Shows something else in place of the message that was clicked on. */
export async function replaceMessage(interaction: MessageComponentInteraction, view: View): Promise<void> {
  await interaction.message.edit(message(view, MessageFlags.IsComponentsV2));
}

/** Names are what people typed: whatever is in them, nobody is pinged. */
function message<F>(view: View, flags: F) {
  return { flags, components: [view], allowedMentions: { parse: [] } };
}
