import { endOf } from './sorted-terms.ts';
import type { Term } from './term.ts';

/**
 * The terms that are at most so many mistakes away from a word, where a mistake is a letter that is missing, too many,
 * wrong, or changed places with its neighbour. Walks the terms in order as if they were a tree: what two of them begin
 * with alike is compared once, and all that begin with something too far away are passed over at once.
 */
export function* nearTerms(terms: readonly Term[], word: string, most: number): Iterable<[Term, number]> {
  // rows[d][j]: mistakes between the first d letters of the term and the first j of the word.
  const rows: number[][] = [Array.from({ length: word.length + 1 }, (_, j) => j)];
  let before = '';
  for (let at = 0; at < terms.length; ) {
    const term = terms[at] as Term;
    const { text } = term;
    const far = compare(rows, text, alike(before, text), word, most);
    if (far >= 0) {
      before = text.slice(0, far);
      at = endOf(terms, before, at);
      continue;
    }
    const mistakes = rows[text.length]?.[word.length] as number;
    if (mistakes <= most) yield [term, mistakes];
    before = text;
    at += 1;
  }
}

/** Fills the rows of the text from `depth` on. Answers after how many letters it is too far away; -1: it is not. */
function compare(rows: number[][], text: string, depth: number, word: string, most: number): number {
  for (let d = depth + 1; d <= text.length; d += 1) {
    rows[d] ??= new Array<number>(word.length + 1).fill(0);
    if (fillRow(rows, d, text, word) > most) return d;
  }
  return -1;
}

/** Fills one row; answers its least. Optimal string alignment: each letter is mended once. */
function fillRow(rows: number[][], d: number, text: string, word: string): number {
  const [row, above, twoAbove] = [rows[d], rows[d - 1], rows[d - 2]] as [number[], number[], number[] | undefined];
  const letter = text.charCodeAt(d - 1);
  const letterBefore = d > 1 ? text.charCodeAt(d - 2) : -1;
  row[0] = d;
  let least = d;
  for (let j = 1; j <= word.length; j += 1) {
    const other = word.charCodeAt(j - 1);
    let mistakes = (above[j - 1] as number) + (letter === other ? 0 : 1);
    mistakes = Math.min(mistakes, (above[j] as number) + 1, (row[j - 1] as number) + 1);
    if (twoAbove && j > 1 && letter === word.charCodeAt(j - 2) && letterBefore === other) {
      mistakes = Math.min(mistakes, (twoAbove[j - 2] as number) + 1);
    }
    row[j] = mistakes;
    least = Math.min(least, mistakes);
  }
  return least;
}

/** How many letters two texts begin with alike. */
function alike(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let count = 0;
  while (count < most && a.charCodeAt(count) === b.charCodeAt(count)) count += 1;
  return count;
}
