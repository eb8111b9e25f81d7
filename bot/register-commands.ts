import {
  type APIApplicationCommand,
  DiscordAPIError,
  REST,
  type RESTGetCurrentApplicationResult,
  Routes,
} from 'discord.js';
import { commandPayloads, differences } from '../commands/registration.ts';
import type { Log } from '../shard/ports.ts';

/** Where to register. */
export interface RegistrationOptions {
  rest: Pick<REST, 'get' | 'put'>;
  applicationId: string;
  /** A guild to register in, where changes show at once; undefined: everywhere. */
  guildId: string | undefined;
  log: Log;
}

/**
 * Makes Discord's list of our commands what it should be, with one PUT, only when it differs. Answers the differences there
 * were. @throws what Discord's API answers.
 */
export async function registerCommands({ rest, applicationId, guildId, log }: RegistrationOptions): Promise<string[]> {
  const route =
    guildId === undefined
      ? Routes.applicationCommands(applicationId)
      : Routes.applicationGuildCommands(applicationId, guildId);
  const wanted = commandPayloads();
  const registered = await rest.get(route, { query: new URLSearchParams({ with_localizations: 'true' }) });
  if (!Array.isArray(registered)) throw new Error('Discord did not answer with a list of commands.');
  const found = differences(registered as APIApplicationCommand[], wanted);
  const scope = guildId === undefined ? 'global' : `guild ${guildId}`;
  if (found.length === 0) {
    log.info({ scope, commands: wanted.length }, 'commands are registered as they should be');
    return found;
  }
  await rest.put(route, { body: wanted });
  log.info({ scope, commands: wanted.length, differences: found }, 'commands registered');
  return found;
}

/** Where to register by hand, and as whom. */
export interface HandRegistrationOptions {
  token: string;
  /** Discord's API without the version, such as `https://discord.com/api`. */
  apiUrl: string;
  guildId: string | undefined;
  log: Log;
}

/** The same for a program that is no running bot. @throws Error that says what to do when the token is refused */
export async function registerByHand({ token, apiUrl, guildId, log }: HandRegistrationOptions): Promise<void> {
  const rest = new REST({ api: apiUrl }).setToken(token);
  try {
    const { id } = (await rest.get(Routes.currentApplication())) as RESTGetCurrentApplicationResult;
    await registerCommands({ rest, applicationId: id, guildId, log });
  } catch (error) {
    if (!(error instanceof DiscordAPIError) || error.status !== 401) throw error;
    const advice = 'reset it in the Developer Portal → your application → Bot → Reset Token, and put the new one there';
    throw new Error(`Discord does not accept the token in DISCORD_TOKEN: ${advice}.`, { cause: error });
  }
}
