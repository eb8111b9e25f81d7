import { GatewayIntentBits as I } from 'discord-api-types/v10';
import type { Guild, Member } from '../world/model.ts';
import { channelPayload, guildPayload, memberPayload, voiceStatePayload } from '../world/payloads.ts';
import type { World } from '../world/world.ts';
import type { GatewaySession } from './session.ts';

/**
 * The members a guild comes with. Discord's documentation ("Request Guild Members"): without the presences intent only
 * those in voice and the bot itself; with it all, or in large guilds those in voice, with a role or with a nickname.
 */
function firstMembers(guild: Guild, session: GatewaySession): Member[] {
  const members = [...guild.members.values()];
  const near = (member: Member): boolean => member.userId === session.bot.userId || guild.voice.has(member.userId);
  if (!session.wants(I.GuildPresences)) return members.filter(near);
  if (members.length <= session.options.largeThreshold) return members;
  return members.filter((member) => near(member) || member.roleIds.length > 0 || member.nick !== null);
}

/** GUILD_CREATE as this session sees the guild. */
export function guildCreatePayload(world: World, guild: Guild, session: GatewaySession): Record<string, unknown> {
  const voice = session.wants(I.GuildVoiceStates) ? [...guild.voice.values()] : [];
  return {
    ...guildPayload(guild),
    joined_at: guild.members.get(session.bot.userId)?.joinedAt,
    large: guild.members.size > session.options.largeThreshold,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: voice.map((state) => {
      const { guild_id: _, member: __, ...payload } = voiceStatePayload(world, guild, state);
      return payload;
    }),
    members: firstMembers(guild, session).map((member) => memberPayload(world, member)),
    channels: [...guild.channels.values()].map((channel) => channelPayload(guild, channel)),
    threads: [],
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
