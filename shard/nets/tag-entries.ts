import type { ArchiveRecord } from '../records.ts';

/** An entry in its place in the catalogue. The place stays when the entry is replaced. */
export interface CatalogItem {
  uid: string;
  /** Milliseconds since the epoch of its archiving. */
  at: number;
  /** A number of its own below the number of entries there ever were at once. */
  slot: number;
  entry: ArchiveRecord;
  /** Folded tags. */
  tags: readonly string[];
}

/** Where a listing goes on: after this entry, which need not be there any more. */
export type CatalogPlace = Pick<CatalogItem, 'uid' | 'at'>;

/** A tag of more entries than this is kept as bits, and back as a list below half of it. */
const MAX_LISTED = 1024;

/** Ascending by time of archiving; of the same moment the later uid first. Read backwards it is newest first. */
export function comparePlaces(a: CatalogPlace, b: CatalogPlace): number {
  if (a.at !== b.at) return a.at - b.at;
  return a.uid < b.uid ? 1 : a.uid > b.uid ? -1 : 0;
}

/** The index of the first item that does not come before the place. */
export function lowerBound(items: readonly CatalogItem[], place: CatalogPlace): number {
  let [low, high] = [0, items.length];
  // What is archived now comes last: most of what is looked for stands at the end.
  const last = items.at(-1);
  if (last && comparePlaces(last, place) < 0) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comparePlaces(items[middle] as CatalogItem, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * The entries of one tag: a short list in order, or a bit per slot where there are many. Adding and removing costs the
 * same however many there are.
 */
export class TagEntries {
  #listed: CatalogItem[] | null = [];
  #bits = new Uint32Array(0);
  #count = 0;

  /** How many entries have the tag. */
  get count(): number {
    return this.#count;
  }

  /** The entries in order; null where there are too many to list. */
  get listed(): readonly CatalogItem[] | null {
    return this.#listed;
  }

  /** A bit per slot, where there is no list. */
  get bits(): Uint32Array {
    return this.#bits;
  }

  has({ slot, uid, at }: CatalogItem): boolean {
    if (!this.#listed) return isSet(this.#bits, slot);
    return this.#listed[lowerBound(this.#listed, { uid, at })]?.uid === uid;
  }

  /** Adds an item that is not in it. */
  add(item: CatalogItem): void {
    this.#count += 1;
    if (!this.#listed) {
      this.#set(item.slot);
      return;
    }
    this.#listed.splice(lowerBound(this.#listed, item), 0, item);
    if (this.#count <= MAX_LISTED) return;
    for (const { slot } of this.#listed) this.#set(slot);
    this.#listed = null;
  }

  /** Removes an item that is in it. `all`: every item there is, in order. */
  remove(item: CatalogItem, all: readonly CatalogItem[]): void {
    this.#count -= 1;
    if (this.#listed) this.#listed.splice(lowerBound(this.#listed, item), 1);
    else {
      this.#bits[item.slot >> 5] = (this.#bits[item.slot >> 5] as number) & ~(1 << (item.slot & 31));
      if (this.#count < MAX_LISTED / 2) this.#list(all);
    }
  }

  #list(all: readonly CatalogItem[]): void {
    this.#listed = all.filter((item) => isSet(this.#bits, item.slot));
    this.#bits = new Uint32Array(0);
  }

  #set(slot: number): void {
    const word = slot >> 5;
    if (word >= this.#bits.length) {
      const grown = new Uint32Array(Math.max(64, word + 1, this.#bits.length * 2));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[word] = (this.#bits[word] as number) | (1 << (slot & 31));
  }
}

/** Whether the bit of a slot is set. */
export function isSet(bits: Uint32Array, slot: number): boolean {
  return (((bits[slot >> 5] ?? 0) >>> (slot & 31)) & 1) === 1;
}

/** The bits that all have, and how many they are. */
export function intersect(all: readonly Uint32Array[]): { bits: Uint32Array; count: number } {
  const bits = new Uint32Array(Math.min(...all.map((one) => one.length)));
  let count = 0;
  for (let word = 0; word < bits.length; word += 1) {
    let both = 0xffffffff;
    for (const one of all) both &= one[word] as number;
    bits[word] = both;
    count += popCount(both);
  }
  return { bits, count };
}

/** How many bits of 32 are set (Warren, Hacker's Delight, 5-1). */
function popCount(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
