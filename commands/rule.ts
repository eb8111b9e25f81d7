import { bySubcommand, type Execute, type SlashCommand } from './command.ts';
import { EVERYONE, netOption, roleOption, slashCommand, subcommand } from './define.ts';
import { suggestNets } from './suggestions.ts';
import { card } from './views/card.ts';
import { plainName } from './views/plain.ts';
import { ruleListView } from './views/rule-list.ts';

const add: Execute = async ({ change, options, texts }) => {
  const role = options.getRole('role', true);
  const ref = { text: options.getString('net', true) };
  const { net, changed, diff } = await change({ type: 'rule.add', roleId: role.id, net: ref });
  const names = [plainName(role.name), plainName(net.name)] as const;
  return {
    view: card('good', changed ? texts.rule.added(...names, diff.membersAffected) : texts.rule.addedAlready(...names)),
  };
};

const remove: Execute = async ({ change, options, texts }) => {
  const role = options.getRole('role', true);
  const ref = { text: options.getString('net', true) };
  const { net, diff } = await change({ type: 'rule.remove', roleId: role.id, net: ref });
  return { view: card('good', texts.rule.removed(plainName(role.name), plainName(net.name), diff.membersAffected)) };
};

const list: Execute = ({ read, texts }) => ({ view: ruleListView(read, texts) });

/** `/rule`: which roles put people on which nets. */
export const rule: SlashCommand = {
  data: slashCommand('rule', EVERYONE, [
    subcommand('rule add', [roleOption('rule add role'), netOption('rule add net')]),
    subcommand('rule remove', [roleOption('rule remove role'), netOption('rule remove net')]),
    subcommand('rule list'),
  ]),
  execute: bySubcommand({ add, remove, list }),
  suggest: { net: suggestNets },
};
