import type { SearchDocument, SearchHit, SearchQuery } from '../../../../shard/ports.ts';
import type { Found } from '../../../../store/search/search-index.ts';
import { words } from '../../../../store/search/words.ts';

/** What a search must find, worked out document by document, word by word. */
export function naiveSearch(documents: Iterable<SearchDocument>, query: SearchQuery): Found {
  const wanted = [...new Set(words(query.text))];
  if (wanted.length === 0) return { hits: [], total: 0 };
  const all = [...documents];
  const strict = hits(all, query, wanted, false);
  const found = strict.length > 0 ? strict : hits(all, query, wanted, true);
  const { after } = query;
  const rest = after ? found.filter((hit) => order(hit, after) > 0) : found;
  return { hits: rest.slice(0, query.limit), total: found.length };
}

function hits(all: readonly SearchDocument[], query: SearchQuery, wanted: string[], mistakes: boolean): SearchHit[] {
  return all
    .filter((document) => query.tags.every((tag) => document.tags.includes(tag)))
    .map((document) => ({ document, scores: wanted.map((word) => best(document, word, mistakes)) }))
    .filter(({ scores }) => scores.every((score) => score > 0))
    .map(({ document: { uid, archivedAt }, scores }) => ({
      uid,
      archivedAt,
      score: scores.reduce((sum, score) => sum + score, 0),
    }))
    .sort(order);
}

function order(a: SearchHit, b: SearchHit): number {
  if (a.score !== b.score) return b.score - a.score;
  if (a.archivedAt !== b.archivedAt) return b.archivedAt - a.archivedAt;
  return a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0;
}

/** Words of documents and weights of words that were worked out before. */
const cut = new WeakMap<SearchDocument, { names: string[]; inTags: string[]; inNotes: string[] }>();
const weighed = new Map<string, number>();

function wordsOf(document: SearchDocument) {
  const known = cut.get(document);
  if (known) return known;
  const { name, tags, notes } = document;
  const made = { names: words(name), inTags: tags.flatMap(words), inNotes: words(notes) };
  cut.set(document, made);
  return made;
}

/** The best that one word of the document does for a word of the search; 0: none does. */
function best(document: SearchDocument, word: string, mistakes: boolean): number {
  const { names, inTags, inNotes } = wordsOf(document);
  const nameWeight = 90 - Math.min(10, names.length);
  return Math.max(
    0,
    ...[...names, ...inTags, ...inNotes].map((term) => {
      const fields =
        (names.includes(term) ? nameWeight : 0) + (inTags.includes(term) ? 40 : 0) + (inNotes.includes(term) ? 20 : 0);
      return fields * weightOf(word, term, mistakes);
    }),
  );
}

function weightOf(word: string, term: string, mistakes: boolean): number {
  const key = `${word} ${term} ${mistakes}`;
  const known = weighed.get(key) ?? weight(word, term, mistakes);
  weighed.set(key, known);
  return known;
}

function weight(word: string, term: string, mistakes: boolean): number {
  if (term === word) return 100;
  if (term.startsWith(word)) return 40 + Math.floor((40 * word.length) / term.length);
  const most = /\d/.test(word) || word.length < 4 ? 0 : word.length < 8 ? 1 : 2;
  const count = mistakes ? naiveDistance(word, term) : 99;
  return count > most ? 0 : count === 1 ? 25 : 12;
}

/** Mistakes between two words by the definition: optimal string alignment. */
export function naiveDistance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) =>
    Array.from({ length: b.length + 1 }, (_, j) => (i === 0 ? j : j === 0 ? i : 0)),
  );
  const at = (i: number, j: number) => table[i]?.[j] as number;
  for (let i = 1; i <= a.length; i += 1) {
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      const choices = [at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + change];
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) choices.push(at(i - 2, j - 2) + 1);
      (table[i] as number[])[j] = Math.min(...choices);
    }
  }
  return at(a.length, b.length);
}
