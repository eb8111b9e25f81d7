import type { Notices } from '../../shard/ports.ts';
import type { Texts } from '../locales/texts.ts';
import { card, clip, type View } from './card.ts';
import { plain, plainName } from './plain.ts';

/** Longest reason we show, in UTF-16 units. */
const REASON_MAX = 500;

/** A webhook that was switched off. Of its address only the host is shown: the rest may hold a secret. */
export function webhookView({ id, url, reason }: Parameters<Notices['webhookQuarantined']>[0], texts: Texts): View {
  const host = URL.parse(url)?.host ?? '';
  const { off, why, next } = texts.webhook;
  return card('warning', off(plainName(host)), why(plain(clip(reason, REASON_MAX))), next(id));
}
