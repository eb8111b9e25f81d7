/** 20 ms of somebody's voice, as a listening program gets it. One object for all who hear it. */
export interface Sound {
  /** Slot of the net it is spoken on. */
  readonly netId: number;
  /** Who speaks. */
  readonly userId: string;
  /** 0…65,535 and around again, per speaker and net. A gap is sound that was lost. */
  readonly sequence: number;
  /** The Opus packet as it was sent. It is not to be kept: its memory may be used again. */
  readonly opus: Uint8Array;
}

/** What a listening program hears with. Neither method throws. */
export interface Ear {
  /** The hot path: called for every packet that the program hears. */
  hear(sound: Sound): void;
  /** Ends the program's connection; it is no longer connected when this returns. */
  end(reason: string): void;
}
