import { type Client, Events } from 'discord.js';
import type { Clock, Log } from '../shard/ports.ts';
import { BASE_INTENTS, LoginRefused, login, MEMBERS_INTENT } from './login.ts';
import type { Reduced } from './reduced.ts';
import type { Account } from './voice/account.ts';

/** The main bot's name among the accounts. */
export const MAIN = 'main bot';

/** What the accounts need. */
export interface AccountsOptions {
  token: string;
  workerTokens: readonly string[];
  apiUrl: string;
  log: Log;
  clock: Clock;
  reduced: Reduced;
  /** An account is logged in and its guilds are known. */
  onAccount: (account: Account) => void;
  /** Discord closed an account's connection for good. */
  onLost: (account: Account) => void;
}

/** The bot accounts of this process: logs them in, keeps them, logs them out. Tokens stay in here. */
export class Accounts {
  readonly #options: AccountsOptions;
  readonly #stopping = new AbortController();
  readonly #all: Account[] = [];

  constructor(options: AccountsOptions) {
    this.#options = options;
  }

  /** Those logged in, the main bot first. */
  all(): readonly Account[] {
    return this.#all.toSorted((a, b) => Number(b.name === MAIN) - Number(a.name === MAIN));
  }

  /**
   * Logs the main bot in, without the members intent where Discord does not grant it.
   * @throws Error that says what to do.
   */
  async startMain(): Promise<Client<true>> {
    const { token, log, reduced } = this.#options;
    try {
      try {
        return await this.#start(MAIN, token, true);
      } catch (error) {
        if (!(error instanceof LoginRefused) || error.reason !== 'intents') throw error;
      }
      log.warn({}, 'Discord does not grant the Server Members intent, logging in without it');
      const client = await this.#start(MAIN, token, false);
      reduced.set('members', NO_MEMBERS);
      return client;
    } catch (error) {
      throw error instanceof LoginRefused ? new Error(MAIN_REFUSED[error.reason], { cause: error }) : error;
    }
  }

  /** Logs the workers in. One that is refused is said and left out; one that cannot reach Discord goes on trying. */
  async startWorkers(): Promise<void> {
    await Promise.all(
      this.#options.workerTokens.map((token, index) => this.#startWorker(token, `worker ${index + 1}`)),
    );
  }

  /** Logs everyone out. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The bot is stopping.'));
    await Promise.all(this.#all.map(({ client }) => client.destroy()));
  }

  async #startWorker(token: string, name: string): Promise<void> {
    try {
      const client = await this.#start(name, token, false);
      client.on(Events.ShardDisconnect, () => this.#refused(name, WORKER_REFUSED));
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      this.#refused(name, error instanceof LoginRefused ? WORKER_REFUSED : String(error));
    }
  }

  #refused(name: string, why: string): void {
    this.#options.log.warn({ account: name, why }, 'a voice worker cannot be used');
    this.#options.reduced.set(name, `Voice ${name} cannot be used, so fewer channels can be connected. ${why}`);
  }

  async #start(name: string, token: string, members: boolean): Promise<Client<true>> {
    const { apiUrl, log, clock } = this.#options;
    const intents = members ? [...BASE_INTENTS, MEMBERS_INTENT] : BASE_INTENTS;
    const client = await login({ token, apiUrl, intents, name, log, clock, signal: this.#stopping.signal });
    const twin = this.#all.find(({ userId }) => userId === client.user.id);
    if (this.#stopping.signal.aborted || twin) {
      await client.destroy();
      this.#stopping.signal.throwIfAborted();
      throw new Error(
        `Its token belongs to the same account as the one of the ${twin?.name}. Give each an account of its own.`,
      );
    }
    this.#add({ name, userId: client.user.id, client });
    return client;
  }

  #add(account: Account): void {
    const { log, onAccount, onLost } = this.#options;
    const { name, client } = account;
    this.#all.push(account);
    log.info({ account: name, user: client.user.username, guilds: client.guilds.cache.size }, 'logged in to Discord');
    client.on(Events.ShardReconnecting, () => {
      if (!this.#stopping.signal.aborted) log.info({ account: name }, 'reconnecting to Discord');
    });
    client.on(Events.ShardResume, () => log.info({ account: name }, 'resumed the connection to Discord'));
    client.on(Events.ShardDisconnect, ({ code }) => {
      log.error({ account: name, code }, 'Discord closed the connection for good: check the token, then restart');
      onLost(account);
    });
    onAccount(account);
  }
}

const NO_MEMBERS =
  'The bot does not hear of role and name changes of connected people at once, but only when they join, move or use a ' +
  'command: Discord does not grant it the Server Members intent. Switch it on in the Developer Portal → your application ' +
  '→ Bot → Privileged Gateway Intents → Server Members Intent, then restart.';

const WORKER_REFUSED =
  'Discord does not accept its token. Reset it in the Developer Portal → the worker’s application → Bot → Reset Token, put ' +
  'the new one at its place among the worker tokens, then restart.';

const MAIN_REFUSED = {
  token:
    'Discord does not accept the bot’s token (DISCORD_TOKEN): it is mistyped, cut off or was reset. Open the Developer ' +
    'Portal → your application → Bot → Reset Token, put the new token into DISCORD_TOKEN and start again.',
  intents:
    'Discord does not grant the bot the intents it needs (Guilds, GuildVoiceStates). Check the application in the ' +
    'Developer Portal → Bot and start again.',
} as const;
