import type { ArchiveSearch, Log } from '../../shard/ports.ts';
import type { JobRunner } from '../background/background.ts';
import { GuildIndex } from './guild-index.ts';

/** Searches archives in the worker thread: an index per guild. */
export function archiveSearch(jobs: JobRunner, log: Log): ArchiveSearch {
  return {
    open(guildId, documents) {
      const index = new GuildIndex({ guildId, documents, jobs, log });
      index.build();
      return index;
    },
  };
}
