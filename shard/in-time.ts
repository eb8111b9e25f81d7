import type { Clock } from './ports.ts';

/**
 * Waits for work outside of the shard, but not longer than `ms`; then its signal is aborted.
 * @throws Error when it took too long, and whatever the work throws
 */
export async function inTime<T>(clock: Clock, ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const late = new Promise<never>((_, reject) => {
    abort.signal.addEventListener('abort', () => reject(new Error(`no answer within ${ms} ms`)));
  });
  const cancel = clock.after(ms, () => abort.abort());
  try {
    return await Promise.race([work(abort.signal), late]);
  } finally {
    cancel();
  }
}
