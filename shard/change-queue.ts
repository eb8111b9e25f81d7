import { ShardError } from './errors.ts';

/** Most changes that may wait at once in one guild. */
const MAX_WAITING = 1000;

/** One change after another, in the order they came. */
export class ChangeQueue {
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  /** Runs the work when all before it are done. @throws ShardError shard.stopping | shard.busy */
  run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new ShardError('shard.stopping'));
    if (this.#waiting >= MAX_WAITING) return Promise.reject(new ShardError('shard.busy'));
    this.#waiting += 1;
    const result = this.#tail.then(work).finally(() => {
      this.#waiting -= 1;
    });
    this.#tail = result.catch(() => undefined);
    return result;
  }

  /** Takes no more work; resolves when what was waiting is done. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#tail;
  }
}
