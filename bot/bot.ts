import { type Client, Events, type Interaction } from 'discord.js';
import type { Clock, Log, Notices, People, Voice } from '../shard/ports.ts';
import type { Shard } from '../shard/shard.ts';
import type { Shards } from '../shard/shards.ts';
import { Accounts, MAIN } from './accounts.ts';
import { GuildWatch } from './guild-watch.ts';
import { type Invite, mainInvite, workerInvite } from './invites.ts';
import { DiscordNotices } from './notices.ts';
import { pause } from './pause.ts';
import { DiscordPeople } from './people.ts';
import { Reduced } from './reduced.ts';
import { Registrar } from './registrar.ts';
import { safely } from './safely.ts';
import { isConnected } from './voice/account.ts';
import { opusCodecs } from './voice/mix/codec.ts';
import { VoicePool } from './voice/voice-pool.ts';

/** The start waits this long for the workers; who comes later joins then. */
const WORKERS_WITHIN_MS = 10_000;
/** How often readiness is looked at by whoever waits for it. */
const LOOK_EVERY_MS = 50;

/** What the bot needs. */
export interface BotOptions {
  token: string;
  workerTokens: readonly string[];
  /** Discord's API without the version, such as `https://discord.com/api`. */
  apiUrl: string;
  /** Where commands are registered for trying them out; everywhere when absent. */
  testGuildId?: string | undefined;
  /** How several people at once are mixed: bits per second, and whether they are brought to the same loudness. */
  mixing: { bitrate: number; levelling: boolean };
  log: Log;
  clock: Clock;
  /** Answers an interaction. */
  onInteraction: (interaction: Interaction, shard: Shard) => Promise<void>;
}

/** One thing that must work for the bot to be of use. */
export interface HealthCheck {
  name: string;
  ok: boolean;
  detail: string;
}

/** The Discord connection: tells the shards what Discord says, carries voice, hands commands on. */
export class Bot {
  readonly #options: BotOptions;
  readonly #reduced: Reduced;
  readonly #accounts: Accounts;
  readonly #pool: VoicePool;
  /** Guild → the channels in which nobody can be heard. */
  readonly #deaf = new Map<string, readonly string[]>();
  #shards: Shards | undefined;
  #client: Client<true> | undefined;
  #watch: GuildWatch | undefined;
  #registrar: Registrar | undefined;

  constructor(options: BotOptions) {
    this.#options = options;
    const { token, workerTokens, apiUrl, mixing, log, clock } = options;
    this.#reduced = new Reduced(() => {
      for (const shard of this.#shards?.all() ?? []) this.#tellReduced(shard);
    });
    this.#pool = new VoicePool({
      clock,
      log,
      mix: { codecs: opusCodecs(mixing.bitrate), levelling: mixing.levelling },
      radio: (guildId) => this.#shards?.get(guildId)?.radio,
      isBot: (guildId, userId) => this.#isBot(guildId, userId),
      onWorkers: (guildId, channels) => this.#shards?.get(guildId)?.observe({ type: 'workers', channels }),
      onDeaf: (guildId, channelIds) => {
        this.#deaf.set(guildId, channelIds);
        const shard = this.#shards?.get(guildId);
        if (shard) this.#tellReduced(shard);
      },
    });
    this.#accounts = new Accounts({
      token,
      workerTokens,
      apiUrl,
      log,
      clock,
      reduced: this.#reduced,
      onAccount: (account) => this.#pool.add(account),
      onLost: ({ userId }) => this.#pool.remove(userId),
    });
  }

  /** What acts in Discord for a guild's shard. Usable at once; does nothing before the bot is connected. */
  outside(guildId: string): { voice: Voice; people: People; notices: Notices } {
    const guild = () => this.#client?.guilds.cache.get(guildId);
    const { clock, log } = this.#options;
    return {
      voice: this.#pool.guild(guildId),
      people: new DiscordPeople(guild),
      notices: new DiscordNotices({ guild, shard: () => this.#shards?.get(guildId), clock, log }),
    };
  }

  /**
   * Logs in, opens the shard of every guild, registers the commands. The workers come in meanwhile, and are waited for last.
   * @throws Error when the main bot cannot log in, saying what to do. Everything else that fails is said and left out.
   */
  async start(shards: Shards): Promise<void> {
    this.#shards = shards;
    const workers = this.#accounts.startWorkers();
    const client = await this.#accounts.startMain();
    this.#client = client;
    await this.#watchGuilds(client, shards);
    await this.#register(client);
    await this.#someTime(workers, WORKERS_WITHIN_MS);
  }

  /** Leaves every voice channel and logs out. */
  async stop(): Promise<void> {
    this.#registrar?.stop();
    this.#watch?.stop();
    await this.#pool.stop();
    await this.#accounts.stop();
    // What is still to be shown would be sent in vain.
    this.#client = undefined;
  }

  /** Resolves as soon as everything in `health` is ok. Rejects with the signal's reason. */
  async whenReady(signal: AbortSignal): Promise<void> {
    while (!this.health().every(({ ok }) => ok)) await pause(this.#options.clock, LOOK_EVERY_MS, signal);
  }

  /** What must work, for whoever asks whether this process is of use. */
  health(): HealthCheck[] {
    const main = this.#accounts.all().find(({ name }) => name === MAIN);
    const connected = main !== undefined && isConnected(main);
    const missing = this.#watch?.missing() ?? [];
    const open = this.#watch !== undefined && missing.length === 0;
    const registered = this.#registrar?.registered === true;
    return [
      { name: 'discord', ok: connected, detail: connected ? 'connected' : 'not connected to Discord' },
      { name: 'guilds', ok: open, detail: open ? 'open' : `not open yet: ${missing.join(', ') || 'all'}` },
      { name: 'commands', ok: registered, detail: registered ? 'registered' : 'not registered with Discord yet' },
    ];
  }

  /** Links with which an administrator adds the main bot and each worker to a guild. Empty before the start. */
  invites(): Invite[] {
    return this.#accounts
      .all()
      .map(({ name, client }) => (name === MAIN ? mainInvite(name, client) : workerInvite(name, client)));
  }

  async #watchGuilds(client: Client<true>, shards: Shards): Promise<void> {
    const { log, clock, onInteraction } = this.#options;
    const watch = new GuildWatch({ client, shards, log, clock, onOpen: (shard) => this.#opened(shard) });
    this.#watch = watch;
    client.on(
      Events.InteractionCreate,
      safely(log, 'interactionCreate', async (interaction) => {
        if (interaction.guildId === null) return;
        watch.refresh(interaction);
        await onInteraction(interaction, await shards.open(interaction.guildId));
      }),
    );
    await watch.start();
  }

  #opened(shard: Shard): void {
    this.#tellReduced(shard);
    this.#pool.guild(shard.guildId).plan();
  }

  /** What is reduced everywhere, and in this guild. */
  #tellReduced(shard: Shard): void {
    const channels = this.#client?.guilds.cache.get(shard.guildId)?.channels.cache;
    const names = (this.#deaf.get(shard.guildId) ?? []).map((id) => channels?.get(id)?.name ?? id);
    const deaf = names.map(
      (name) => `Nobody can be heard in ${name}: its encryption does not recover. Change the channel's voice region.`,
    );
    shard.observe({ type: 'reduced', reasons: [...this.#reduced.reasons, ...deaf] });
  }

  async #register({ rest, application }: Client<true>): Promise<void> {
    const { log, clock, testGuildId } = this.#options;
    this.#registrar = new Registrar({ rest, applicationId: application.id, guildId: testGuildId, log }, clock);
    await this.#registrar.start();
  }

  /** By what Discord says of the account: our workers and other people's music bots alike. */
  #isBot(guildId: string, userId: string): boolean {
    const member = this.#client?.guilds.cache.get(guildId)?.members.cache.get(userId);
    return member?.user.bot ?? this.#pool.has(userId);
  }

  /** Waits for the work, but not longer than `ms`. */
  #someTime(work: Promise<void>, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      void work.finally(() => {
        cancel();
        resolve();
      });
    });
  }
}
