import type { Reads } from '../../shard/reads.ts';
import type { Texts } from '../locales/texts.ts';
import { plainName } from './plain.ts';

/** A role by its name, ready to be shown. */
export function roleName(read: Reads, texts: Texts, roleId: string): string {
  const role = read.guild().roles.get(roleId);
  return role ? plainName(role.name) : texts.config.deletedRole(roleId);
}

/** A channel by its name, ready to be shown. */
export function channelName(read: Reads, texts: Texts, channelId: string): string {
  const channel = read.guild().channels.get(channelId);
  return channel ? plainName(channel.name) : texts.config.deletedChannel(channelId);
}

/** Somebody by their name, ready to be shown. Who is not in voice is mentioned, which Discord shows as a name. */
export function personName(read: Reads, userId: string): string {
  const person = read.person(userId);
  return person ? plainName(person.displayName) : `<@${userId}>`;
}
