import type { SearchHit } from '../../shard/ports.ts';
import { FIELD_BITS, NAME, NOTES, TAG, type Term } from './term.ts';

/** A term that a word of a search matches, and how well. */
export interface WordMatch {
  term: Term;
  weight: number;
}

/** What the tables know of each document: by its number. */
export interface DocumentTable {
  uids: readonly (string | undefined)[];
  archivedAt: readonly number[];
  /** How much a hit in its name counts: more for a name of few words. */
  nameWeight: readonly number[];
}

/** What a hit in a tag and in the notes counts; one in a name counts 80 to 90. */
const TAG_WEIGHT = 40;
const NOTES_WEIGHT = 20;

const FIELDS = (1 << FIELD_BITS) - 1;

/**
 * The documents that have all words and tags of a search, with their scores. One of these is used again for one search
 * after another, so that none has to make tables as long as the catalogue.
 */
export class Matches {
  readonly #documents: DocumentTable;
  /** How many of the conditions so far a document meets; 0 between searches. */
  #met = new Uint16Array(0);
  #score = new Float64Array(0);
  /** The best hit of the word at hand. */
  #best = new Float64Array(0);
  #docs = new Uint32Array(0);
  #count = 0;
  #conditions = 0;

  constructor(documents: DocumentTable) {
    this.#documents = documents;
  }

  /** How many documents meet all conditions. */
  get count(): number {
    return this.#count;
  }

  /** Begins another search. */
  reset(): void {
    for (let at = 0; at < this.#count; at += 1) this.#met[this.#docs[at] as number] = 0;
    this.#count = 0;
    this.#conditions = 0;
    const needed = this.#documents.uids.length;
    if (this.#met.length >= needed) return;
    const length = Math.max(1024, needed, this.#met.length * 2);
    this.#met = new Uint16Array(length);
    this.#score = new Float64Array(length);
    this.#best = new Float64Array(length);
    this.#docs = new Uint32Array(length);
  }

  /** Keeps those that one of these terms is in, and adds the best of the hits to their score. */
  require(matches: readonly WordMatch[]): void {
    const before = this.#conditions;
    this.#conditions += 1;
    for (const { term, weight } of matches) this.#hit(term.postings, weight, before);
    this.#keep();
  }

  /** The first `limit` after the place: by score, then newest first, then by uid. */
  top(limit: number, after: SearchHit | null): SearchHit[] {
    const hits: SearchHit[] = [];
    // Documents come about in the order of time: from the newest on, few push others out.
    for (let at = this.#count - 1; at >= 0; at -= 1) {
      const doc = this.#docs[at] as number;
      const [archivedAt, score] = [this.#documents.archivedAt[doc] as number, this.#score[doc] as number];
      const last = hits.at(-1);
      if (
        last &&
        hits.length === limit &&
        (score < last.score || (score === last.score && archivedAt < last.archivedAt))
      )
        continue;
      const hit = { uid: this.#documents.uids[doc] as string, archivedAt, score };
      if (after && compareHits(hit, after) <= 0) continue;
      if (hits.length === limit && compareHits(hit, hits.at(-1) as SearchHit) >= 0) continue;
      if (hits.length === limit) hits.pop();
      hits.splice(placeOf(hits, hit), 0, hit);
    }
    return hits;
  }

  #hit(postings: readonly number[], weight: number, before: number): void {
    const [met, best, now] = [this.#met, this.#best, before + 1];
    for (let at = 0; at < postings.length; at += 1) {
      const posting = postings[at] as number;
      const doc = posting >> FIELD_BITS;
      const stage = met[doc] as number;
      if (stage !== before && stage !== now) continue;
      const score = weight * this.#fieldWeight(doc, posting & FIELDS);
      if (stage === now) {
        if (score > (best[doc] as number)) best[doc] = score;
        continue;
      }
      met[doc] = now;
      best[doc] = score;
      if (before > 0) continue;
      this.#score[doc] = 0;
      this.#docs[this.#count] = doc;
      this.#count += 1;
    }
  }

  #fieldWeight(doc: number, fields: number): number {
    const name = fields & NAME ? (this.#documents.nameWeight[doc] as number) : 0;
    return name + (fields & TAG ? TAG_WEIGHT : 0) + (fields & NOTES ? NOTES_WEIGHT : 0);
  }

  /** Drops those that did not meet the last condition. */
  #keep(): void {
    let kept = 0;
    for (let at = 0; at < this.#count; at += 1) {
      const doc = this.#docs[at] as number;
      if (this.#met[doc] !== this.#conditions) {
        this.#met[doc] = 0;
        continue;
      }
      this.#score[doc] = (this.#score[doc] as number) + (this.#best[doc] as number);
      this.#docs[kept] = doc;
      kept += 1;
    }
    this.#count = kept;
  }
}

/** Negative when `a` stands before `b`. */
function compareHits(a: SearchHit, b: SearchHit): number {
  return b.score - a.score || b.archivedAt - a.archivedAt || (a.uid < b.uid ? -1 : a.uid > b.uid ? 1 : 0);
}

function placeOf(hits: readonly SearchHit[], hit: SearchHit): number {
  let [low, high] = [0, hits.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareHits(hits[middle] as SearchHit, hit) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
