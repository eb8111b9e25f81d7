import type { SearchDocument, SearchHit, SearchQuery } from '../../shard/ports.ts';
import { Matches, type WordMatch } from './matches.ts';
import { NAME, NOTES, TAG, Term } from './term.ts';
import { TermDictionary } from './term-dictionary.ts';
import { words } from './words.ts';

/** How well a word is matched: as written, by what begins with it (more, the more of it), with one mistake, with two. */
const EXACT = 100;
const PREFIX_LEAST = 40;
const PREFIX_MORE = 40;
const MISTAKES: readonly number[] = [PREFIX_LEAST, 25, 12];

/** How many mistakes a word may have: none below 4 letters, one below 8, and never in what holds digits. */
const ONE_MISTAKE_FROM = 4;
const TWO_MISTAKES_FROM = 8;

/** What was found: some of it, and how many there are. */
export interface Found {
  hits: SearchHit[];
  total: number;
}

/**
 * A full-text index of archive entries, in memory. A document is a number; a term lists the documents it is in with the
 * fields it stands in; the terms are in order, so that those that begin alike stand together.
 */
export class SearchIndex {
  readonly #terms = new TermDictionary();
  /** Whole tags, by tag. */
  readonly #tags = new Map<string, Term>();
  readonly #docByUid = new Map<string, number>();
  readonly #uids: (string | undefined)[] = [];
  readonly #archivedAt: number[] = [];
  readonly #nameWeight: number[] = [];
  /** What a document is in, for its removal. */
  readonly #termsOf: Term[][] = [];
  readonly #tagsOf: (readonly string[])[] = [];
  readonly #free: number[] = [];
  readonly #matches = new Matches({ uids: this.#uids, archivedAt: this.#archivedAt, nameWeight: this.#nameWeight });

  /** How many documents there are. */
  get size(): number {
    return this.#docByUid.size;
  }

  /** How many different words there are. */
  get termCount(): number {
    return this.#terms.size;
  }

  /** Adds a document, in the place of one with the same uid. */
  put(document: SearchDocument): void {
    const old = this.#docByUid.get(document.uid);
    const doc = this.#free.pop() ?? this.#uids.length;
    const names = words(document.name);
    this.#docByUid.set(document.uid, doc);
    this.#uids[doc] = document.uid;
    this.#archivedAt[doc] = document.archivedAt;
    this.#nameWeight[doc] = 90 - Math.min(10, names.length);
    this.#tagsOf[doc] = document.tags;
    this.#termsOf[doc] = this.#addTerms(doc, fieldsByWord(names, document));
    for (const tag of document.tags) this.#tag(tag).add(doc, 0);
    // Removed after the new one was added, the terms they share are kept.
    if (old !== undefined) this.#remove(old);
  }

  remove(uid: string): void {
    const doc = this.#docByUid.get(uid);
    if (doc === undefined) return;
    this.#docByUid.delete(uid);
    this.#remove(doc);
  }

  /** Puts into order what was added, so that the first search need not. */
  settle(): void {
    this.#terms.settle();
  }

  /**
   * The entries that have all tags, and all words in name, tags or notes: as written or beginning so; where nothing
   * is, with a mistake.
   */
  search({ text, tags, limit, after }: SearchQuery): Found {
    const wanted = [...new Set(words(text))];
    if (wanted.length === 0) return { hits: [], total: 0 };
    const exact = wanted.map((word) => this.#asWritten(word));
    if (this.#match(tags, exact) === 0 && wanted.some((word) => mistakesIn(word) > 0)) {
      this.#match(
        tags,
        wanted.map((word, at) => [...(exact[at] as WordMatch[]), ...this.#mistaken(word)]),
      );
    }
    return { hits: this.#matches.top(limit, after), total: this.#matches.count };
  }

  /** Answers how many there are. The rarest go first: what follows is looked at for those alone. */
  #match(tags: readonly string[], matches: readonly WordMatch[][]): number {
    this.#matches.reset();
    const ofTags = tags.map((tag) => this.#tags.get(tag)).map((term) => (term ? [{ term, weight: 0 }] : []));
    const conditions = [...ofTags, ...matches].map((terms) => ({ terms, postings: countPostings(terms) }));
    conditions.sort((a, b) => a.postings - b.postings);
    for (const { terms } of conditions) this.#matches.require(terms);
    return this.#matches.count;
  }

  #asWritten(word: string): WordMatch[] {
    return this.#terms.startingWith(word).map((term) => ({ term, weight: prefixWeight(word, term.text) }));
  }

  #mistaken(word: string): WordMatch[] {
    const most = mistakesIn(word);
    if (most === 0) return [];
    return [...this.#terms.near(word, most)]
      .filter(([term]) => !term.text.startsWith(word))
      .map(([term, mistakes]) => ({ term, weight: MISTAKES[mistakes] as number }));
  }

  #addTerms(doc: number, fields: ReadonlyMap<string, number>): Term[] {
    const terms: Term[] = [];
    for (const [word, bits] of fields) {
      const term = this.#terms.take(word);
      term.add(doc, bits);
      terms.push(term);
    }
    return terms;
  }

  #tag(tag: string): Term {
    let term = this.#tags.get(tag);
    if (!term) {
      term = new Term(tag);
      this.#tags.set(tag, term);
    }
    return term;
  }

  #remove(doc: number): void {
    for (const term of this.#termsOf[doc] as Term[]) {
      term.remove(doc);
      if (term.postings.length === 0) this.#terms.drop(term);
    }
    for (const tag of this.#tagsOf[doc] as string[]) {
      const term = this.#tag(tag);
      term.remove(doc);
      if (term.postings.length === 0) this.#tags.delete(tag);
    }
    this.#uids[doc] = undefined;
    this.#termsOf[doc] = [];
    this.#tagsOf[doc] = [];
    this.#free.push(doc);
  }
}

function fieldsByWord(names: readonly string[], { tags, notes }: SearchDocument): Map<string, number> {
  const fields = new Map<string, number>();
  for (const word of names) fields.set(word, NAME);
  for (const tag of tags) for (const word of words(tag)) fields.set(word, (fields.get(word) ?? 0) | TAG);
  for (const word of words(notes)) fields.set(word, (fields.get(word) ?? 0) | NOTES);
  return fields;
}

function prefixWeight(word: string, term: string): number {
  if (word.length === term.length) return EXACT;
  return PREFIX_LEAST + Math.floor((PREFIX_MORE * word.length) / term.length);
}

function mistakesIn(word: string): number {
  if (word.length < ONE_MISTAKE_FROM || /\d/.test(word)) return 0;
  return word.length < TWO_MISTAKES_FROM ? 1 : 2;
}

function countPostings(matches: readonly WordMatch[]): number {
  return matches.reduce((sum, { term }) => sum + term.postings.length, 0);
}
