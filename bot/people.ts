import { DiscordAPIError, type Guild, RESTJSONErrorCodes } from 'discord.js';
import type { People } from '../shard/ports.ts';

/** What can be done to the people of a guild, by its main bot. */
export class DiscordPeople implements People {
  readonly #guild: () => Guild | undefined;

  /** `guild` answers undefined while the bot is not connected to it. */
  constructor(guild: () => Guild | undefined) {
    this.#guild = guild;
  }

  /** Needs Move Members. @throws DiscordAPIError when Discord refuses */
  async disconnect(userId: string, reason: string): Promise<number> {
    const state = this.#guild()?.voiceStates.cache.get(userId);
    if (!state?.channelId) return 0;
    try {
      await state.disconnect(reason);
      return 1;
    } catch (error) {
      if (isGone(error)) return 0;
      throw error;
    }
  }
}

/** They left on their own in the meantime. */
function isGone(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.TargetUserIsNotConnectedToVoice;
}
