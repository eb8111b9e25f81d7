import type { Clock } from '../shard/ports.ts';
import { backoff } from './backoff.ts';
import { type RegistrationOptions, registerCommands } from './register-commands.ts';

const FIRST_RETRY_MS = 2000;
const MOST_RETRY_MS = 300_000;

/** Registers the commands at start, and tries again, later and later, until it worked. Nothing else waits for it. */
export class Registrar {
  readonly #options: RegistrationOptions;
  readonly #clock: Clock;
  #registered = false;
  #failures = 0;
  #stopped = false;
  #cancelRetry: (() => void) | undefined;

  constructor(options: RegistrationOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  /** Whether Discord's list is known to be right. */
  get registered(): boolean {
    return this.#registered;
  }

  /** Resolves after the first attempt, however it went. */
  async start(): Promise<void> {
    try {
      await registerCommands(this.#options);
      this.#registered = true;
    } catch (error) {
      if (!this.#stopped) this.#retry(error);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelRetry?.();
  }

  #retry(error: unknown): void {
    const retryInMs = backoff(++this.#failures, FIRST_RETRY_MS, MOST_RETRY_MS);
    this.#options.log.error({ err: error, retryInMs }, 'the commands could not be registered, trying again');
    this.#cancelRetry = this.#clock.after(retryInMs, () => void this.start());
  }
}
