import { type BaseInteraction, GuildMember, PermissionFlagsBits } from 'discord.js';
import type { PersonActor } from '../shard/people/actor.ts';

/** An interaction in a guild; `raw` where discord.js does not know the guild. */
export type GuildInteraction = BaseInteraction<'cached' | 'raw'>;

/** Who interacts, with the roles Discord said they have at that moment. Everyone holds the role named by the guild's id. */
export function personActor(interaction: GuildInteraction): PersonActor {
  const { member, user, guildId, guild, memberPermissions } = interaction;
  const roleIds = Array.isArray(member.roles) ? member.roles : [...member.roles.cache.keys()];
  const nick = member instanceof GuildMember ? member.displayName : member.nick;
  return {
    kind: 'person',
    userId: user.id,
    name: nick ?? user.displayName,
    roleIds: [...new Set([guildId, ...roleIds])],
    administrator: guild?.ownerId === user.id || memberPermissions.has(PermissionFlagsBits.Administrator),
  };
}
