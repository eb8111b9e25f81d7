import type { ArchiveRecord, RecordChange } from '../records.ts';
import { foldTag } from './fold-tag.ts';
import {
  type CatalogItem,
  type CatalogPlace,
  comparePlaces,
  intersect,
  isSet,
  lowerBound,
  TagEntries,
} from './tag-entries.ts';

/** A part of the catalogue. */
export interface CatalogPage {
  entries: ArchiveRecord[];
  /** How many there are in all. */
  total: number;
  /** Whether more follow. */
  more: boolean;
}

/** What is asked of the catalogue. */
export interface CatalogQuery {
  /** Entries have all of these. */
  tags: readonly string[];
  limit: number;
  after: CatalogPlace | null;
}

/**
 * The archive in order, newest first, and by tag. Kept in step with the state: a change costs the same however many
 * entries there are, but for moving what stands behind it in memory; a page costs no more than one look at each entry.
 */
export class ArchiveCatalog {
  readonly #items = new Map<string, CatalogItem>();
  readonly #tags = new Map<string, TagEntries>();
  readonly #freeSlots: number[] = [];
  #order: CatalogItem[] = [];

  get size(): number {
    return this.#items.size;
  }

  /** Takes the new values of entries; those of other collections are not for it. */
  apply(changes: readonly RecordChange[]): void {
    const archived = changes.filter((change) => change.collection === 'archive');
    if (this.size === 0) this.#fill(archived);
    else for (const { key, value } of archived) this.#set(key, value as ArchiveRecord | null);
  }

  page({ tags, limit, after }: CatalogQuery): CatalogPage {
    const found = [...new Set(tags.map(foldTag))].map((tag) => this.#tags.get(tag));
    if (found.length === 0) return take(this.#order, this.size, limit, after, () => true);
    const lists = found.filter((list) => list !== undefined);
    if (lists.length < found.length) return { entries: [], total: 0, more: false };
    const [least, ...others] = lists.sort((a, b) => a.count - b.count) as [TagEntries, ...TagEntries[]];
    if (least.listed) {
      const items = least.listed.filter((item) => others.every((list) => list.has(item)));
      return take(items, items.length, limit, after, () => true);
    }
    const { bits, count } = intersect(lists.map((list) => list.bits));
    return take(this.#order, count, limit, after, ({ slot }) => isSet(bits, slot));
  }

  /** Everything at once, which is how it comes from the disk: sorted once. */
  #fill(changes: readonly RecordChange[]): void {
    const last = new Map(changes.map(({ key, value }) => [key, value as ArchiveRecord | null]));
    for (const [uid, entry] of last) if (entry) this.#items.set(uid, this.#item(uid, entry));
    this.#order = [...this.#items.values()].sort(comparePlaces);
    for (const item of this.#order) for (const tag of item.tags) this.#tag(tag, item);
  }

  #set(uid: string, entry: ArchiveRecord | null): void {
    const item = this.#items.get(uid);
    if (!item) {
      if (entry) this.#add(this.#item(uid, entry));
    } else if (!entry) {
      this.#remove(item);
    } else if (item.entry.archivedAt !== entry.archivedAt) {
      this.#remove(item);
      this.#add(this.#item(uid, entry));
    } else {
      this.#replace(item, entry);
    }
  }

  #item(uid: string, entry: ArchiveRecord): CatalogItem {
    const slot = this.#freeSlots.pop() ?? this.#items.size;
    return { uid, at: Date.parse(entry.archivedAt), slot, entry, tags: foldedTags(entry) };
  }

  #add(item: CatalogItem): void {
    this.#items.set(item.uid, item);
    this.#order.splice(lowerBound(this.#order, item), 0, item);
    for (const tag of item.tags) this.#tag(tag, item);
  }

  #remove(item: CatalogItem): void {
    this.#items.delete(item.uid);
    this.#order.splice(lowerBound(this.#order, item), 1);
    for (const tag of item.tags) this.#untag(tag, item);
    this.#freeSlots.push(item.slot);
  }

  #replace(item: CatalogItem, entry: ArchiveRecord): void {
    const tags = foldedTags(entry);
    for (const tag of item.tags) if (!tags.includes(tag)) this.#untag(tag, item);
    for (const tag of tags) if (!item.tags.includes(tag)) this.#tag(tag, item);
    item.entry = entry;
    item.tags = tags;
  }

  #tag(tag: string, item: CatalogItem): void {
    let list = this.#tags.get(tag);
    if (!list) {
      list = new TagEntries();
      this.#tags.set(tag, list);
    }
    list.add(item);
  }

  #untag(tag: string, item: CatalogItem): void {
    const list = this.#tags.get(tag);
    list?.remove(item, this.#order);
    if (list?.count === 0) this.#tags.delete(tag);
  }
}

function foldedTags({ tags }: ArchiveRecord): string[] {
  return tags.length === 0 ? [] : [...new Set(tags.map(foldTag))];
}

/** Backwards from the place: `limit` of those that match, and whether another one does. */
function take(
  items: readonly CatalogItem[],
  total: number,
  limit: number,
  after: CatalogPlace | null,
  matches: (item: CatalogItem) => boolean,
): CatalogPage {
  const entries: ArchiveRecord[] = [];
  let index = (after ? lowerBound(items, after) : items.length) - 1;
  for (; index >= 0; index -= 1) {
    const item = items[index] as CatalogItem;
    if (!matches(item)) continue;
    if (entries.length === limit) return { entries, total, more: true };
    entries.push(item.entry);
  }
  return { entries, total, more: false };
}
