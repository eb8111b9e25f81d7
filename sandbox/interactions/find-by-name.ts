import { type Channel, displayName, type Guild, type Role, type User } from '../world/model.ts';
import { userOf } from '../world/payloads.ts';
import type { World } from '../world/world.ts';

/** The id in `<@1>`, `<@!1>`, `<@&1>` or `<#1>`; or the text without `@` or `#` before it. */
function bare(text: string): string {
  return /^<(?:@!?|@&|#)(\d{1,20})>$/.exec(text)?.[1] ?? text.replace(/^[@#]/, '');
}

function pick<T>(
  items: Iterable<T>,
  text: string,
  id: (item: T) => string,
  names: (item: T) => readonly string[],
): T | undefined {
  const wanted = bare(text.trim());
  const all = [...items];
  const lower = wanted.toLowerCase();
  return (
    all.find((item) => id(item) === wanted) ??
    all.find((item) => names(item).includes(wanted)) ??
    all.find((item) => names(item).some((name) => name.toLowerCase() === lower))
  );
}

/** A member's user by id, mention, display name, nickname or username. */
export function findMember(world: World, guild: Guild, text: string): User | undefined {
  const users = [...guild.members.keys()].map((id) => userOf(world, id));
  return pick(
    users,
    text,
    (user) => user.id,
    (user) => [displayName(user, guild.members.get(user.id)), user.globalName ?? '', user.username],
  );
}

/** A role by id, mention or name. */
export function findRole(guild: Guild, text: string): Role | undefined {
  return pick(
    guild.roles.values(),
    text,
    (role) => role.id,
    (role) => [role.name, role.name.replace(/^@/, '')],
  );
}

/** A channel by id, mention or name; of the given types when they are given. */
export function findChannel(guild: Guild, text: string, types?: readonly number[]): Channel | undefined {
  const channels = [...guild.channels.values()].filter((channel) => !types?.length || types.includes(channel.type));
  return pick(
    channels,
    text,
    (channel) => channel.id,
    (channel) => [channel.name],
  );
}
