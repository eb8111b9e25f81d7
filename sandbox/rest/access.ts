import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import type { Bot, Channel, Guild, Member } from '../world/model.ts';
import { allows, channelPermissions, guildPermissions, type Permissions } from '../world/permissions.ts';
import type { World } from '../world/world.ts';
import { ApiError } from './api-error.ts';

/** Refuses what the bits do not allow. */
export function need(bits: Permissions, wanted: Permissions): void {
  if (!allows(bits, wanted)) throw new ApiError('missingPermissions');
}

/** The guild, if the bot is in it and may do this there. */
export function guildFor(world: World, bot: Bot, guildId: string | undefined, wanted: Permissions = 0n): Guild {
  const guild = world.guilds.get(guildId ?? '');
  if (!guild) throw new ApiError('unknownGuild');
  if (!guild.members.has(bot.userId)) throw new ApiError('missingAccess');
  need(guildPermissions(guild, bot.userId), wanted);
  return guild;
}

/** The channel, if the bot sees it and may do this there. */
export function channelFor(
  world: World,
  bot: Bot,
  channelId: string | undefined,
  wanted: Permissions = 0n,
): { guild: Guild; channel: Channel; permissions: Permissions } {
  const found = world.findChannel(channelId ?? '');
  if (!found) throw new ApiError('unknownChannel');
  const permissions = channelPermissions(found.guild, found.channel, bot.userId);
  if (!allows(permissions, P.ViewChannel)) throw new ApiError('missingAccess');
  need(permissions, wanted);
  return { ...found, permissions };
}

/** A member of the guild; `@me` is the bot itself. */
export function memberFor(guild: Guild, bot: Bot, userId: string | undefined): Member {
  const member = guild.members.get(userId === '@me' ? bot.userId : (userId ?? ''));
  if (!member) throw new ApiError('unknownMember');
  return member;
}
