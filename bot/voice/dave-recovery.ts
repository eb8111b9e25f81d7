/** What to do about frames that cannot be decrypted. */
export type RecoveryStep = 'reinit' | 'rejoin' | 'replace' | 'tell';

/** Frames of a stream in a row that cannot be opened: 200 ms of speech. Old keys work on for 10 s after a change, so it is no hiccup. */
const FAILURES = 10;
/** Frames in a row while the session is being set up: two seconds of speech. Setting up takes 30 ms here, a second at Discord. */
const FAILURES_NOT_READY = 100;
/** A step gets this long to work before failures count again. */
const PATIENCE_MS = 3000;
/** Failing again within this time of a step means that the step was not enough. */
const RELAPSE_MS = 30_000;
/** Failing streams remembered at once; more than a full voice channel (99 people) has. */
const MAX_FAILING = 128;

const LADDER: readonly RecoveryStep[] = ['reinit', 'rejoin', 'replace', 'tell'];

/** A run of failures. */
interface Failing {
  count: number;
  /** How many frames had been decrypted when it began: more by now are those of others. */
  decryptedBefore: number;
}

/**
 * The ladder out of a broken DAVE session: set up the session anew → join the call anew → leave it to another account → tell
 * people. Rate-limited: one step in three seconds, and after the last step a pause of half a minute before the ladder starts over. Failures count for
 * each stream by itself, so that a speaker who is heard does not hide one who is not. While others are heard the call is
 * sound: for one person's sake it gets the first step only, which costs nobody more than a syllable.
 */
export class DaveRecovery {
  readonly #now: () => number;
  /** By ssrc; `session`: nothing can be opened or sent because the session is being set up. */
  readonly #failing = new Map<number | 'session', Failing>();
  #decrypted = 0;
  #rung = 0;
  #lastStepAt = Number.NEGATIVE_INFINITY;

  /** `now` answers milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** A frame of this stream could not be decrypted. Answers what is to be done now, mostly nothing. */
  failed(ssrc: number): RecoveryStep | undefined {
    return this.#fail(ssrc, FAILURES);
  }

  /** A frame could not be decrypted, or not be sent, because the session is being set up. Answers as `failed` does. */
  notReady(): RecoveryStep | undefined {
    return this.#fail('session', FAILURES_NOT_READY);
  }

  /** A frame of this stream was decrypted: failures before it were hiccups, and the session is set up. */
  succeeded(ssrc: number): void {
    this.#decrypted++;
    this.#failing.delete(ssrc);
    this.#failing.delete('session');
  }

  /** A new voice session, with other streams. What was tried before still counts. */
  clear(): void {
    this.#failing.clear();
  }

  #fail(key: number | 'session', limit: number): RecoveryStep | undefined {
    const failing = this.#failingOf(key);
    const sinceStep = this.#now() - this.#lastStepAt;
    if (sinceStep >= RELAPSE_MS) this.#rung = 0;
    const rungs = this.#decrypted > failing.decryptedBefore ? 1 : LADDER.length;
    if (sinceStep < PATIENCE_MS || this.#rung >= rungs) return undefined;
    failing.count++;
    return failing.count < limit ? undefined : this.#step();
  }

  #failingOf(key: number | 'session'): Failing {
    const known = this.#failing.get(key);
    if (known) return known;
    if (this.#failing.size >= MAX_FAILING) this.#failing.clear();
    const begun = { count: 0, decryptedBefore: this.#decrypted };
    this.#failing.set(key, begun);
    return begun;
  }

  #step(): RecoveryStep | undefined {
    for (const failing of this.#failing.values()) failing.count = 0;
    this.#lastStepAt = this.#now();
    return LADDER[this.#rung++];
  }
}
