import type { Reads } from '../../shard/reads.ts';
import type { Texts } from '../locales/texts.ts';
import { card, fitLines, TEXT_LIMIT, type View } from './card.ts';
import { roleName } from './names.ts';
import { plainName } from './plain.ts';

/** Characters one role may take for its nets. */
const NETS_BUDGET = 400;

/** All role rules: role → nets. */
export function ruleListView(read: Reads, texts: Texts): View {
  const rules = read.rules();
  if (rules.length === 0) return card('plain', texts.rule.none);
  const entries = rules.map(({ roleId, nets }) => {
    const names = nets.map((net) => plainName(net.name));
    return texts.rule.line(roleName(read, texts, roleId), fitLines(names, NETS_BUDGET, texts.rule.moreNets, ', '));
  });
  const title = `### ${texts.rule.title}`;
  return card('plain', title, fitLines(entries, TEXT_LIMIT - title.length, texts.rule.more));
}
