import { en } from './en.ts';

/** Every text in one language. English is the pattern: another language that lacks one does not compile. */
export type Texts = typeof en;

/** The words of a command or of one of its options, such as `net create name`. */
export type CommandPath = keyof Texts['describe'];

const LANGUAGES: ReadonlyMap<string, Texts> = new Map([['en', en]]);

/** The texts for a Discord locale such as `en-GB` or `de`: of its language where we have it, else English. */
export function textsFor(locale: string): Texts {
  return LANGUAGES.get(locale) ?? LANGUAGES.get(locale.split('-')[0] ?? '') ?? en;
}
