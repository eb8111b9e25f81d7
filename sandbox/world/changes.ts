import type { APIMessage } from 'discord-api-types/v10';
import type { Bot, Channel, Guild, Member, Role, VoiceState } from './model.ts';

/** A message with what is not part of what the API shows of it. */
export interface StoredMessage {
  /** As the API shows it. */
  payload: APIMessage;
  guildId: string | null;
  /** The only person who sees it, for ephemeral messages and direct ones; null for all who see the channel. */
  visibleTo: string | null;
}

/** Everything that can happen in the world, after it has happened. */
export type Change =
  | { type: 'role.created' | 'role.updated'; guild: Guild; role: Role }
  | { type: 'role.deleted'; guild: Guild; roleId: string }
  | { type: 'channel.created' | 'channel.updated' | 'channel.deleted'; guild: Guild; channel: Channel }
  | { type: 'member.added' | 'member.updated' | 'member.removed'; guild: Guild; member: Member }
  | { type: 'voice.updated'; guild: Guild; userId: string; before: VoiceState | null; after: VoiceState | null }
  | { type: 'bot.updated'; bot: Bot }
  | { type: 'commands.updated'; applicationId: string }
  | { type: 'message.created' | 'message.updated' | 'message.deleted'; message: StoredMessage };
