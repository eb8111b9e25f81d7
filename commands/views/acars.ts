import type { AcarsNotice } from '../../shard/ports.ts';
import type { AlertType } from '../../shard/record/events.ts';
import type { Texts } from '../locales/texts.ts';
import { card, type Mood, type View } from './card.ts';
import { plain, plainName } from './plain.ts';

const MOOD: Readonly<Record<AlertType, Mood>> = { critical: 'bad', emergency: 'urgent', 'non-emergency': 'plain' };

/** An alert, in the colour of its urgency. */
export function acarsView({ text, senderName, alertType }: AcarsNotice, texts: Texts): View {
  const { title, from } = texts.acars;
  return card(MOOD[alertType], `### ${title[alertType]}`, plain(text), from(plainName(senderName)));
}
