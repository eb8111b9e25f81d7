import { DaveRecovery } from './dave-recovery.ts';

/** What is remembered of a channel's call from one connection to the next, whichever account has it. */
export class CallHistory {
  /** Whether it was ever end-to-end encrypted: from then on nothing is passed on, or sent, in the clear. */
  sealed = false;
  /** Whether people were told that nobody is heard here. */
  deaf = false;
  /** What was tried to get back into its encryption. */
  readonly recovery: DaveRecovery;

  /** `now` answers milliseconds. */
  constructor(now: () => number) {
    this.recovery = new DaveRecovery(now);
  }
}
