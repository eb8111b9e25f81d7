import type { Clock } from './ports.ts';

/** What is asked of outside, given up after `ms`. Rejects when it rejects or has not answered by then. */
export async function inTime<T>(clock: Clock, ms: number, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const late = new Promise<never>((_, reject) => {
    abort.signal.addEventListener('abort', () => reject(new Error(`no answer within ${ms} ms`)));
  });
  const cancel = clock.after(ms, () => abort.abort());
  try {
    return await Promise.race([ask(abort.signal), late]);
  } finally {
    cancel();
  }
}
