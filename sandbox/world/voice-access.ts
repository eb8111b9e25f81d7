import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { type Channel, type Guild, isVoiceChannel, type VoiceState } from './model.ts';
import { allows, channelPermissions } from './permissions.ts';
import type { World } from './world.ts';

/** Why somebody may not join a voice channel. */
export type JoinRefusal = 'not-voice' | 'not-allowed' | 'full';

/** Whether a member may join a voice channel: it is one, they see it and may connect, there is room. Null: they may. */
export function joinRefusal(guild: Guild, channel: Channel, userId: string): JoinRefusal | null {
  if (!isVoiceChannel(channel)) return 'not-voice';
  const permissions = channelPermissions(guild, channel, userId);
  if (!allows(permissions, P.ViewChannel | P.Connect)) return 'not-allowed';
  if (guild.voice.get(userId)?.channelId === channel.id || allows(permissions, P.MoveMembers)) return null;
  const others = [...guild.voice.values()].filter((state) => state.channelId === channel.id).length;
  return channel.userLimit > 0 && others >= channel.userLimit ? 'full' : null;
}

/** Puts somebody into a channel; in a stage channel they listen until a moderator lets them speak. */
export function enterVoice(
  world: World,
  guild: Guild,
  channel: Channel,
  userId: string,
  state: Pick<VoiceState, 'sessionId' | 'selfMute' | 'selfDeaf'>,
): void {
  const { sessionId, selfMute, selfDeaf } = state;
  const before = guild.voice.get(userId);
  const stays = before?.channelId === channel.id;
  const suppress = stays ? before.suppress : channel.type === 13;
  world.setVoice(guild, userId, { channelId: channel.id, sessionId, selfMute, selfDeaf, suppress });
}
