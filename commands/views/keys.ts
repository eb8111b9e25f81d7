import { codeBlock, TimestampStyles, time } from 'discord.js';
import type { Reads } from '../../shard/reads.ts';
import type { KeyRecord } from '../../shard/records.ts';
import type { Texts } from '../locales/texts.ts';
import { card, fitLines, TEXT_LIMIT, type View } from './card.ts';
import { plainName } from './plain.ts';

/** A new key with its secret: the only time it is shown. */
export function newKeyView(key: KeyRecord, secret: string, texts: Texts): View {
  const end = endText(key, texts);
  const facts = [key.id && `\`${key.id}\``, end, key.scopes.join(', ')].filter(Boolean).join(' · ');
  return card('good', texts.key.created(plainName(key.name), key.kind), codeBlock(secret), facts, texts.key.keepIt);
}

/** All live keys without their secrets. */
export function keyListView(read: Reads, texts: Texts): View {
  const keys = read.keys();
  if (keys.length === 0) return card('plain', texts.key.none);
  const entries = keys.map((key) => {
    const line = texts.key.line(plainName(key.name), key.kind, key.id, endText(key, texts));
    return key.scopes.length > 0 ? `${line}\n${texts.key.scopes(key.scopes.join(', '))}` : line;
  });
  const title = `### ${texts.key.title}`;
  return card('plain', title, fitLines(entries, TEXT_LIMIT - title.length, texts.key.more));
}

function endText({ expiresAt }: KeyRecord, texts: Texts): string {
  if (expiresAt === null) return texts.key.endless;
  return texts.key.endsAt(time(new Date(expiresAt), TimestampStyles.ShortDateTime));
}
