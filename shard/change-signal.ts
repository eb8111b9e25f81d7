import type { Clock, Log } from './ports.ts';

/** Says that anything changed, to whoever listens. */
export class ChangeSignal {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #listeners = new Map<() => void, string>();
  #telling = false;
  #version = 0;
  #updatedAt = '';

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Goes up whenever anything that reads show may have changed. */
  get version(): number {
    return this.#version;
  }

  /** ISO time of the last change of anything. */
  get updatedAt(): string {
    return this.#updatedAt;
  }

  /** Something changed now. Listeners hear of it at most once per tick, when all of it is in place. */
  touch(): void {
    this.#updatedAt = new Date(this.#clock.now()).toISOString();
    this.#version += 1;
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      for (const [listener, name] of this.#listeners) this.#tell(listener, name);
    });
  }

  /** Calls the listener after anything changed; answers how to stop. `name` is for the log. */
  listen(name: string, listener: () => void): () => void {
    this.#listeners.set(listener, name);
    return () => this.#listeners.delete(listener);
  }

  #tell(listener: () => void, name: string): void {
    try {
      listener();
    } catch (error) {
      this.#log.error({ err: error, listener: name }, 'a state listener failed');
    }
  }
}
