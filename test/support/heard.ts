/** What a person's client received, one entry per spurt. */
export interface Heard {
  fromUserId: string;
  startedAt: string;
  packets: number;
  lost: number;
  outOfOrder: number;
  undecryptable: number;
  silenceFrames: number;
  rms: number;
  peakHz: number[];
}
