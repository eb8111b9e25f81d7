import { setAssignment } from './assignment.ts';
import type { SlashCommand } from './command.ts';
import { EVERYONE, netOption, slashCommand, userOption } from './define.ts';
import { suggestNets } from './suggestions.ts';

/** `/unassign`: takes someone off a net. */
export const unassign: SlashCommand = {
  data: slashCommand('unassign', EVERYONE, [userOption('unassign user'), netOption('unassign net')]),
  execute: setAssignment('unassign'),
  suggest: { net: suggestNets },
};
