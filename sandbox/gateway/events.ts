import { GatewayIntentBits as I, PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { Change, StoredMessage } from '../world/changes.ts';
import {
  channelPayload,
  memberPayload,
  rolePayload,
  userOf,
  userPayload,
  voiceStatePayload,
} from '../world/payloads.ts';
import { allows, channelPermissions } from '../world/permissions.ts';
import type { World } from '../world/world.ts';
import { guildCreatePayload } from './guild-create.ts';
import type { GatewaySession } from './session.ts';

/** An event as it is dispatched. */
export interface GatewayEvent {
  name: string;
  data: unknown;
}

type GuildChange = Exclude<Change, { type: `message.${string}` | 'bot.updated' | 'commands.updated' }>;
type MemberChange = Extract<Change, { type: `member.${string}` }>;
type VoiceChange = Extract<Change, { type: 'voice.updated' }>;
type MessageChange = Extract<Change, { type: `message.${string}` }>;

/** What a session is told about a change; null when it did not ask for it or may not know. */
export function eventFor(world: World, change: Change, session: GatewaySession): GatewayEvent | null {
  switch (change.type) {
    case 'message.created':
    case 'message.updated':
    case 'message.deleted':
      return messageEvent(world, change, session);
    case 'bot.updated':
    case 'commands.updated':
      return null;
    default:
      return guildEvent(world, change, session);
  }
}

function guildEvent(world: World, change: GuildChange, session: GatewaySession): GatewayEvent | null {
  const { guild } = change;
  if (!session.shards(guild.id)) return null;
  const isOwn = 'member' in change && change.member.userId === session.bot.userId;
  if (!isOwn && !guild.members.has(session.bot.userId)) return null;
  switch (change.type) {
    case 'member.added':
    case 'member.updated':
    case 'member.removed':
      return memberEvent(world, change, session, isOwn);
    case 'voice.updated':
      return session.wants(I.GuildVoiceStates) ? voiceEvent(world, change) : null;
    default:
      return session.wants(I.Guilds) ? structureEvent(change) : null;
  }
}

function structureEvent(change: Exclude<GuildChange, MemberChange | VoiceChange>): GatewayEvent {
  const guild_id = change.guild.id;
  switch (change.type) {
    case 'role.created':
      return { name: 'GUILD_ROLE_CREATE', data: { guild_id, role: rolePayload(change.role) } };
    case 'role.updated':
      return { name: 'GUILD_ROLE_UPDATE', data: { guild_id, role: rolePayload(change.role) } };
    case 'role.deleted':
      return { name: 'GUILD_ROLE_DELETE', data: { guild_id, role_id: change.roleId } };
    case 'channel.created':
      return { name: 'CHANNEL_CREATE', data: channelPayload(change.guild, change.channel) };
    case 'channel.updated':
      return { name: 'CHANNEL_UPDATE', data: channelPayload(change.guild, change.channel) };
    case 'channel.deleted':
      return { name: 'CHANNEL_DELETE', data: channelPayload(change.guild, change.channel) };
  }
}

/** A bot's own membership is told without the members intent (Discord's documentation, "Guild Member Update"). */
function memberEvent(world: World, change: MemberChange, session: GatewaySession, isOwn: boolean): GatewayEvent | null {
  const { guild, member } = change;
  if (isOwn && change.type !== 'member.updated') {
    if (!session.wants(I.Guilds)) return null;
    if (change.type === 'member.removed') return { name: 'GUILD_DELETE', data: { id: guild.id } };
    return { name: 'GUILD_CREATE', data: guildCreatePayload(world, guild, session) };
  }
  if (!isOwn && !session.wants(I.GuildMembers)) return null;
  if (change.type === 'member.removed') {
    return {
      name: 'GUILD_MEMBER_REMOVE',
      data: { guild_id: guild.id, user: userPayload(userOf(world, member.userId)) },
    };
  }
  const name = change.type === 'member.added' ? 'GUILD_MEMBER_ADD' : 'GUILD_MEMBER_UPDATE';
  return { name, data: { ...memberPayload(world, member), guild_id: guild.id } };
}

function voiceEvent(world: World, { guild, before, after }: VoiceChange): GatewayEvent | null {
  const state = after ?? before;
  if (!state) return null;
  return { name: 'VOICE_STATE_UPDATE', data: voiceStatePayload(world, guild, state, after === null) };
}

function messageEvent(world: World, change: MessageChange, session: GatewaySession): GatewayEvent | null {
  const { message } = change;
  if (!mayRead(world, message, session)) return null;
  const { payload, guildId } = message;
  const where = guildId ? { guild_id: guildId } : {};
  if (change.type === 'message.deleted') {
    return { name: 'MESSAGE_DELETE', data: { id: payload.id, channel_id: payload.channel_id, ...where } };
  }
  const name = change.type === 'message.created' ? 'MESSAGE_CREATE' : 'MESSAGE_UPDATE';
  const author = guildId ? world.guilds.get(guildId)?.members.get(payload.author.id) : undefined;
  const { user: _, ...member } = author ? memberPayload(world, author) : { user: undefined };
  return {
    name,
    data: {
      ...payload,
      ...(showsContent(message, session) ? {} : NO_CONTENT),
      ...where,
      ...(author ? { member } : {}),
    },
  };
}

const NO_CONTENT = { content: '', embeds: [], attachments: [], components: [] };

function mayRead(world: World, message: StoredMessage, session: GatewaySession): boolean {
  const found = world.findChannel(message.payload.channel_id);
  if (!found) return session.wants(I.DirectMessages) && message.payload.author.id === session.bot.userId;
  const { guild, channel } = found;
  if (message.visibleTo !== null || !session.wants(I.GuildMessages) || !session.shards(guild.id)) return false;
  return allows(channelPermissions(guild, channel, session.bot.userId), P.ViewChannel);
}

/** Without the message content intent a bot reads only what it wrote, what mentions it, and direct messages. */
function showsContent(message: StoredMessage, session: GatewaySession): boolean {
  if (session.wants(I.MessageContent) || message.guildId === null) return true;
  const { author, mentions } = message.payload;
  return author.id === session.bot.userId || mentions.some((user) => user.id === session.bot.userId);
}
