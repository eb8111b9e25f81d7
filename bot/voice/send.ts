import type { Counters } from './counters.ts';
import { FRAME_MS, FRAME_SAMPLES } from './opus-frame.ts';
import { sequenceDistance, sequencePlus, timestampDistance, timestampPlus } from './sequence.ts';
import { SILENCE, SILENCE_FRAMES } from './silence.ts';

/** A change of source within this, ms, is one within the same talk. */
const CARRY_ON_MS = 100;
/** A jump of more frames than this (ten seconds) in a source's numbers is a new spurt, not a loss. */
const MAX_JUMP = 500;

/** Where the next packet of a voice session stands. The library advances it by one frame per packet sent. */
export interface Position {
  /** 16 bits. */
  sequence: number;
  /** 32 bits, 48,000 per second. */
  timestamp: number;
}

/** A voice connection as the stream sends through it. */
export interface Outlet {
  /**
   * The position of the session there is now, to be read and written; another object for another session. A word says why
   * nothing can be sent at the moment (no session, or one that would send in the clear what must be encrypted).
   */
  position(): Position | string;
  /** Encrypts and sends now, at the position; advances it by a frame. Throws when the libraries do. */
  send(opus: Buffer): void;
  /** Says on the voice gateway that we stopped. */
  quiet(): void;
}

/** The part of a frame that is passed on. */
export interface OutFrame {
  ssrc: number;
  sequence: number;
  timestamp: number;
  opus: Buffer;
}

/** The spurt that is being passed on: the furthest frame so far, in the source's numbers and in ours. */
interface Spurt {
  session: Position;
  ssrc: number;
  inSequence: number;
  inTimestamp: number;
  outSequence: number;
  outTimestamp: number;
  /** Frames from the first to the furthest. */
  length: number;
}

/**
 * What a place hears: frames leave the moment they come, with the distances between their sequence numbers and timestamps
 * as the source had them, so that losses, reordering and pauses reach the listeners' own jitter buffers as they are.
 * Nothing is held back while the place cannot be reached: speech that comes late is worse on a radio than speech that is
 * missing; what is dropped is counted.
 */
export class OutStream {
  readonly #outlet: Outlet;
  readonly #counters: Counters;
  readonly #now: () => number;
  #spurt: Spurt | undefined;
  /** When the last packet left, in milliseconds of `now`. */
  #lastAt: number | undefined;
  #carriesOn = false;

  constructor(outlet: Outlet, counters: Counters, now: () => number) {
    this.#outlet = outlet;
    this.#counters = counters;
    this.#now = now;
  }

  /**
   * The next frame comes from another source and says what follows the last one: its timestamp does too, whatever the
   * change took, so that listeners hear neither a hole nor anything twice.
   */
  carryOn(): void {
    this.#carriesOn = true;
  }

  /** Passes a frame on, or drops and counts it. */
  send(frame: OutFrame): void {
    const dropped = this.#pass(frame);
    if (dropped !== undefined) this.#counters.drop(dropped);
  }

  #pass(frame: OutFrame): string | undefined {
    const session = this.#outlet.position();
    if (typeof session === 'string') return session;
    const spurt = this.#spurtFor(frame, session);
    const ahead = sequenceDistance(frame.sequence, spurt.inSequence);
    if (spurt.length + ahead < 0) return 'before-start';
    const { sequence, timestamp } = session;
    session.sequence = sequencePlus(spurt.outSequence, ahead);
    session.timestamp = timestampPlus(spurt.outTimestamp, timestampDistance(frame.timestamp, spurt.inTimestamp));
    const out = { outSequence: session.sequence, outTimestamp: session.timestamp };
    const sent = this.#dispatch(frame.opus);
    if (sent && ahead >= 0) {
      Object.assign(spurt, out, {
        inSequence: frame.sequence,
        inTimestamp: frame.timestamp,
        length: spurt.length + ahead,
      });
    } else {
      // What came late, or could not be sent, must not move the position of the next packet.
      Object.assign(session, { sequence, timestamp });
    }
    return sent ? undefined : 'send-failed';
  }

  /** Ends the spurt: silence frames, so that nobody's client goes on guessing sound, and the speaking mark goes out. */
  end(): void {
    const spurt = this.#spurt;
    this.#spurt = undefined;
    this.#carriesOn = false;
    if (!spurt || this.#outlet.position() !== spurt.session) return;
    for (let i = 0; i < SILENCE_FRAMES; i++) if (!this.#dispatch(SILENCE)) return;
    this.#outlet.quiet();
  }

  #spurtFor(frame: OutFrame, session: Position): Spurt {
    const spurt = this.#spurt;
    if (spurt && spurt.session === session && spurt.ssrc === frame.ssrc && !jumps(frame, spurt)) return spurt;
    const begun = {
      session,
      ssrc: frame.ssrc,
      inSequence: frame.sequence,
      inTimestamp: frame.timestamp,
      outSequence: session.sequence,
      outTimestamp: timestampPlus(session.timestamp, this.#pause()),
      length: 0,
    };
    this.#spurt = begun;
    return begun;
  }

  /** The samples that passed on the clock since the last packet, beyond its own frame: whole frames. */
  #pause(): number {
    if (this.#lastAt === undefined) return 0;
    const carriesOn = this.#carriesOn && this.#now() - this.#lastAt <= CARRY_ON_MS;
    this.#carriesOn = false;
    if (carriesOn) return 0;
    return Math.max(0, Math.round((this.#now() - this.#lastAt) / FRAME_MS) - 1) * FRAME_SAMPLES;
  }

  #dispatch(opus: Buffer): boolean {
    try {
      this.#outlet.send(opus);
    } catch {
      return false;
    }
    this.#counters.out++;
    this.#lastAt = this.#now();
    return true;
  }
}

/** Whether the source's numbers left the neighbourhood of its furthest frame. */
function jumps(frame: OutFrame, spurt: Spurt): boolean {
  return (
    Math.abs(sequenceDistance(frame.sequence, spurt.inSequence)) > MAX_JUMP ||
    Math.abs(timestampDistance(frame.timestamp, spurt.inTimestamp)) > MAX_JUMP * FRAME_SAMPLES
  );
}
