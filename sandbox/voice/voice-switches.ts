/** What Discord leaves undocumented. Each is one of two behaviours a client must cope with; both are tested. */
export interface VoiceSwitches {
  /** The first group of a call is announced with transition id 0, executed at once; false: with an id of its own. */
  readonly initialTransitionZero: boolean;
  /** Proposals that fall within 20 ms of each other come in one op 27; false: each at once in its own. */
  readonly batchProposals: boolean;
  /** A newcomer is told who is which ssrc (op 5) for everyone who has spoken; false: not until they speak anew. */
  readonly speakingOnJoin: boolean;
  /** Every op 5 is passed on; false: only the first of a user's stay, as bots report. */
  readonly speakingEverySpurt: boolean;
  /** Silence frames reach the listeners; false: they are swallowed, and the end of a spurt shows only as a pause. */
  readonly silenceFrames: boolean;
  /** After a resume op 9 comes before the replay; false: after it. */
  readonly resumedBeforeReplay: boolean;
  /** Op 25 is sent again after a resume, even to an established member. */
  readonly externalSenderOnResume: boolean;
}

/** How the real Discord seems to behave, from reports; where there are none, the setting that clients expect. */
export const DEFAULT_SWITCHES: VoiceSwitches = {
  initialTransitionZero: true,
  batchProposals: false,
  speakingOnJoin: true,
  speakingEverySpurt: false,
  silenceFrames: true,
  resumedBeforeReplay: true,
  externalSenderOnResume: false,
};
