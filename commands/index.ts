import { assign } from './assign.ts';
import type { SlashCommand } from './command.ts';
import { config } from './config.ts';
import { key } from './key.ts';
import { net } from './net.ts';
import { op } from './op.ts';
import { rule } from './rule.ts';
import { status } from './status.ts';
import { unassign } from './unassign.ts';

/** Every slash command there is. */
export const COMMANDS: readonly SlashCommand[] = [op, net, assign, unassign, rule, status, key, config];

/** The command with this name. */
export function commandNamed(name: string): SlashCommand | undefined {
  return COMMANDS.find((command) => command.data.name === name);
}
