import type { SearchDocument } from '../../shard/ports.ts';

/** Most documents that are handed over in one turn of the event loop, and about how many characters of text. */
const MAX_DOCUMENTS = 200;
const MAX_CHARS = 64 * 1024;

/** The documents a few at a time, so that copying some takes well under a millisecond. Looks no further than asked. */
export function* slices(documents: Iterable<SearchDocument>): Iterable<SearchDocument[]> {
  let slice: SearchDocument[] = [];
  let chars = 0;
  for (const document of documents) {
    slice.push(document);
    chars += document.name.length + document.notes.length + document.tags.length * 16;
    if (slice.length < MAX_DOCUMENTS && chars < MAX_CHARS) continue;
    yield slice;
    slice = [];
    chars = 0;
  }
  if (slice.length > 0) yield slice;
}
