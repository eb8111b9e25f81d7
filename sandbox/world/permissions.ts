import { PermissionFlagsBits } from 'discord-api-types/v10';
import { type Channel, type Guild, isVoiceChannel, type Member, type Overwrite } from './model.ts';

/** A set of permission bits. */
export type Permissions = bigint;

/** Every permission there is: what owners and administrators have. */
export const ALL_PERMISSIONS: Permissions = Object.values(PermissionFlagsBits).reduce((all, bit) => all | bit, 0n);

// Discord's documentation, "Implicit Permissions": who may not send may not do these either.
const NEEDS_SEND =
  PermissionFlagsBits.MentionEveryone |
  PermissionFlagsBits.SendTTSMessages |
  PermissionFlagsBits.AttachFiles |
  PermissionFlagsBits.EmbedLinks;

// Who may not connect to a voice channel can neither use nor manage it.
const NEEDS_CONNECT =
  PermissionFlagsBits.Speak |
  PermissionFlagsBits.Stream |
  PermissionFlagsBits.UseVAD |
  PermissionFlagsBits.PrioritySpeaker |
  PermissionFlagsBits.ManageChannels |
  PermissionFlagsBits.ManageRoles;

/** What a member may do in the guild, before channels say otherwise. Nobody: nothing. */
export function guildPermissions(guild: Guild, userId: string): Permissions {
  const member = guild.members.get(userId);
  if (!member) return 0n;
  if (guild.ownerId === userId) return ALL_PERMISSIONS;
  const bits = [guild.id, ...member.roleIds]
    .map((id) => BigInt(guild.roles.get(id)?.permissions ?? 0))
    .reduce((union, role) => union | role, 0n);
  return bits & PermissionFlagsBits.Administrator ? ALL_PERMISSIONS : bits;
}

function applyOverwrites(base: Permissions, overwrites: readonly Overwrite[]): Permissions {
  const deny = overwrites.reduce((bits, overwrite) => bits | BigInt(overwrite.deny), 0n);
  const allow = overwrites.reduce((bits, overwrite) => bits | BigInt(overwrite.allow), 0n);
  return (base & ~deny) | allow;
}

function withOverwrites(base: Permissions, guild: Guild, channel: Channel, member: Member): Permissions {
  const everyone = channel.overwrites.filter((o) => o.type === 0 && o.id === guild.id);
  const roles = channel.overwrites.filter((o) => o.type === 0 && o.id !== guild.id && member.roleIds.includes(o.id));
  const own = channel.overwrites.filter((o) => o.type === 1 && o.id === member.userId);
  return [everyone, roles, own].reduce(applyOverwrites, base);
}

function withoutImplied(bits: Permissions, channel: Channel): Permissions {
  if (!(bits & PermissionFlagsBits.ViewChannel)) return 0n;
  let left = bits;
  if (!(bits & PermissionFlagsBits.SendMessages)) left &= ~NEEDS_SEND;
  if (isVoiceChannel(channel) && !(bits & PermissionFlagsBits.Connect)) left &= ~NEEDS_CONNECT;
  return left;
}

/** What a member may do in a channel: roles, then the overwrites of everyone, of roles, of the member. */
export function channelPermissions(guild: Guild, channel: Channel, userId: string): Permissions {
  const base = guildPermissions(guild, userId);
  const member = guild.members.get(userId);
  if (!member) return 0n;
  if (base & PermissionFlagsBits.Administrator) return ALL_PERMISSIONS;
  return withoutImplied(withOverwrites(base, guild, channel, member), channel);
}

/** Whether `bits` holds all of `wanted`. */
export function allows(bits: Permissions, wanted: Permissions): boolean {
  return (bits & wanted) === wanted;
}

/** The position of a member's highest role; the owner stands above all. */
export function rank(guild: Guild, userId: string): number {
  if (guild.ownerId === userId) return Number.POSITIVE_INFINITY;
  const roles = guild.members.get(userId)?.roleIds ?? [];
  return Math.max(0, ...roles.map((id) => guild.roles.get(id)?.position ?? 0));
}
