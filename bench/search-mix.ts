import type { ArchiveQuery } from '../shard/nets/archive.ts';
import { EntryMaker, seededChance } from '../test/support/archive-entries.ts';

/** Searches as people make them, so many of each kind, the same at every run. */
export function searchMix(count: number): Record<string, Pick<ArchiveQuery, 'text' | 'tags'>[]> {
  const maker = new EntryMaker();
  const chance = seededChance(3);
  const many = <T>(make: () => T) => Array.from({ length: count }, make);
  const prefix = (length: number) => many(() => ({ text: maker.word().slice(0, length) }));
  return {
    'one word': many(() => ({ text: maker.word() })),
    'two words': many(() => ({ text: `${maker.word()} ${maker.word()}` })),
    'prefix of 1': prefix(1),
    'prefix of 2': prefix(2),
    'prefix of 3': prefix(3),
    'prefix of 4': prefix(4),
    tag: many(() => ({ tags: [maker.tag()] })),
    'word and tag': many(() => ({ text: maker.word(), tags: [maker.tag()] })),
    typo: many(() => ({ text: misspelled(longWord(maker), chance) })),
  };
}

function longWord(maker: EntryMaker): string {
  for (;;) {
    const word = maker.word();
    if (word.length >= 5) return word;
  }
}

/** One letter is missing, too many, wrong, or changed places with the next. */
function misspelled(word: string, chance: () => number): string {
  const at = 1 + Math.floor(chance() * (word.length - 2));
  const [before, letter, next, after] = [word.slice(0, at), word[at], word[at + 1], word.slice(at + 2)];
  const forms = [`${before}${next}${after}`, `${before}${letter}q${next}${after}`, `${before}q${next}${after}`];
  return [...forms, `${before}${next}${letter}${after}`][Math.floor(chance() * 4)] as string;
}
