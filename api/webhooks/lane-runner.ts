import type { Clock } from '../../shard/ports.ts';
import type { Attempt, WebhookLane } from '../../shard/record/webhook-lane.ts';
import type { Carried, Courier } from './courier.ts';
import type { Slots } from './slots.ts';

/** What a lane is run with. */
export interface LaneRunnerOptions {
  lane: WebhookLane;
  courier: Courier;
  /** Shared with the other lanes of the guild. */
  slots: Slots;
  clock: Clock;
  signal: AbortSignal;
  /** Notes an attempt: `retryAt` null when it is not made again. Rejects when it cannot be written. */
  settle(attempt: Attempt, retryAt: number | null): Promise<void>;
  /** Switches the webhook off. Rejects when that cannot be written. */
  quarantine(reason: string): Promise<void>;
  /** Remembers an attempt for whoever asks. */
  remember(attempt: Attempt, carried: Carried, retryAt: number | null): void;
  /** Something could not be written. */
  report(error: unknown): void;
}

/** So many attempts in a row that failed switch a webhook off. */
const MAX_FAILURES = 10;
/** How long to wait when the outcome could not be written. */
const WRITE_AGAIN_MS = 1000;
/** The receiver says that it will never want deliveries again. */
const GONE = 410;
/** Longest that everything waits because the receiver asked to be left alone. */
const MAX_PAUSE_MS = 3_600_000;

/** Sends what one webhook is to be sent: one attempt at a time, first attempts in the order of the events. */
export class LaneRunner {
  readonly #options: LaneRunnerOptions;
  #running: Promise<void> | null = null;
  #cancelTimer = () => {};
  #failures = 0;
  #pausedUntil = 0;
  #ended = false;

  constructor(options: LaneRunnerOptions) {
    this.#options = options;
  }

  /** There may be more to send. */
  wake(): void {
    if (this.#running || this.#ended) return;
    this.#cancelTimer();
    this.#running = this.#run().finally(() => {
      this.#running = null;
      this.#sleep();
    });
  }

  /** Begins nothing more. Resolves when what is under way is over. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#cancelTimer();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { lane, clock } = this.#options;
    while (!this.#ended && this.#pausedUntil <= clock.now()) {
      const attempt = lane.next(clock.now());
      if (!attempt) return;
      await this.#make(attempt).catch((error: unknown) => {
        this.#options.report(error);
        this.#pausedUntil = clock.now() + WRITE_AGAIN_MS;
      });
    }
  }

  #sleep(): void {
    const { lane, clock } = this.#options;
    const at = lane.nextAt();
    if (this.#ended || at === null) return;
    const ms = Math.max(0, Math.max(at, this.#pausedUntil) - clock.now());
    this.#cancelTimer = clock.after(ms, () => this.wake());
  }

  async #make(attempt: Attempt): Promise<void> {
    const { lane, courier, slots, signal } = this.#options;
    const carried = await slots.run(() => courier.carry(lane.webhook, attempt.event, signal));
    // What was given up because the shard stops is not decided: it is made again after the start.
    if (signal.aborted && carried.error !== null) return;
    if (carried.error === null) return this.#delivered(attempt, carried);
    await this.#failed(attempt, carried, carried.error);
  }

  async #delivered(attempt: Attempt, carried: Carried): Promise<void> {
    this.#failures = 0;
    this.#options.remember(attempt, carried, null);
    await this.#options.settle(attempt, null);
  }

  async #failed(attempt: Attempt, carried: Carried, error: string): Promise<void> {
    const { courier, clock, settle, remember, quarantine } = this.#options;
    this.#failures += 1;
    const isGone = carried.status === GONE;
    if (isGone || this.#failures >= MAX_FAILURES) {
      remember(attempt, carried, null);
      return quarantine(isGone ? error : `${MAX_FAILURES} deliveries in a row failed. The last: ${error}`);
    }
    this.#pausedUntil = clock.now() + Math.min(carried.retryAfterMs ?? 0, MAX_PAUSE_MS);
    const retryAt = courier.retryAt(attempt.number, carried);
    remember(attempt, carried, retryAt);
    await settle(attempt, retryAt);
  }
}
