import { codeBlock, TimestampStyles, time } from 'discord.js';
import type { KeyRecord } from '../../shard/records.ts';
import type { CommandContext } from '../command.ts';
import type { Texts } from '../locales/texts.ts';
import { card, fitLines, TEXT_LIMIT, type View } from './card.ts';
import { plainName } from './plain.ts';

/** A new key with its secret: the only time it is shown. */
export function newKeyView(key: KeyRecord, secret: string, texts: Texts): View {
  const end = endText(key, texts);
  const facts = [key.id && `\`${key.id}\``, end, key.scopes.join(', ')].filter(Boolean).join(' · ');
  return card('good', texts.key.created(plainName(key.name), key.kind), codeBlock(secret), facts, texts.key.keepIt);
}

/** All live keys that the person may end, without their secrets. */
export function keyListView({ read, actor }: Pick<CommandContext, 'read' | 'actor'>, texts: Texts): View {
  const keys = read.keysOf(actor);
  if (keys.length === 0) return card('plain', texts.key.none);
  const entries = keys.map((key) => {
    const line = texts.key.line(
      plainName(key.name),
      key.kind,
      key.id,
      endText(key, texts),
      useText(read.keyUse(key.id), texts),
    );
    return key.scopes.length > 0 ? `${line}\n${texts.key.scopes(key.scopes.join(', '))}` : line;
  });
  const title = `### ${texts.key.title}`;
  return card('plain', title, fitLines(entries, TEXT_LIMIT - title.length, texts.key.more));
}

function useText(lastUsedAt: string | null, texts: Texts): string {
  if (lastUsedAt === null) return texts.key.unused;
  return texts.key.usedAt(time(new Date(lastUsedAt), TimestampStyles.RelativeTime));
}

function endText({ expiresAt }: KeyRecord, texts: Texts): string {
  if (expiresAt === null) return texts.key.endless;
  return texts.key.endsAt(time(new Date(expiresAt), TimestampStyles.ShortDateTime));
}
