import { Worker } from 'node:worker_threads';
import type { Clock, Log } from '../../shard/ports.ts';
import type { Answer, Question } from './worker-messages.ts';

/** What does jobs away from the event loop, one after another in the order they were asked for. */
export interface JobRunner {
  /** Rejects when the job fails, and when the thread was lost before it was done. */
  ask<T>(type: string, given: unknown): Promise<T>;
  /** Tells of losses from now on; answers how to stop. */
  watch(watcher: LossWatcher): () => void;
}

/** Who wants to know when what jobs remembered is gone. */
export interface LossWatcher {
  /** It is gone, and no job is taken. */
  lost(): void;
  /** Jobs are taken again. */
  restarted(): void;
}

/** What the background is given. */
export interface BackgroundOptions {
  clock: Clock;
  log: Log;
  /** The program of the thread; ours when left out. */
  program?: URL;
}

/** The first wait before a lost thread is started again; it doubles while threads live less than a minute. */
const RESTART_MS = 1000;
const MAX_RESTART_MS = 30_000;
const LONG_LIFE_MS = 60_000;

interface Asked {
  type: string;
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
}

/** One worker thread per process, started again when it is lost. */
export class Background implements JobRunner {
  readonly #options: BackgroundOptions;
  readonly #asked = new Map<number, Asked>();
  readonly #watchers = new Set<LossWatcher>();
  #worker: Worker | null = null;
  #cancelRestart: (() => void) | null = null;
  #lastId = 0;
  #startedAt = 0;
  #losses = 0;
  #stopped = false;

  constructor(options: BackgroundOptions) {
    this.#options = options;
  }

  /** Starts the thread, which never keeps the process alive. */
  start(): void {
    const worker = new Worker(this.#options.program ?? new URL('./worker-main.ts', import.meta.url));
    worker.unref();
    worker.on('message', (answer: Answer) => this.#settle(answer));
    worker.on('error', (error) => this.#options.log.error({ err: error }, 'the worker thread failed'));
    worker.on('exit', (code) => this.#lost(code));
    this.#worker = worker;
    this.#startedAt = this.#options.clock.now();
  }

  ask<T>(type: string, given: unknown): Promise<T> {
    if (!this.#worker) return Promise.reject(new Error(`the worker thread does not run, so ${type} was not done`));
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = new Promise<T>((resolve, reject) => {
      this.#asked.set(id, { type, resolve: resolve as (answer: unknown) => void, reject });
    });
    this.#worker.postMessage({ id, type, given } satisfies Question);
    return answer;
  }

  watch(watcher: LossWatcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Ends the thread at once; what it was asked is rejected. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRestart?.();
    await this.#worker?.terminate();
  }

  #settle(answer: Answer): void {
    const asked = this.#asked.get(answer.id);
    this.#asked.delete(answer.id);
    if ('error' in answer) asked?.reject(new Error(`${asked.type} failed: ${answer.error}`));
    else asked?.resolve(answer.answer);
  }

  #lost(code: number): void {
    this.#worker = null;
    for (const watcher of this.#watchers) watcher.lost();
    const asked = [...this.#asked.values()];
    this.#asked.clear();
    for (const { type, reject } of asked) reject(new Error(`the worker thread was lost before ${type} was done`));
    if (this.#stopped) return;
    const { clock, log } = this.#options;
    this.#losses = clock.now() - this.#startedAt >= LONG_LIFE_MS ? 1 : this.#losses + 1;
    const restartMs = Math.min(RESTART_MS * 2 ** (this.#losses - 1), MAX_RESTART_MS);
    log.error({ code, restartMs, jobs: asked.length }, 'the worker thread was lost; starting it again');
    this.#cancelRestart = clock.after(restartMs, () => {
      this.#cancelRestart = null;
      this.start();
      for (const watcher of this.#watchers) watcher.restarted();
    });
  }
}
