import { type Client, Events, GatewayDispatchEvents, type GatewayDispatchPayload, type Guild } from 'discord.js';

/**
 * Makes a client notice that it was removed from a guild while it was disconnected. A fresh gateway session begins with the
 * list of its guilds (READY); discord.js 14.28 adds those and keeps a guild that is not among them as if nothing had happened.
 * Such a guild is taken away as after a GUILD_DELETE, with the same event.
 */
export function dropVanishedGuilds(client: Client): void {
  client.on(Events.Raw, (packet: GatewayDispatchPayload, shardId: number) => {
    if (packet.t !== GatewayDispatchEvents.Ready) return;
    const listed = new Set(packet.d.guilds.map(({ id }) => id));
    for (const guild of client.guilds.cache.values()) {
      if (guild.shardId === shardId && !listed.has(guild.id)) drop(client, guild);
    }
  });
}

/** What discord.js does by itself (GuildDelete action). */
function drop(client: Client, guild: Guild): void {
  for (const channelId of guild.channels.cache.keys()) client.channels.cache.delete(channelId);
  client.voice.adapters.get(guild.id)?.destroy();
  client.guilds.cache.delete(guild.id);
  client.emit(Events.GuildDelete, guild);
}
