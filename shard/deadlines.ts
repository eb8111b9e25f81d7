import { nextReadyEnd } from './alerts/ready-sessions.ts';
import type { Command } from './commands.ts';
import { nextExpiry } from './people/temporary-commands.ts';
import type { Clock, Log } from './ports.ts';
import { nextWebhookEnd } from './record/webhook-commands.ts';
import type { CollectionName } from './records.ts';
import type { StateView } from './state.ts';

/** Something that ends by itself. */
interface Deadline {
  /** The records it follows from. */
  collection: CollectionName;
  /** When the next one ends, milliseconds since the epoch; null: none does. */
  next(state: StateView): number | null;
  /** Ends everything that is over. */
  command: Command;
}

/** Everything that ends by itself. */
const DEADLINES: readonly Deadline[] = [
  { collection: 'readyChecks', next: nextReadyEnd, command: { type: 'ready.end' } },
  { collection: 'temporary', next: nextExpiry, command: { type: 'assignment.expire' } },
  { collection: 'webhooks', next: nextWebhookEnd, command: { type: 'webhook.follow-keys' } },
];

/** How long to wait when an end could not be written. */
const RETRY_MS = 1000;
/** Longest that is waited in one go: timers of 2^31 ms and more fire at once. */
const LONGEST_MS = 24 * 3600 * 1000;

/** Ends what ends by itself, on time; what ended while the process was down, first thing at start. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #end: (command: Command) => Promise<unknown>;
  readonly #log: Log;
  readonly #cancel = new Map<Deadline, () => void>();
  #stopped = false;

  constructor(clock: Clock, end: (command: Command) => Promise<unknown>, log: Log) {
    this.#clock = clock;
    this.#end = end;
    this.#log = log;
  }

  /** Resolves when what is overdue has ended. */
  async start(state: StateView): Promise<void> {
    for (const deadline of DEADLINES) {
      const at = deadline.next(state);
      if (at !== null && at <= this.#clock.now()) await this.#fire(deadline, state);
      else this.#schedule(deadline, state);
    }
  }

  /** These records changed. */
  follow(state: StateView, touched: ReadonlySet<CollectionName>): void {
    for (const deadline of DEADLINES) if (touched.has(deadline.collection)) this.#schedule(deadline, state);
  }

  stop(): void {
    this.#stopped = true;
    for (const cancel of this.#cancel.values()) cancel();
    this.#cancel.clear();
  }

  #schedule(deadline: Deadline, state: StateView): void {
    this.#cancel.get(deadline)?.();
    this.#cancel.delete(deadline);
    const at = deadline.next(state);
    if (at !== null) this.#wait(deadline, state, Math.max(1, at - this.#clock.now()));
  }

  #lookAgain(deadline: Deadline, state: StateView): void {
    const at = deadline.next(state);
    const now = this.#clock.now();
    if (at !== null) this.#wait(deadline, state, at > now ? at - now : RETRY_MS);
  }

  #wait(deadline: Deadline, state: StateView, ms: number): void {
    if (this.#stopped) return;
    const then = ms > LONGEST_MS ? () => this.#schedule(deadline, state) : () => void this.#fire(deadline, state);
    this.#cancel.set(deadline, this.#clock.after(Math.min(ms, LONGEST_MS), then));
  }

  async #fire(deadline: Deadline, state: StateView): Promise<void> {
    this.#cancel.delete(deadline);
    try {
      await this.#end(deadline.command);
      // A timer may be a little early, and then nothing was over yet and nobody asked to look again.
      if (!this.#cancel.has(deadline)) this.#lookAgain(deadline, state);
    } catch (error) {
      this.#log.error({ err: error, command: deadline.command.type }, 'what is over could not be ended; trying again');
      this.#wait(deadline, state, RETRY_MS);
    }
  }
}
