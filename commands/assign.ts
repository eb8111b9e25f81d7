import { setAssignment } from './assignment.ts';
import type { SlashCommand } from './command.ts';
import { EVERYONE, netOption, slashCommand, userOption } from './define.ts';
import { suggestNets } from './suggestions.ts';

/** `/assign`: puts someone on a net. */
export const assign: SlashCommand = {
  data: slashCommand('assign', EVERYONE, [userOption('assign user'), netOption('assign net')]),
  execute: setAssignment('assign'),
  suggest: { net: suggestNets },
};
