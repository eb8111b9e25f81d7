import { nearTerms } from './near-terms.ts';
import { endOf, lowerBound } from './sorted-terms.ts';
import { Term } from './term.ts';

/** So many new terms are put into their places one by one; more are sorted and merged. */
const FEW = 16;

/** All words of an index, in order. New ones are put into order when somebody looks. */
export class TermDictionary {
  readonly #byText = new Map<string, Term>();
  #sorted: Term[] = [];
  #fresh: Term[] = [];

  get size(): number {
    return this.#byText.size;
  }

  /** The term of this word, made when there is none. */
  take(text: string): Term {
    const known = this.#byText.get(text);
    if (known) return known;
    const term = new Term(text);
    this.#byText.set(text, term);
    this.#fresh.push(term);
    return term;
  }

  get(text: string): Term | undefined {
    return this.#byText.get(text);
  }

  /** Forgets a term of no document. */
  drop(term: Term): void {
    this.#byText.delete(term.text);
    const at = lowerBound(this.#sorted, term.text);
    if (this.#sorted[at] === term) this.#sorted.splice(at, 1);
    else this.#fresh = this.#fresh.filter((other) => other !== term);
  }

  /** Those that begin so, in order. */
  startingWith(prefix: string): Term[] {
    this.settle();
    const from = lowerBound(this.#sorted, prefix);
    return this.#sorted.slice(from, endOf(this.#sorted, prefix, from));
  }

  /** Those that are at most so many mistakes away, with how many. */
  near(word: string, most: number): Iterable<[term: Term, mistakes: number]> {
    this.settle();
    return nearTerms(this.#sorted, word, most);
  }

  /** Puts new terms into order. */
  settle(): void {
    if (this.#fresh.length === 0) return;
    if (this.#fresh.length <= FEW) {
      for (const term of this.#fresh) this.#sorted.splice(lowerBound(this.#sorted, term.text), 0, term);
    } else {
      this.#sorted = merge(
        this.#sorted,
        this.#fresh.sort((a, b) => (a.text < b.text ? -1 : 1)),
      );
    }
    this.#fresh = [];
  }
}

function merge(a: readonly Term[], b: readonly Term[]): Term[] {
  const merged: Term[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const [left, right] = [a[i] as Term, b[j] as Term];
    if (left.text < right.text) i += 1;
    else j += 1;
    merged.push(left.text < right.text ? left : right);
  }
  for (; i < a.length; i += 1) merged.push(a[i] as Term);
  for (; j < b.length; j += 1) merged.push(b[j] as Term);
  return merged;
}
