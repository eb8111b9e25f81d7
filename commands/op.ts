import { bySubcommand, type Execute, type SlashCommand } from './command.ts';
import { EVERYONE, slashCommand, subcommand } from './define.ts';
import { card } from './views/card.ts';
import { plainName } from './views/plain.ts';
import { operationView } from './views/status.ts';

const open: Execute = async ({ change, actor, texts }) => {
  const { changed } = await change({ type: 'operation.set', open: true });
  if (!changed) return { view: card('plain', texts.op.openAlready) };
  return { view: card('good', texts.op.opened), announcement: card('good', texts.op.openedBy(plainName(actor.name))) };
};

const close: Execute = async ({ change, actor, texts }) => {
  const { changed } = await change({ type: 'operation.set', open: false });
  if (!changed) return { view: card('plain', texts.op.closedAlready) };
  return { view: card('good', texts.op.closed), announcement: card('plain', texts.op.closedBy(plainName(actor.name))) };
};

const status: Execute = ({ read, texts }) => ({ view: operationView(read, texts) });

/** `/op`: opens and closes the operation. */
export const op: SlashCommand = {
  data: slashCommand('op', EVERYONE, [subcommand('op open'), subcommand('op close'), subcommand('op status')]),
  execute: bySubcommand({ open, close, status }),
};
