import { once } from 'node:events';
import { Client, DiscordjsError, DiscordjsErrorCodes, Events, GatewayIntentBits } from 'discord.js';
import type { Clock, Log } from '../shard/ports.ts';
import { backoff } from './backoff.ts';
import { pause } from './pause.ts';
import { dropVanishedGuilds } from './vanished-guilds.ts';

/** Discord gives up on a guild that does not come within 15 s; READY itself comes within one. */
const READY_WITHIN_MS = 60_000;
const FIRST_RETRY_MS = 1000;
const MOST_RETRY_MS = 60_000;

/** The intents every account needs: guilds with roles and channels, and who is in which voice channel. */
export const BASE_INTENTS: readonly GatewayIntentBits[] = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildVoiceStates,
];

/** The privileged intent: role changes of people who are connected. */
export const MEMBERS_INTENT = GatewayIntentBits.GuildMembers;

/** How to log in. */
export interface LoginOptions {
  token: string;
  /** Discord's API without the version, such as `https://discord.com/api`. */
  apiUrl: string;
  intents: readonly GatewayIntentBits[];
  /** For the log and for errors: `main bot`, `worker 2`. Never the token. */
  name: string;
  log: Log;
  clock: Clock;
  signal: AbortSignal;
}

/** Why Discord does not let an account in: trying again would not help. */
export class LoginRefused extends Error {
  readonly reason: 'token' | 'intents';

  constructor(reason: 'token' | 'intents', message: string) {
    super(message);
    this.name = 'LoginRefused';
    this.reason = reason;
  }
}

/**
 * Logs an account in and waits until its guilds are known. While Discord cannot be reached it tries again, later and later.
 * @throws LoginRefused when Discord says no; the signal's reason.
 */
export async function login(options: LoginOptions): Promise<Client<true>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await loginOnce(options);
    } catch (error) {
      const refused = refusal(error, options.name);
      options.signal.throwIfAborted();
      if (refused) throw refused;
      const retryInMs = backoff(attempt, FIRST_RETRY_MS, MOST_RETRY_MS);
      options.log.warn({ err: error, account: options.name, retryInMs }, 'Discord cannot be reached, trying again');
      await pause(options.clock, retryInMs, options.signal);
    }
  }
}

async function loginOnce({ token, apiUrl, intents, name, log, signal }: LoginOptions): Promise<Client<true>> {
  const client = new Client({ intents: [...intents], rest: { api: apiUrl }, allowedMentions: { parse: [] } });
  client.on(Events.Error, (error) => log.error({ err: error, account: name }, 'Discord client error'));
  client.on(Events.ShardError, (error) => log.warn({ err: error, account: name }, 'gateway connection error'));
  dropVanishedGuilds(client);
  const ready = once(client, Events.ClientReady, {
    signal: AbortSignal.any([signal, AbortSignal.timeout(READY_WITHIN_MS)]),
  });
  const loggingIn = client.login(token);
  try {
    await Promise.all([loggingIn, ready]);
    if (!client.isReady()) throw new Error('Discord closed the connection again');
    return client;
  } catch (error) {
    // Before there is a gateway connection a destroyed client goes on logging in, connects, and stays.
    if (client.ws.shards.size > 0) await client.destroy();
    else void loggingIn.catch(() => {}).then(() => client.destroy());
    throw error;
  }
}

/** Close codes 4004 and 4014 of the gateway reach us as the sentences of @discordjs/ws. */
function refusal(error: unknown, name: string): LoginRefused | undefined {
  if (!(error instanceof Error)) return undefined;
  const invalid = error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid;
  if (invalid || error.message === 'Authentication failed') {
    return new LoginRefused('token', `Discord does not accept the token of the ${name}.`);
  }
  if (error.message !== 'Used disallowed intents') return undefined;
  return new LoginRefused('intents', `Discord does not grant the ${name} an intent it asked for.`);
}
