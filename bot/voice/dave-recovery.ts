/** What to do about frames that cannot be decrypted. */
export type RecoveryStep = 'reinit' | 'rejoin' | 'tell';

/** Frames in a row that nobody's key opens: 200 ms of speech. Old keys work on for 10 s after a change, so it is no hiccup. */
const FAILURES = 10;
/** Frames in a row while the session is being set up: two seconds of speech. Setting up takes 30 ms here, a second at Discord. */
const FAILURES_NOT_READY = 100;
/** A step gets this long to work before failures count again. */
const PATIENCE_MS = 3000;
/** Failing again within this time of a step means that the step was not enough. */
const RELAPSE_MS = 30_000;

const LADDER: readonly RecoveryStep[] = ['reinit', 'rejoin', 'tell'];

/**
 * The ladder out of a broken DAVE session: set up the session anew → join the call anew → tell people. Rate-limited: one
 * step in three seconds, and after the last step a pause of half a minute before the ladder starts over.
 */
export class DaveRecovery {
  readonly #now: () => number;
  #failures = 0;
  #rung = 0;
  #lastStepAt = Number.NEGATIVE_INFINITY;

  /** `now` answers milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A frame could not be decrypted, or could not be sent. Answers what is to be done now, mostly nothing. */
  failed(reason: 'failed' | 'not-ready'): RecoveryStep | undefined {
    const sinceStep = this.#now() - this.#lastStepAt;
    if (sinceStep < (this.#rung >= LADDER.length ? RELAPSE_MS : PATIENCE_MS)) return undefined;
    this.#failures++;
    if (this.#failures < (reason === 'failed' ? FAILURES : FAILURES_NOT_READY)) return undefined;
    if (sinceStep > RELAPSE_MS || this.#rung >= LADDER.length) this.#rung = 0;
    this.#failures = 0;
    this.#lastStepAt = this.#now();
    return LADDER[this.#rung++];
  }

  /** A frame was decrypted: failures before it were hiccups. */
  succeeded(): void {
    this.#failures = 0;
  }
}
