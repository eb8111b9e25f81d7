import { searchJobs } from '../search/search-jobs.ts';

/** What a job of this name does with what it is given; what it answers is copied back. */
export type Jobs = Readonly<Record<string, (given: never) => unknown>>;

/** Everything that is done away from the event loop, one job after another. */
export function makeJobs(): Jobs {
  return { ...searchJobs() };
}
