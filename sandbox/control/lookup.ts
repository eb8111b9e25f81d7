import { Refusal } from '../interactions/refusal.ts';
import type { Channel, Guild, Member, User } from '../world/model.ts';
import type { World } from '../world/world.ts';

/** The guild of a call. @throws Refusal 404 */
export function guildOf(world: World, id: string | undefined): Guild {
  const guild = world.guilds.get(id ?? '');
  if (!guild) throw new Refusal(404, `There is no guild with the id ${id}.`);
  return guild;
}

/** A member of a guild. @throws Refusal 404 */
export function memberOf(guild: Guild, id: string | undefined): Member {
  const member = guild.members.get(id ?? '');
  if (!member) throw new Refusal(404, `There is no member with the id ${id} in guild ${guild.id}.`);
  return member;
}

/** A person, not a bot: bots do by themselves what people are made to do here. @throws Refusal 404, 400 */
export function personOf(world: World, id: string | undefined): User {
  const user = world.users.get(id ?? '');
  if (!user) throw new Refusal(404, `There is nobody with the id ${id}.`);
  if (user.bot) throw new Refusal(400, `${user.username} is a bot: it cannot be made to do this.`);
  return user;
}

/** A channel of any guild. @throws Refusal 404 that names the field */
export function channelOf(world: World, id: string | undefined): { guild: Guild; channel: Channel } {
  const found = world.findChannel(id ?? '');
  if (!found) throw new Refusal(404, `channelId: there is no channel with the id ${id}.`);
  return found;
}

/** Checks that roles exist. @throws Refusal 404 that names the first that does not */
export function rolesOf(guild: Guild, ids: readonly string[]): string[] {
  const unknown = ids.find((id) => !guild.roles.has(id) || id === guild.id);
  if (unknown !== undefined) throw new Refusal(404, `roleIds: there is no role with the id ${unknown}.`);
  return [...new Set(ids)];
}
