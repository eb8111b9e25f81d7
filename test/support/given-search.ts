import type { ArchiveSearch } from '../../shard/ports.ts';
import type { JobRunner, LossWatcher } from '../../store/background/background.ts';
import { type Jobs, makeJobs } from '../../store/background/jobs.ts';
import { archiveSearch } from '../../store/search/archive-search.ts';
import { SILENT } from './given.ts';

/** The jobs of the worker thread, done in this one: in their order, each answered a little later. */
export class GivenJobs implements JobRunner {
  #jobs: Jobs | null = makeJobs();
  readonly #watchers = new Set<LossWatcher>();
  /** Every job that was asked for, in order. */
  asked: { type: string; given: unknown }[] = [];
  /** Set to make answers wait. */
  gate: () => Promise<void> = () => Promise.resolve();

  async ask<T>(type: string, given: unknown): Promise<T> {
    const jobs = this.#jobs;
    if (!jobs) throw new Error('lost');
    this.asked.push({ type, given });
    const answer = jobs[type]?.(structuredClone(given) as never);
    await this.gate();
    if (jobs !== this.#jobs) throw new Error('lost');
    return structuredClone(answer) as T;
  }

  watch(watcher: LossWatcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** The thread dies, with everything it knew. */
  lose(): void {
    this.#jobs = null;
    for (const watcher of this.#watchers) watcher.lost();
  }

  /** Another thread takes its place. */
  restart(): void {
    this.#jobs = makeJobs();
    for (const watcher of this.#watchers) watcher.restarted();
  }
}

/** A search of archives that runs in this thread. */
export function givenSearch(jobs: JobRunner = new GivenJobs()): ArchiveSearch {
  return archiveSearch(jobs, SILENT);
}
