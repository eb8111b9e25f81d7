import type { MetricsHour } from '../ledgers.ts';

export const HOUR_MS = 3_600_000;
/** How long a bucket of talk time is. */
export const BUCKET_MS = 300_000;
/** How often occupancy is sampled. */
export const SAMPLE_MS = 15_000;
const BUCKETS = HOUR_MS / BUCKET_MS;
/** Samples in an hour. */
export const SAMPLES = HOUR_MS / SAMPLE_MS;
/** Most pairs of person and net that one hour tells apart; who comes after them is counted as `OTHERS`. */
const MAX_PAIRS = 1000;
/** Stands for everyone whom an hour does not tell apart any more; no person has this id. */
export const OTHERS = '0';
/** Where nothing was measured: the program did not run, or not yet. */
export const UNMEASURED = -1;

/** One person's time on the air on one net, per bucket of the hour. */
interface TalkPair {
  userId: string;
  netUid: string;
  ms: number[];
  transmissions: number[];
}

/** Slot and name of a net. */
interface NamedNet {
  id: number;
  name: string;
}

/** How many people there are at a moment: in all, and in the channels of each net. */
export interface Occupancy {
  connected: number;
  nets: readonly (NamedNet & { uid: string; occupancy: number })[];
}

/** What was measured in one hour, in memory. Bounded by construction. */
export class HourRecord {
  /** Start of the hour, milliseconds since the epoch. */
  readonly at: number;
  readonly talk = new Map<string, TalkPair>();
  readonly people = new Map<string, string>();
  readonly nets = new Map<string, NamedNet>();
  readonly connected = new Int32Array(SAMPLES).fill(UNMEASURED);
  readonly occupancy = new Map<string, Uint16Array>();
  /** Whether there is something that is not on disk yet. */
  dirty = false;

  constructor(at: number) {
    this.at = at;
  }

  /** Counts a transmission that begins at a moment of this hour. */
  began(at: number, speaker: { userId: string; displayName: string; netUid: string }, net: NamedNet): void {
    const { pair, bucket } = this.#place(at, speaker);
    pair.transmissions[bucket] = (pair.transmissions[bucket] ?? 0) + 1;
    if (pair.userId === speaker.userId) this.people.set(pair.userId, speaker.displayName);
    this.nets.set(pair.netUid, net);
  }

  /** Adds milliseconds on the air at a moment of this hour; negative ones correct what was added too much. */
  addTalk(at: number, speaker: { userId: string; netUid: string }, ms: number): void {
    const { pair, bucket } = this.#place(at, speaker);
    pair.ms[bucket] = Math.max(0, (pair.ms[bucket] ?? 0) + ms);
  }

  /** Notes how many people there are at a moment of this hour; of several such moments in 15 s the most count. */
  sample(at: number, { connected, nets }: Occupancy): void {
    const place = Math.floor((at - this.at) / SAMPLE_MS);
    this.atLeast(at, connected);
    for (const { uid, id, name, occupancy } of nets) {
      if (occupancy > 0) {
        const samples = this.#samplesOf(uid);
        samples[place] = Math.max(samples[place] ?? 0, occupancy);
        this.nets.set(uid, { id, name });
        this.dirty = true;
      }
    }
  }

  /** At least so many were connected around a moment of this hour. */
  atLeast(at: number, connected: number): void {
    const place = Math.floor((at - this.at) / SAMPLE_MS);
    if ((this.connected[place] ?? UNMEASURED) >= connected) return;
    this.connected[place] = connected;
    this.dirty = true;
  }

  /** The row as it lies on disk. */
  toRow(): MetricsHour {
    const measured = this.connected.findLastIndex((count) => count !== UNMEASURED) + 1;
    const column = (numbers: Int32Array | Uint16Array) => Array.from(numbers.subarray(0, measured));
    return {
      talk: [...this.talk.values()],
      people: Object.fromEntries(this.people),
      nets: Object.fromEntries(this.nets),
      connected: column(this.connected),
      occupancy: Object.fromEntries([...this.occupancy].map(([uid, numbers]) => [uid, column(numbers)])),
    };
  }

  /** What a row says. */
  static fromRow(at: number, row: MetricsHour): HourRecord {
    const hour = new HourRecord(at);
    for (const pair of row.talk) hour.talk.set(`${pair.userId}/${pair.netUid}`, pair);
    for (const [userId, name] of Object.entries(row.people)) hour.people.set(userId, name);
    for (const [uid, net] of Object.entries(row.nets)) hour.nets.set(uid, net);
    hour.connected.set(row.connected.slice(0, SAMPLES));
    for (const [uid, numbers] of Object.entries(row.occupancy)) hour.#samplesOf(uid).set(numbers.slice(0, SAMPLES));
    return hour;
  }

  #place(at: number, { userId, netUid }: { userId: string; netUid: string }) {
    this.dirty = true;
    return { pair: this.#pair(userId, netUid), bucket: Math.floor((at - this.at) / BUCKET_MS) };
  }

  #pair(userId: string, netUid: string): TalkPair {
    const known = this.talk.get(`${userId}/${netUid}`);
    if (known) return known;
    if (this.talk.size >= MAX_PAIRS && userId !== OTHERS) return this.#pair(OTHERS, netUid);
    const zeros = () => new Array<number>(BUCKETS).fill(0);
    const pair = { userId, netUid, ms: zeros(), transmissions: zeros() };
    this.talk.set(`${userId}/${netUid}`, pair);
    return pair;
  }

  #samplesOf(uid: string): Uint16Array {
    const known = this.occupancy.get(uid);
    if (known) return known;
    const samples = new Uint16Array(SAMPLES);
    this.occupancy.set(uid, samples);
    return samples;
  }
}

/** Whether this can be read as the row of an hour. Throws at what is not even an object. */
export function isHourRow(key: string, { talk, people, nets, connected, occupancy }: MetricsHour): boolean {
  const at = Date.parse(key);
  const lists = [
    connected,
    ...Object.values(occupancy),
    ...talk.flatMap(({ ms, transmissions }) => [ms, transmissions]),
  ];
  const ids = talk.flatMap(({ userId, netUid }) => [userId, netUid]);
  const words = [...ids, ...Object.values(people), ...Object.values(nets).map(({ name }) => name)];
  return hourOf(at) === at && lists.every(Array.isArray) && words.every((word) => typeof word === 'string');
}

/** Start of the hour a moment lies in. */
export function hourOf(at: number): number {
  return Math.floor(at / HOUR_MS) * HOUR_MS;
}
