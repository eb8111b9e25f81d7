import { clip } from './card.ts';

// Control characters, line breaks and marks that turn the reading direction: a name must not rewrite its line.
const UNSHOWABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu;

// What Discord's markdown is made of, anywhere in a line and at its beginning. Mentions, custom emoji and timestamps all
// begin with "<". An underscore inside a word closes nothing, so `net_1` stays readable wherever it is copied to. The escapeMarkdown of discord.js 14.28 is not enough: it leaves runs such as "_____" and everything
// behind "https://" as it is, so a name could format what follows it.
const MARKS = /[\\*~`|<[\]]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])/g;
const LEADING_MARK = /^(\d+(?=\. )|(?=(?:#{1,3}|-#|>{1,3}|[+-]) ))/;

/** Longest name we show; Discord's own names have at most 100 characters. */
const NAME_MAX = 100;

/** Somebody's text as plain text: no formatting, no mention, no hidden link comes of it. */
export function plain(text: string): string {
  const shown = text.replaceAll(UNSHOWABLE, ' ').trim();
  return shown.replaceAll(MARKS, '\\$&').replace(LEADING_MARK, '$1\\');
}

/** A name as plain text, shortened when it is overlong. */
export function plainName(name: string): string {
  return plain(clip(name, NAME_MAX));
}
