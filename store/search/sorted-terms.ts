import type { Term } from './term.ts';

/** The index of the first term that does not come before the text. */
export function lowerBound(terms: readonly Term[], text: string): number {
  let [low, high] = [0, terms.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((terms[middle] as Term).text < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The index of the first term from `from` on that does not begin so; those that do stand together. */
export function endOf(terms: readonly Term[], prefix: string, from: number): number {
  const begins = (at: number) => at < terms.length && (terms[at] as Term).text.startsWith(prefix);
  let [low, step] = [from, 1];
  while (begins(low + step - 1)) {
    low += step;
    step *= 2;
  }
  let high = Math.min(low + step - 1, terms.length);
  while (low < high) {
    const middle = (low + high) >> 1;
    if (begins(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
