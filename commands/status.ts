import type { SlashCommand } from './command.ts';
import { EVERYONE, slashCommand } from './define.ts';
import { statusView } from './views/status.ts';

/** `/status`: the shard at a glance. */
export const status: SlashCommand = {
  data: slashCommand('status', EVERYONE),
  execute: ({ read, texts }) => ({ view: statusView(read, texts) }),
};
