import type { SearchDocument, SearchQuery } from '../../shard/ports.ts';
import { type Found, SearchIndex } from './search-index.ts';

/** What the jobs of searching are given; each names the index that is meant. */
export interface SearchJobs {
  'search.open': { index: string };
  'search.put': { index: string; documents: readonly SearchDocument[] };
  'search.remove': { index: string; uid: string };
  /** Everything there was has been put. */
  'search.settle': { index: string };
  'search.find': { index: string; query: SearchQuery };
  'search.close': { index: string };
}

/** The jobs of searching, with the indexes they keep. */
export function searchJobs() {
  const indexes = new Map<string, SearchIndex>();
  const opened = (name: string): SearchIndex => {
    const index = indexes.get(name);
    if (!index) throw new Error(`the index ${name} is not open`);
    return index;
  };
  return {
    'search.open': ({ index }) => void indexes.set(index, new SearchIndex()),
    'search.put': ({ index, documents }) => {
      for (const document of documents) opened(index).put(document);
    },
    'search.remove': ({ index, uid }) => opened(index).remove(uid),
    'search.settle': ({ index }) => opened(index).settle(),
    'search.find': ({ index, query }): Found => opened(index).search(query),
    'search.close': ({ index }) => void indexes.delete(index),
  } satisfies { [T in keyof SearchJobs]: (given: SearchJobs[T]) => unknown };
}
