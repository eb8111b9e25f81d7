import { z } from 'zod';

/** A Discord id: a decimal 64-bit integer as a string. */
export const snowflakeSchema = z.string().regex(/^\d{1,20}$/);

/** A permission bit set, as Discord writes it: a decimal integer as a string. */
export const bitsSchema = z.string().regex(/^\d{1,20}$/);

/** Intents an application must be granted before its bot may identify with them. */
export const PRIVILEGED_INTENTS = ['GuildMembers', 'GuildPresences', 'MessageContent'] as const;

const userSchema = z.object({
  id: snowflakeSchema,
  /** Unique, lower case for people; bots carry their application's name. */
  username: z.string(),
  /** What people read; null for bots. */
  globalName: z.string().nullable(),
  bot: z.boolean(),
});

const botSchema = z.object({
  userId: snowflakeSchema,
  token: z.string(),
  privilegedIntents: z.array(z.enum(PRIVILEGED_INTENTS)),
});

const overwriteSchema = z.object({
  id: snowflakeSchema,
  /** 0 for a role, 1 for a member. */
  type: z.union([z.literal(0), z.literal(1)]),
  allow: bitsSchema,
  deny: bitsSchema,
});

const roleSchema = z.object({
  id: snowflakeSchema,
  name: z.string(),
  permissions: bitsSchema,
  position: z.int(),
  color: z.int(),
  hoist: z.boolean(),
  mentionable: z.boolean(),
  /** The bot whose own role this is. */
  botId: snowflakeSchema.nullable(),
});

const channelSchema = z.object({
  id: snowflakeSchema,
  /** 0 text, 2 voice, 4 category, 13 stage. */
  type: z.union([z.literal(0), z.literal(2), z.literal(4), z.literal(13)]),
  name: z.string(),
  position: z.int(),
  parentId: snowflakeSchema.nullable(),
  topic: z.string().nullable(),
  nsfw: z.boolean(),
  rateLimitPerUser: z.int(),
  bitrate: z.int(),
  /** People a voice channel holds; 0 for no limit. */
  userLimit: z.int(),
  rtcRegion: z.string().nullable(),
  /** The line under a voice channel's name. */
  status: z.string().nullable(),
  overwrites: z.array(overwriteSchema),
});

const memberSchema = z.object({
  userId: snowflakeSchema,
  nick: z.string().nullable(),
  roleIds: z.array(snowflakeSchema),
  joinedAt: z.string(),
  mute: z.boolean(),
  deaf: z.boolean(),
});

const guildSchema = z.object({
  id: snowflakeSchema,
  name: z.string(),
  ownerId: snowflakeSchema,
  roles: z.array(roleSchema),
  channels: z.array(channelSchema),
  members: z.array(memberSchema),
});

/** A registered command as the API shows it; `guild_id` is absent for global ones. */
const commandSchema = z.looseObject({
  id: snowflakeSchema,
  application_id: snowflakeSchema,
  guild_id: snowflakeSchema.optional(),
  type: z.int(),
  name: z.string(),
});

/** What the world file holds. Voice states and messages are not in it: they do not outlive the process. */
export const worldSchema = z.object({
  version: z.literal(1),
  guildId: snowflakeSchema,
  otherGuildId: snowflakeSchema,
  users: z.array(userSchema),
  bots: z.array(botSchema),
  guilds: z.array(guildSchema),
  commands: z.array(commandSchema),
});

export type WorldData = z.infer<typeof worldSchema>;
export type User = z.infer<typeof userSchema>;
export type Bot = z.infer<typeof botSchema>;
export type Overwrite = z.infer<typeof overwriteSchema>;
export type Role = z.infer<typeof roleSchema>;
export type Channel = z.infer<typeof channelSchema>;
export type Member = z.infer<typeof memberSchema>;
export type RegisteredCommand = z.infer<typeof commandSchema>;
export type PrivilegedIntent = (typeof PRIVILEGED_INTENTS)[number];

/** Where a member is in voice. */
export interface VoiceState {
  userId: string;
  channelId: string;
  /** Of the gateway session (bots) or of the person's client. */
  sessionId: string;
  selfMute: boolean;
  selfDeaf: boolean;
  /** Not allowed to speak in a stage channel. */
  suppress: boolean;
}

/** A guild in memory. */
export interface Guild {
  id: string;
  name: string;
  ownerId: string;
  roles: Map<string, Role>;
  channels: Map<string, Channel>;
  members: Map<string, Member>;
  voice: Map<string, VoiceState>;
}

/** Whether people can be in this channel with their voices. */
export function isVoiceChannel(channel: Channel): boolean {
  return channel.type === 2 || channel.type === 13;
}

/** What people read as this member's name. */
export function displayName(user: User, member?: Member): string {
  return member?.nick ?? user.globalName ?? user.username;
}

/** What a channel has of which nothing was said but where and what it is. */
export function plainChannel(): Omit<Channel, 'id' | 'name' | 'type' | 'position'> {
  return {
    parentId: null,
    topic: null,
    nsfw: false,
    rateLimitPerUser: 0,
    bitrate: 64_000,
    userLimit: 0,
    rtcRegion: null,
    status: null,
    overwrites: [],
  };
}
