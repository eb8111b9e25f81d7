import type { ArchiveIndex, Log, SearchAnswer, SearchDocument, SearchQuery } from '../../shard/ports.ts';
import type { JobRunner } from '../background/background.ts';
import type { Found } from './search-index.ts';
import type { SearchJobs } from './search-jobs.ts';
import { slices } from './slices.ts';

/** Most searches of one guild that wait for the worker thread. */
const MAX_SEARCHES = 64;

/** What the index of a guild is given. */
export interface GuildIndexOptions {
  guildId: string;
  /** All there is now, seen as it changes. */
  documents: () => Iterable<SearchDocument>;
  jobs: JobRunner;
  log: Log;
}

/**
 * The index of one guild as the event loop sees it: hands documents to the worker thread, a few at a time and the next
 * when the last are in, and asks it. Jobs are done in the order they are asked for, so that a change is found by every
 * search that is asked for after it.
 */
export class GuildIndex implements ArchiveIndex {
  readonly #options: GuildIndexOptions;
  readonly #stopWatching: () => void;
  readonly #waiting = new Set<() => void>();
  #state: 'building' | 'ready' | 'closed' = 'building';
  /** Counts the builds: one that was overtaken by another stops. */
  #build = 0;
  #searches = 0;

  constructor(options: GuildIndexOptions) {
    this.#options = options;
    this.#stopWatching = options.jobs.watch({ lost: () => this.#lose(), restarted: () => this.build() });
  }

  /** Builds it from what there is, in the background. */
  build(): void {
    this.#lose();
    const build = this.#build;
    this.#feed(() => build === this.#build && this.#state !== 'closed').catch((error: unknown) => {
      if (build !== this.#build || this.#state === 'closed') return;
      const { log, guildId } = this.#options;
      log.error(
        { err: error, guildId },
        'the search index could not be built; searches are refused until the worker thread starts again',
      );
    });
  }

  whenReady(): Promise<void> {
    if (this.#state !== 'building') return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  put(document: SearchDocument): void {
    this.#follow('search.put', { documents: [document] });
  }

  remove(uid: string): void {
    this.#follow('search.remove', { uid });
  }

  async search(query: SearchQuery): Promise<SearchAnswer> {
    if (this.#state !== 'ready') return { state: 'building' };
    if (this.#searches >= MAX_SEARCHES) return { state: 'busy' };
    this.#searches += 1;
    try {
      return { state: 'found', ...(await this.#ask<'search.find', Found>('search.find', { query })) };
    } catch (error) {
      if (this.#isReady()) throw error;
      return { state: 'building' }; // the thread was lost meanwhile
    } finally {
      this.#searches -= 1;
    }
  }

  close(): void {
    this.#stopWatching();
    if (this.#state === 'closed') return;
    this.#become('closed');
    this.#ask('search.close', {}).catch(() => undefined); // a lost thread holds nothing
  }

  #lose(): void {
    this.#build += 1;
    this.#state = 'building';
  }

  async #feed(isWanted: () => boolean): Promise<void> {
    const { documents, log, guildId } = this.#options;
    await this.#ask('search.open', {});
    let count = 0;
    for (const slice of slices(documents())) {
      if (!isWanted()) return;
      await this.#ask('search.put', { documents: slice });
      count += slice.length;
    }
    await this.#ask('search.settle', {});
    if (!isWanted()) return;
    this.#become('ready');
    log.info({ guildId, entries: count }, 'the search index is built');
  }

  /** While the thread is lost nobody takes it: the next build sees it all the same. */
  #follow<T extends 'search.put' | 'search.remove'>(type: T, given: Omit<SearchJobs[T], 'index'>): void {
    if (this.#state === 'closed') return;
    this.#ask(type, given).catch((error: unknown) => {
      const { log, guildId } = this.#options;
      if (this.#isReady()) log.error({ err: error, guildId }, 'the search index missed a change');
    });
  }

  #ask<T extends keyof SearchJobs, A = unknown>(type: T, given: Omit<SearchJobs[T], 'index'>): Promise<A> {
    return this.#options.jobs.ask<A>(type, { index: this.#options.guildId, ...given });
  }

  #isReady(): boolean {
    return this.#state === 'ready';
  }

  #become(state: 'ready' | 'closed'): void {
    this.#state = state;
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
