/** Discord's objects, told as facts. Pure. */
import {
  ChannelType,
  type Guild,
  type GuildBasedChannel,
  type GuildMember,
  PermissionFlagsBits,
  PermissionsBitField,
  type SendableChannels,
  type VoiceState,
} from 'discord.js';
import type { ChannelFact, Fact, PersonFact } from '../shard/facts.ts';
import { VOICE_PERMISSIONS } from './voice/account.ts';

const TEXT_PERMISSIONS = new PermissionsBitField([PermissionFlagsBits.ViewChannel, PermissionFlagsBits.SendMessages]);

/** Who may not enter a voice channel cannot use its chat either. */
const CHAT_PERMISSIONS = new PermissionsBitField([TEXT_PERMISSIONS.bitfield, PermissionFlagsBits.Connect]);

const KINDS: Readonly<Partial<Record<ChannelType, ChannelFact['kind']>>> = {
  [ChannelType.GuildVoice]: 'voice',
  [ChannelType.GuildStageVoice]: 'stage',
  [ChannelType.GuildText]: 'text',
  [ChannelType.GuildAnnouncement]: 'text',
  [ChannelType.GuildCategory]: 'category',
};

/** The guild's name, roles and channels. Threads are left out: they come and go, and nothing of ours lives in them. */
export function guildFact(guild: Guild): Fact {
  return {
    type: 'guild',
    name: guild.name,
    roles: guild.roles.cache.map(({ id, name }) => ({ id, name })),
    channels: guild.channels.cache.filter((channel) => !channel.isThread()).map(channelFact),
  };
}

function channelFact(channel: GuildBasedChannel): ChannelFact {
  const kind = KINDS[channel.type] ?? 'other';
  const needed = kind === 'voice' || kind === 'stage' ? VOICE_PERMISSIONS : TEXT_PERMISSIONS;
  const me = channel.guild.members.me;
  const usable = me !== null && channel.permissionsFor(me).has(needed);
  return { id: channel.id, name: channel.name, kind, usable, writable: mayWrite(channel) };
}

/** Whether the main bot may write in the channel, or in the chat of the voice channel. */
export function mayWrite(channel: GuildBasedChannel): channel is GuildBasedChannel & SendableChannels {
  const me = channel.guild.members.me;
  if (me === null || !channel.isSendable() || channel.isThread()) return false;
  return channel.permissionsFor(me).has(channel.isVoiceBased() ? CHAT_PERMISSIONS : TEXT_PERMISSIONS);
}

/** Everyone in voice whom we know as a member. */
export function peopleFact(guild: Guild): Fact {
  const people: PersonFact[] = [];
  for (const { channelId, member } of guild.voiceStates.cache.values()) {
    if (channelId !== null && member) people.push(person(member, channelId));
  }
  return { type: 'people', people };
}

/** Ids of people in voice whom Discord has not described yet. */
export function unknownPeople(guild: Guild): string[] {
  return [...guild.voiceStates.cache.values()]
    .filter(({ channelId, member }) => channelId !== null && !member)
    .map(({ id }) => id);
}

/** Somebody's place in voice. Undefined for somebody in voice whom Discord has not described yet. */
export function voiceFact({ id, channelId, member }: VoiceState): Fact | undefined {
  if (member) return { type: 'person', person: person(member, channelId) };
  if (channelId !== null) return undefined;
  return { type: 'person', person: { userId: id, displayName: id, bot: false, roleIds: [], channelId: null } };
}

/** A member in the channel they are in, or in none when `gone`. */
export function memberFact(member: GuildMember, gone = false): Fact {
  return { type: 'person', person: person(member, gone ? null : member.voice.channelId) };
}

function person(member: GuildMember, channelId: string | null): PersonFact {
  return {
    userId: member.id,
    displayName: member.displayName,
    bot: member.user.bot,
    roleIds: [...member.roles.cache.keys()].filter((id) => id !== member.guild.id),
    administrator: isAdministrator(member),
    channelId,
  };
}

function isAdministrator({ id, guild, roles }: GuildMember): boolean {
  return guild.ownerId === id || roles.cache.some((role) => role.permissions.has(PermissionFlagsBits.Administrator));
}
