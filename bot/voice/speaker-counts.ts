import type { SpeakerStats } from '../../shard/ports.ts';

/** How many people are counted one by one. Who is new then takes the place of who was first heard longest ago. */
const MAX_SPEAKERS = 1000;

/** Packets per person. Counting one is a look-up and an addition: it happens for every packet. */
export class SpeakerCounts {
  readonly #counts = new Map<string, SpeakerStats>();

  /** Counts a packet of somebody. */
  count(userId: string, dropped: boolean): void {
    const counts = this.#counts.get(userId) ?? this.#begin(userId);
    counts.in += 1;
    if (dropped) counts.dropped += 1;
  }

  /** A copy, by user id. */
  all(): Map<string, SpeakerStats> {
    return new Map([...this.#counts].map(([userId, counts]) => [userId, { ...counts }]));
  }

  #begin(userId: string): SpeakerStats {
    const [oldest] = this.#counts.keys();
    if (this.#counts.size >= MAX_SPEAKERS && oldest !== undefined) this.#counts.delete(oldest);
    const counts = { in: 0, dropped: 0 };
    this.#counts.set(userId, counts);
    return counts;
  }
}
