import { GatewayIntentBits } from 'discord-api-types/v10';
import type { Bot, PrivilegedIntent } from '../world/model.ts';

const KNOWN = Object.values(GatewayIntentBits)
  .filter((bit) => typeof bit === 'number')
  .reduce((all, bit) => all | bit, 0);

/** Whether the number holds only intents that exist. */
export function knownIntents(intents: number): boolean {
  return Number.isInteger(intents) && intents >= 0 && (intents & ~KNOWN) === 0;
}

/** Privileged intents that are asked for without having been granted to the application. */
export function disallowedIntents(intents: number, bot: Bot): PrivilegedIntent[] {
  const privileged: readonly PrivilegedIntent[] = ['GuildMembers', 'GuildPresences', 'MessageContent'];
  return privileged.filter((name) => intents & GatewayIntentBits[name] && !bot.privilegedIntents.includes(name));
}
