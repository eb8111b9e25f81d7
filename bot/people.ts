import { DiscordAPIError, type Guild, RESTJSONErrorCodes, Routes } from 'discord.js';
import { ShardError } from '../shard/errors.ts';
import type { People } from '../shard/ports.ts';

/** They left on their own in the meantime, the channel or the whole guild. */
const GONE: readonly unknown[] = [RESTJSONErrorCodes.TargetUserIsNotConnectedToVoice, RESTJSONErrorCodes.UnknownMember];

const NOT_PERMITTED: readonly unknown[] = [RESTJSONErrorCodes.MissingPermissions, RESTJSONErrorCodes.MissingAccess];

/** What can be done to the people of a guild, by its main bot. */
export class DiscordPeople implements People {
  readonly #guild: () => Guild | undefined;

  /** `guild` answers undefined while the bot is not connected to it. */
  constructor(guild: () => Guild | undefined) {
    this.#guild = guild;
  }

  /** Needs Move Members. @throws ShardError client.not-permitted; Error when Discord does not do it for another reason */
  async disconnect(userId: string, reason: string, signal: AbortSignal): Promise<number> {
    const guild = this.#guild();
    if (!guild?.available) throw new Error('the bot is not connected to the guild');
    if (!guild.voiceStates.cache.get(userId)?.channelId) return 0;
    try {
      // Not the member's own method: that one cannot be given up while it waits for a rate limit.
      await guild.client.rest.patch(Routes.guildMember(guild.id, userId), {
        body: { channel_id: null },
        reason,
        signal,
      });
      return 1;
    } catch (error) {
      const code = error instanceof DiscordAPIError ? error.code : undefined;
      if (GONE.includes(code)) return 0;
      if (NOT_PERMITTED.includes(code)) throw new ShardError('client.not-permitted');
      throw error;
    }
  }
}
