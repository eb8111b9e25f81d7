import type { Clock } from '../../shard/ports.ts';
import { backoff } from '../backoff.ts';

/** Waiting after a failed or ended call: half a second, doubling up to half a minute. */
const FIRST_RETRY_MS = 500;
const MOST_RETRY_MS = 30_000;
/** A call that lasted this long was a good one: failures before it are forgotten. */
const GOOD_AFTER_MS = 60_000;
/** Discord confirms a leave within a fraction of a second; after this we go on without. */
const LEAVE_WITHIN_MS = 2000;

/** A call as the seat drives it; `Link` is one. */
export interface Call {
  join(): void;
  /** Asks for the same channel again. */
  rejoin(): void;
  leave(): void;
}

/** What an account does in one guild. */
export type SeatState<C extends Call> =
  | { kind: 'idle' }
  | { kind: 'joining'; channelId: string; call: C }
  | { kind: 'serving'; channelId: string; call: C; since: number }
  /** Waiting for Discord to confirm, so that the next join is not mixed up with this leave. */
  | { kind: 'leaving'; cancel: () => void };

/** What happens in a call, as the seat hears of it. */
export interface CallEvents {
  onReady: (ready: boolean) => void;
  onLost: (reason: string) => void;
}

/** What a seat needs. */
export interface SeatOptions<C extends Call> {
  clock: Clock;
  /** Makes the connection, not yet joined; undefined when the account cannot reach the guild now. */
  call: (channelId: string, events: CallEvents) => C | undefined;
  /** The state changed, or a failed seat may be tried again. */
  onChange: () => void;
  /** A call could not be had or ended. */
  onFailed: (channelId: string, reason: string, retryInMs: number) => void;
}

/** One account's place in one guild: in one voice channel at most. It is told where to be and gets there by itself. */
export class Seat<C extends Call> {
  readonly #options: SeatOptions<C>;
  #state: SeatState<C> = { kind: 'idle' };
  #target: string | null = null;
  /** Channels where it failed, and is not to be sent again for a while → what ends that while. */
  readonly #resting = new Map<string, () => void>();
  #failures = 0;

  constructor(options: SeatOptions<C>) {
    this.#options = options;
  }

  get state(): SeatState<C> {
    return this.#state;
  }

  /** The channel it is meant to be in. */
  get target(): string | null {
    return this.#target;
  }

  /** Whether it is in this channel, or on its way. */
  isIn(channelId: string): boolean {
    const state = this.#state;
    return (state.kind === 'joining' || state.kind === 'serving') && state.channelId === channelId;
  }

  /** Whether the account may be sent to this channel: it did not just fail there. */
  mayServe(channelId: string): boolean {
    return !this.#resting.has(channelId);
  }

  /** The channel to be in from now on; null: none. */
  aim(channelId: string | null): void {
    this.#target = channelId;
    this.#step();
  }

  /** Discord says where the account is. An admin may have moved or disconnected it: we go back, later and later. */
  located(channelId: string | null): void {
    const state = this.#state;
    if (state.kind === 'leaving' && channelId === null) {
      state.cancel();
      this.#enter({ kind: 'idle' });
      this.#step();
    } else if (state.kind === 'serving' && channelId !== state.channelId) {
      this.#fail(state.channelId, channelId === null ? 'disconnected by somebody' : 'moved to another channel');
    } else if (state.kind === 'joining' && channelId !== null && channelId !== state.channelId) {
      this.#fail(state.channelId, 'moved to another channel');
    }
  }

  /** The account has a new gateway session: its voice session belongs to the old one. */
  renew(): void {
    const state = this.#state;
    if (state.kind === 'joining' || state.kind === 'serving') state.call.rejoin();
    else this.retry();
  }

  /** Forgets failures, because what may have caused them is over. */
  retry(): void {
    for (const cancel of this.#resting.values()) cancel();
    this.#resting.clear();
    this.#failures = 0;
    this.#options.onChange();
  }

  #step(): void {
    const state = this.#state;
    if (state.kind === 'joining' || state.kind === 'serving') {
      if (state.channelId !== this.#target) this.#leave(state.call);
    } else if (state.kind === 'idle' && this.#target !== null && this.mayServe(this.#target)) {
      this.#join(this.#target);
    }
  }

  #join(channelId: string): void {
    const call = this.#options.call(channelId, {
      onReady: (ready) => this.#onReady(channelId, ready),
      onLost: (reason) => this.#fail(channelId, reason),
    });
    if (!call) return;
    this.#enter({ kind: 'joining', channelId, call });
    call.join();
  }

  #onReady(channelId: string, ready: boolean): void {
    const state = this.#state;
    if (state.kind !== 'joining' && state.kind !== 'serving') return;
    this.#forgive();
    const { call } = state;
    if (ready) this.#enter({ kind: 'serving', channelId, call, since: this.#options.clock.now() });
    else this.#enter({ kind: 'joining', channelId, call });
  }

  #leave(call: C): void {
    call.leave();
    const cancel = this.#options.clock.after(LEAVE_WITHIN_MS, () => this.located(null));
    this.#enter({ kind: 'leaving', cancel });
  }

  #fail(channelId: string, reason: string): void {
    const state = this.#state;
    this.#forgive();
    if (state.kind === 'joining' || state.kind === 'serving') state.call.leave();
    this.#failures++;
    const wait = backoff(this.#failures, FIRST_RETRY_MS, MOST_RETRY_MS);
    const cancel = this.#options.clock.after(wait, () => {
      this.#resting.delete(channelId);
      this.#options.onChange();
    });
    this.#resting.set(channelId, cancel);
    this.#options.onFailed(channelId, reason, wait);
    this.#enter({ kind: 'idle' });
  }

  /** A call that lasted has paid for the failures before it. */
  #forgive(): void {
    const state = this.#state;
    if (state.kind === 'serving' && this.#options.clock.now() - state.since >= GOOD_AFTER_MS) this.#failures = 0;
  }

  #enter(state: SeatState<C>): void {
    this.#state = state;
    this.#options.onChange();
  }
}
