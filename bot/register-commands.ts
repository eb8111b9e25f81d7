import { type APIApplicationCommand, type REST, Routes } from 'discord.js';
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
