import { type Client, type Guild, PermissionFlagsBits, PermissionsBitField, Status } from 'discord.js';

/** What a voice worker needs in a channel: see it, enter it, speak in it. */
export const VOICE_PERMISSIONS = new PermissionsBitField([
  PermissionFlagsBits.ViewChannel,
  PermissionFlagsBits.Connect,
  PermissionFlagsBits.Speak,
]);

/** A bot account that can serve voice channels: the main bot or a worker. */
export interface Account {
  /** For people: `main bot`, `worker 2`. */
  name: string;
  userId: string;
  client: Client<true>;
}

/** The guild as this account sees it, or undefined where it is not a member or Discord has an outage. */
export function guildOf(account: Account, guildId: string): Guild | undefined {
  const guild = account.client.guilds.cache.get(guildId);
  return guild?.available ? guild : undefined;
}

/** Whether the account is a member of a guild that Discord does not describe right now. */
export function isAway(account: Account, guildId: string): boolean {
  return account.client.guilds.cache.get(guildId)?.available === false;
}

/** Whether the account can be sent anywhere: its gateway connection is up. A call it is in goes on without. */
export function isConnected({ client }: Account): boolean {
  return client.isReady() && client.ws.shards.every(({ status }) => status === Status.Ready);
}
