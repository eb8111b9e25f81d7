import { type APIButtonComponent, ButtonStyle, ComponentType, TimestampStyles, time } from 'discord.js';
import type { ParticipantRecord, ReadyCheckRecord } from '../../shard/alerts/alert-records.ts';
import { readySummary } from '../../shard/alerts/ready-summary.ts';
import type { Texts } from '../locales/texts.ts';
import { card, fitLines, type View } from './card.ts';
import { plain, plainName } from './plain.ts';

/** Characters the names of those with the same answer may take: three lists of this size fit on a screen. */
const NAMES_BUDGET = 800;

/** The answers that buttons stand for: action of the custom id → status. */
export const READY_ANSWERS: ReadonlyMap<string, 'ready' | 'declined'> = new Map([
  ['yes', 'ready'],
  ['no', 'declined'],
]);

/** Version of the buttons, so that those of another one are told. */
export const READY_VERSION = '1';

/** A ready check as it stands: who asks what, how many have answered, and two buttons while it is running. */
export function readyCheckView(check: ReadyCheckRecord, texts: Texts): View {
  const { title, untitled, from, ends } = texts.ready;
  const active = check.status === 'active';
  const end = active ? ` · ${ends(time(new Date(check.expiresAt), TimestampStyles.RelativeTime))}` : '';
  const view = card(
    'plain',
    `### ${check.name === check.message ? untitled : title(plainName(check.name))}`,
    plain(check.message),
    `${from(plainName(check.initiatorName))}${end}`,
    tally(check, texts),
    active ? names(check, 'pending', texts) : outcome(check, texts),
  );
  view.accent_color = Number.parseInt(check.color.slice(1), 16);
  if (active) view.components.push({ type: ComponentType.ActionRow, components: buttons(check, texts) });
  return view;
}

function tally(check: ReadyCheckRecord, texts: Texts): string {
  const { ready, declined, pending, afk } = readySummary(check);
  return check.status === 'active'
    ? texts.ready.soFar(ready, declined, pending)
    : texts.ready.inTheEnd(ready, declined, afk);
}

function outcome(check: ReadyCheckRecord, texts: Texts): string {
  if (check.participants.length === 0) return texts.ready.nobody;
  if (readySummary(check).allReady) return texts.ready.allReady;
  return [names(check, 'declined', texts), names(check, 'afk', texts)].filter((line) => line !== '').join('\n');
}

function names(check: ReadyCheckRecord, status: 'pending' | 'declined' | 'afk', texts: Texts): string {
  const those = check.participants.filter((one: ParticipantRecord) => one.status === status);
  if (those.length === 0) return '';
  const shown = those.map(({ name }) => plainName(name));
  return texts.ready.who[status](fitLines(shown, NAMES_BUDGET, texts.status.more, ', '));
}

function buttons({ id }: ReadyCheckRecord, texts: Texts): APIButtonComponent[] {
  const button = (action: 'yes' | 'no', style: ButtonStyle.Success | ButtonStyle.Danger): APIButtonComponent => ({
    type: ComponentType.Button,
    style,
    label: texts.ready.button[action],
    custom_id: `ready:${action}:${id}:${READY_VERSION}`,
  });
  return [button('yes', ButtonStyle.Success), button('no', ButtonStyle.Danger)];
}
