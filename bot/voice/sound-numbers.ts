import type { Frame } from './receive.ts';
import { sequenceDistance, sequencePlus } from './sequence.ts';

/** How many speakers are numbered on one net. Who is new then takes the place of who began longest ago. */
const MAX_SPEAKERS = 1000;
/** A gap of more frames than this, a second, is no loss but a stream that began anew. */
const MAX_GAP = 50;

/** No RTP stream. */
const NONE = -1;

interface Numbered {
  ssrc: number;
  /** The last frame's sequence number in its RTP stream. */
  source: number;
  sequence: number;
}

/**
 * Numbers what listening programs hear, per net and speaker: without a gap from one transmission to the next, and with the
 * gaps of the source within one, so that a program can tell what was lost on the way here.
 */
export class SoundNumbers {
  readonly #nets = new Map<number, Map<string, Numbered>>();

  /** The number of this frame on this net. */
  next(netId: number, { userId, ssrc, sequence: source }: Pick<Frame, 'userId' | 'ssrc' | 'sequence'>): number {
    const speakers = this.#speakers(netId);
    const last = speakers.get(userId);
    if (!last) return begin(speakers, userId, { ssrc, source, sequence: 0 });
    const distance = last.ssrc === ssrc ? sequenceDistance(source, last.source) : 1;
    last.sequence = sequencePlus(last.sequence, distance >= 1 && distance <= MAX_GAP ? distance : 1);
    last.source = source;
    last.ssrc = ssrc;
    return last.sequence;
  }

  /** Somebody's transmission ended: what they send until the next is no loss. */
  rest(userId: string): void {
    for (const speakers of this.#nets.values()) {
      const last = speakers.get(userId);
      if (last) last.ssrc = NONE;
    }
  }

  #speakers(netId: number): Map<string, Numbered> {
    const known = this.#nets.get(netId);
    if (known) return known;
    const speakers = new Map<string, Numbered>();
    this.#nets.set(netId, speakers);
    return speakers;
  }
}

function begin(speakers: Map<string, Numbered>, userId: string, number: Numbered): number {
  const [oldest] = speakers.keys();
  if (speakers.size >= MAX_SPEAKERS && oldest !== undefined) speakers.delete(oldest);
  speakers.set(userId, number);
  return number.sequence;
}
