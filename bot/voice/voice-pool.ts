import { Events } from 'discord.js';
import type { WorkerState } from '../../shard/facts.ts';
import type { Clock, Log, Voice } from '../../shard/ports.ts';
import type { Radio } from '../../shard/radio/radio.ts';
import { safely } from '../safely.ts';
import type { Account } from './account.ts';
import type { MixOptions } from './frame-bus.ts';
import { GuildVoice } from './guild-voice.ts';
import { Pace } from './pace.ts';

/** What the voice of all guilds needs. */
export interface VoicePoolOptions {
  clock: Clock;
  log: Log;
  radio: (guildId: string) => Radio | undefined;
  isBot: (guildId: string, userId: string) => boolean;
  mix: MixOptions;
  onWorkers: (guildId: string, channels: ReadonlyMap<string, WorkerState>) => void;
  /** The channels of a guild in which nobody can be heard changed. */
  onDeaf: (guildId: string, channelIds: readonly string[]) => void;
}

/** The voice workers of this process: the accounts there are, and what they do in each guild. */
export class VoicePool {
  readonly #options: VoicePoolOptions;
  readonly #pace: Pace;
  readonly #accounts = new Map<string, Account>();
  readonly #guilds = new Map<string, GuildVoice>();

  constructor(options: VoicePoolOptions) {
    this.#options = options;
    this.#pace = new Pace(options.clock);
  }

  /** The voice of one guild, always the same object. Does nothing while there are no accounts. */
  guild(guildId: string): Voice & Pick<GuildVoice, 'plan'> {
    const known = this.#guilds.get(guildId);
    if (known) return known;
    const { clock, log, radio, isBot, mix, onWorkers, onDeaf } = this.#options;
    const voice = new GuildVoice({
      guildId,
      clock,
      log,
      pace: this.#pace,
      accounts: this.#accounts,
      radio: () => radio(guildId),
      mix,
      isBot: (userId) => isBot(guildId, userId),
      onWorkers: (channels) => onWorkers(guildId, channels),
      onDeaf: (channelIds) => onDeaf(guildId, channelIds),
    });
    this.#guilds.set(guildId, voice);
    return voice;
  }

  /** Whether an account is one of ours already. */
  has(userId: string): boolean {
    return this.#accounts.has(userId);
  }

  /** Puts a logged-in account to work. */
  add(account: Account): void {
    this.#accounts.set(account.userId, account);
    this.#follow(account);
    this.#planAll();
  }

  /** Takes an account away, for example because its token was revoked. */
  remove(userId: string): void {
    this.#accounts.delete(userId);
    this.#planAll();
  }

  /** Leaves every channel and takes no more; resolves when Discord confirmed, or stopped answering. */
  async stop(): Promise<void> {
    await Promise.all([...this.#guilds.values()].map((guild) => guild.close()));
    this.#accounts.clear();
  }

  #planAll(): void {
    for (const guild of this.#guilds.values()) guild.plan();
  }

  /** What an account may do depends on roles, channels and its own membership; where it is, only Discord knows. */
  #follow({ client, userId, name }: Account): void {
    const on = <A extends unknown[]>(what: string, listener: (...args: A) => void) =>
      safely(this.#options.log, `${name}: ${what}`, listener);
    const changed = on('changed', (thing: { guild: { id: string } } | { id: string }) =>
      this.#guilds.get('guild' in thing ? thing.guild.id : thing.id)?.changed(userId),
    );
    client.on(Events.GuildCreate, changed).on(Events.GuildAvailable, changed).on(Events.GuildDelete, changed);
    client.on(Events.GuildRoleUpdate, (_, role) => changed(role)).on(Events.GuildRoleDelete, changed);
    client.on(Events.ChannelCreate, changed);
    client.on(Events.ChannelUpdate, (_, channel) => 'guild' in channel && changed(channel));
    client.on(Events.GuildMemberUpdate, (_, member) => member.id === userId && changed(member));
    client.on(
      Events.VoiceStateUpdate,
      on(
        'voice state',
        (_, state) => state.id === userId && this.#guilds.get(state.guild.id)?.located(userId, state.channelId),
      ),
    );
    const renewed = (resumed: boolean) => () => {
      for (const guild of this.#guilds.values()) guild.renewed(userId, resumed);
    };
    client.on(Events.ShardReady, on('new session', renewed(false)));
    client.on(Events.ShardResume, on('resumed', renewed(true)));
  }
}
