import { type VoiceStats, WORKER_ACTIVITIES, type WorkerActivity } from '../../shard/ports.ts';
import { Counters } from './counters.ts';
import type { Link } from './link.ts';
import { SpeakerCounts } from './speaker-counts.ts';

/** What the voice connections of a guild did, those that are over among them. */
export class VoiceTotals {
  readonly speakers = new SpeakerCounts();
  /** What the mixes dropped and made up. */
  readonly mixing = new Counters();
  readonly #past = new Counters();
  readonly #links = new Set<Link>();

  /** Counts a new connection from now on. */
  follow(link: Link): void {
    this.#foldEnded();
    this.#links.add(link);
  }

  /** The sums, with what the workers are doing now and the links of the channels that have one. */
  stats(activities: Iterable<WorkerActivity>, serving: ReadonlyMap<string, Link>): VoiceStats {
    this.#foldEnded();
    const sum = new Counters();
    sum.add(this.#past);
    sum.add(this.mixing);
    for (const link of this.#links) sum.add(link.counters);
    const workers = Object.fromEntries(WORKER_ACTIVITIES.map((name) => [name, 0])) as Record<WorkerActivity, number>;
    for (const activity of activities) workers[activity] += 1;
    const { in: packetsIn, out: packetsOut, recoveries, dropped } = sum.report();
    const channels = new Map([...serving].map(([channelId, link]) => [channelId, link.counters.out]));
    const { concealed } = sum;
    return { packetsIn, packetsOut, dropped, recoveries, concealed, workers, channels, speakers: this.speakers.all() };
  }

  /** A connection that is over counts nothing any more: its sums are kept, it is not. */
  #foldEnded(): void {
    for (const link of this.#links) {
      if (!link.isOver) continue;
      this.#past.add(link.counters);
      this.#links.delete(link);
    }
  }
}
