import type { APIRole, APIUser } from 'discord-api-types/v10';
import {
  type Bot,
  type Channel,
  type Guild,
  isVoiceChannel,
  type Member,
  type Role,
  type User,
  type VoiceState,
} from './model.ts';
import { channelPermissions } from './permissions.ts';
import type { World } from './world.ts';

/** A member as the API shows it. */
export interface MemberPayload {
  user: APIUser;
  nick: string | null;
  avatar: null;
  banner: null;
  roles: string[];
  joined_at: string;
  premium_since: null;
  deaf: boolean;
  mute: boolean;
  flags: number;
  pending: boolean;
  communication_disabled_until: null;
}

/** A channel as the API shows it. */
export type ChannelPayload = { id: string; type: number; name: string; guild_id: string } & Record<string, unknown>;

/** A voice state as the API shows it. */
export interface VoiceStatePayload {
  guild_id: string;
  channel_id: string | null;
  user_id: string;
  session_id: string;
  deaf: boolean;
  mute: boolean;
  self_deaf: boolean;
  self_mute: boolean;
  self_video: boolean;
  suppress: boolean;
  request_to_speak_timestamp: null;
  member: MemberPayload;
}

export function userPayload(user: User): APIUser {
  return {
    id: user.id,
    username: user.username,
    discriminator: user.bot ? '0001' : '0',
    global_name: user.globalName,
    avatar: null,
    ...(user.bot ? { bot: true } : {}),
    public_flags: 0 as NonNullable<APIUser['public_flags']>,
  };
}

export function rolePayload(role: Role): APIRole {
  return {
    id: role.id,
    name: role.name,
    color: role.color,
    colors: { primary_color: role.color, secondary_color: null, tertiary_color: null },
    hoist: role.hoist,
    icon: null,
    unicode_emoji: null,
    position: role.position,
    permissions: role.permissions,
    managed: role.botId !== null,
    mentionable: role.mentionable,
    flags: 0 as APIRole['flags'],
    ...(role.botId ? { tags: { bot_id: role.botId } } : {}),
  };
}

/** The user behind an id; what is left of somebody the world forgot is called so. */
export function userOf(world: World, userId: string): User {
  return world.users.get(userId) ?? { id: userId, username: 'deleted_user', globalName: null, bot: false };
}

export function memberPayload(world: World, member: Member): MemberPayload {
  return {
    user: userPayload(userOf(world, member.userId)),
    nick: member.nick,
    avatar: null,
    banner: null,
    roles: [...member.roleIds],
    joined_at: member.joinedAt,
    premium_since: null,
    deaf: member.deaf,
    mute: member.mute,
    flags: 0,
    pending: false,
    communication_disabled_until: null,
  };
}

export function channelPayload(guild: Guild, channel: Channel): ChannelPayload {
  const common = {
    id: channel.id,
    type: channel.type,
    guild_id: guild.id,
    name: channel.name,
    position: channel.position,
    parent_id: channel.parentId,
    flags: 0,
    permission_overwrites: channel.overwrites.map((overwrite) => ({ ...overwrite })),
  };
  if (channel.type === 4) return common;
  const spoken = isVoiceChannel(channel)
    ? { bitrate: channel.bitrate, user_limit: channel.userLimit, rtc_region: channel.rtcRegion, status: channel.status }
    : { topic: channel.topic };
  return {
    ...common,
    ...spoken,
    nsfw: channel.nsfw,
    rate_limit_per_user: channel.rateLimitPerUser,
    last_message_id: null,
  };
}

/** A channel as interactions show it: with what `userId` may do there. */
export function partialChannelPayload(guild: Guild, channel: Channel, userId: string): ChannelPayload {
  return { ...channelPayload(guild, channel), permissions: String(channelPermissions(guild, channel, userId)) };
}

/** The state of somebody in voice; `channel_id` is null for somebody who just left. */
export function voiceStatePayload(world: World, guild: Guild, state: VoiceState, left = false): VoiceStatePayload {
  const member = guild.members.get(state.userId);
  if (!member) throw new Error(`${state.userId} is in voice without being a member of ${guild.id}.`);
  return {
    guild_id: guild.id,
    channel_id: left ? null : state.channelId,
    user_id: state.userId,
    session_id: state.sessionId,
    deaf: member.deaf,
    mute: member.mute,
    self_deaf: state.selfDeaf,
    self_mute: state.selfMute,
    self_video: false,
    suppress: state.suppress,
    request_to_speak_timestamp: null,
    member: memberPayload(world, member),
  };
}

/** A guild as REST shows it: without members, channels and voice states. */
export function guildPayload(guild: Guild): Record<string, unknown> {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    owner_id: guild.ownerId,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    roles: [...guild.roles.values()].map(rolePayload),
    emojis: [],
    stickers: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    preferred_locale: 'en-US',
    nsfw_level: 0,
    max_members: 500_000,
    max_video_channel_users: 25,
    incidents_data: null,
  };
}

// Application flags of an application in fewer than 100 guilds, "limited" forms of the privileged intents.
const INTENT_FLAGS = { GuildPresences: 1 << 13, GuildMembers: 1 << 15, MessageContent: 1 << 19 } as const;

/** The application's flags: which privileged intents it was granted. */
export function applicationFlags(bot: Bot): number {
  return bot.privilegedIntents.reduce((flags, intent) => flags | INTENT_FLAGS[intent], 0);
}
