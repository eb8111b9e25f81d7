import { type Client, Events, type Guild, type GuildMember, type Interaction } from 'discord.js';
import type { Clock, Log } from '../shard/ports.ts';
import type { Shard } from '../shard/shard.ts';
import type { Shards } from '../shard/shards.ts';
import { guildFact, memberFact, peopleFact, unknownPeople, voiceFact } from './guild-facts.ts';
import { Retries } from './retries.ts';
import { safely } from './safely.ts';

/** The gateway answers requests for at most this many members by id. */
const MEMBERS_PER_REQUEST = 100;
const MEMBERS_WITHIN_MS = 10_000;
const FIRST_RETRY_MS = 2000;
const MOST_RETRY_MS = 60_000;

/** What the watch needs. */
export interface GuildWatchOptions {
  client: Client<true>;
  shards: Shards;
  log: Log;
  clock: Clock;
  /** A guild's shard is open and knows the guild. */
  onOpen: (shard: Shard) => void;
}

/** Opens a shard for every guild and tells it what Discord says of roles, channels and people in voice. */
export class GuildWatch {
  readonly #options: GuildWatchOptions;
  /** Guilds to be told anew at the end of this tick; `true`: their people too. */
  readonly #dirty = new Map<string, boolean>();
  /** Guilds whose people Discord did not describe. */
  readonly #undescribed: Retries;

  constructor(options: GuildWatchOptions) {
    this.#options = options;
    this.#undescribed = new Retries(options.clock, FIRST_RETRY_MS, MOST_RETRY_MS);
  }

  /** Listens, and opens the shards of all guilds there are. One that cannot be opened is logged and left out. */
  async start(): Promise<void> {
    const { client } = this.#options;
    this.#listenToGuilds();
    this.#listenToPeople();
    await Promise.all(client.guilds.cache.map((guild) => this.#open(guild)));
  }

  /** Asks Discord nothing any more. */
  stop(): void {
    this.#undescribed.stop();
  }

  /** Ids of guilds whose shard is not open. Those that Discord has an outage of do not count. */
  missing(): string[] {
    const { client, shards } = this.#options;
    return client.guilds.cache.filter((guild) => guild.available && !shards.get(guild.id)).map((guild) => guild.id);
  }

  /** What an interaction says of its member: without the members intent it is one of the few places that tell. */
  refresh(interaction: Interaction): void {
    if (interaction.inCachedGuild()) this.#observeMember(interaction.member);
  }

  #listenToGuilds(): void {
    const { client } = this.#options;
    client.on(
      Events.GuildCreate,
      this.#on('guildCreate', (guild) => this.#open(guild)),
    );
    client.on(
      Events.GuildAvailable,
      this.#on('guildAvailable', (guild) => this.#open(guild)),
    );
    client.on(
      Events.GuildDelete,
      this.#on('guildDelete', (guild) => this.#close(guild)),
    );
    client.on(
      Events.GuildUpdate,
      this.#on('guildUpdate', (before, guild) => this.#touch(guild, before.ownerId !== guild.ownerId)),
    );
    client.on(
      Events.GuildRoleCreate,
      this.#on('roleCreate', (role) => this.#touch(role.guild)),
    );
    // Who holds it may be an administrator now, or none any more.
    client.on(
      Events.GuildRoleUpdate,
      this.#on('roleUpdate', (before, role) =>
        this.#touch(role.guild, before.permissions.bitfield !== role.permissions.bitfield),
      ),
    );
    // Discord does not say of each member that they lost it.
    client.on(
      Events.GuildRoleDelete,
      this.#on('roleDelete', (role) => this.#touch(role.guild, true)),
    );
    client.on(
      Events.ChannelCreate,
      this.#on('channelCreate', (channel) => this.#touch(channel.guild)),
    );
    client.on(
      Events.ChannelUpdate,
      this.#on('channelUpdate', (_, channel) => 'guild' in channel && this.#touch(channel.guild)),
    );
    client.on(
      Events.ChannelDelete,
      this.#on('channelDelete', (channel) => 'guild' in channel && this.#touch(channel.guild)),
    );
  }

  #listenToPeople(): void {
    const { client, shards } = this.#options;
    client.on(
      Events.VoiceStateUpdate,
      this.#on('voiceStateUpdate', (_, state) => {
        const fact = voiceFact(state);
        if (fact) shards.get(state.guild.id)?.observe(fact);
        else return this.#tellPeople(state.guild);
      }),
    );
    client.on(
      Events.GuildMemberUpdate,
      this.#on('guildMemberUpdate', (_, member) => {
        if (member.id === client.user.id) this.#touch(member.guild);
        this.#observeMember(member);
      }),
    );
    client.on(
      Events.GuildMemberRemove,
      this.#on('guildMemberRemove', (member) => {
        if (!member.partial) shards.get(member.guild.id)?.observe(memberFact(member, true));
      }),
    );
    // The gateway replayed what was missed. All guilds are told anew all the same: it costs little and nothing stays wrong.
    client.on(
      Events.ShardResume,
      this.#on('shardResume', () => {
        for (const guild of client.guilds.cache.values()) this.#touch(guild, true);
      }),
    );
  }

  async #open(guild: Guild): Promise<void> {
    const { shards, log, onOpen } = this.#options;
    if (!guild.available) return;
    try {
      const shard = await shards.open(guild.id);
      await this.#tell(guild, true);
      onOpen(shard);
    } catch (error) {
      log.error({ err: error, guildId: guild.id }, 'the shard of a guild cannot be opened');
    }
  }

  /** We were removed from the guild, or it was deleted: there is nobody any more. The shard keeps what is on disk. */
  #close(guild: Guild): void {
    this.#options.log.info({ guildId: guild.id }, 'the bot is not in this guild any more');
    this.#undescribed.done(guild.id);
    this.#options.shards.get(guild.id)?.observe({ type: 'people', people: [] });
  }

  #observeMember(member: GuildMember): void {
    if (member.voice.channelId !== null) this.#options.shards.get(member.guild.id)?.observe(memberFact(member));
  }

  #touch(guild: Guild, people = false): void {
    if (this.#dirty.size === 0) setImmediate(this.#on('coalesced', () => this.#tellDirty()));
    this.#dirty.set(guild.id, people || (this.#dirty.get(guild.id) ?? false));
  }

  async #tellDirty(): Promise<void> {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const [guildId, people] of dirty) {
      const guild = this.#options.client.guilds.cache.get(guildId);
      if (guild) await this.#tell(guild, people);
    }
  }

  async #tell(guild: Guild, people: boolean): Promise<void> {
    const shard = this.#options.shards.get(guild.id);
    if (!shard || !guild.available) return;
    shard.observe(guildFact(guild));
    if (people) await this.#tellPeople(guild);
  }

  /** Tells who is in voice. Discord does not describe everyone by itself: it is asked about the others first. */
  async #tellPeople(guild: Guild): Promise<void> {
    const unknown = unknownPeople(guild);
    try {
      for (let i = 0; i < unknown.length; i += MEMBERS_PER_REQUEST) {
        await guild.members.fetch({ user: unknown.slice(i, i + MEMBERS_PER_REQUEST), time: MEMBERS_WITHIN_MS });
      }
      this.#undescribed.done(guild.id);
    } catch (error) {
      const retryInMs = this.#undescribed.failed(guild.id, () => this.#touch(guild, true));
      const { log } = this.#options;
      log.warn(
        { err: error, guildId: guild.id, unknown, retryInMs },
        'Discord did not describe people in voice, asking again',
      );
    }
    if (guild.available) this.#options.shards.get(guild.id)?.observe(peopleFact(guild));
  }

  #on<A extends unknown[]>(event: string, listener: (...args: A) => unknown): (...args: A) => void {
    return safely(this.#options.log, event, listener);
  }
}
