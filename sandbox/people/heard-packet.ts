/** One RTP packet as a person's client got it. */
export interface HeardPacket {
  /** Whose stream it is. */
  readonly fromUserId: string;
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestamp: number;
  /** When it arrived, in ms since 1970. */
  readonly at: number;
  /** Opus, or undefined if it could not be decrypted. */
  readonly opus: Buffer | undefined;
}

/** One talk spurt of one stream, as heard. */
export interface HeardSpurt {
  /** The bot or person whose stream it is. */
  readonly fromUserId: string;
  /** When the first packet arrived. */
  readonly startedAt: Date;
  /** When the last packet arrived; of a spurt that goes on, the latest one. */
  readonly endedAt: Date;
  readonly ongoing: boolean;
  /** Everything that arrived, silence and what could not be decrypted included. */
  readonly packets: number;
  /** Sequence numbers within the spurt that never arrived. */
  readonly lost: number;
  /** Packets that arrived after one with a higher sequence number, duplicates included. */
  readonly outOfOrder: number;
  /** Packets that DAVE did not open, or in which there was no Opus. */
  readonly undecryptable: number;
  readonly silenceFrames: number;
  /** Root mean square of the sound that was decoded, silence frames left out; 1 is full scale. */
  readonly rms: number;
  /** Up to five spectral peaks in Hz, the strongest first. */
  readonly peakHz: readonly number[];
}
