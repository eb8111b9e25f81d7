import { BUCKET_MS, HOUR_MS, type HourRecord, OTHERS, SAMPLE_MS, SAMPLES, UNMEASURED } from './metrics-hour.ts';

/** Most points of occupancy in a report. */
const MAX_POINTS = 1000;
/** Most people whom a report tells apart: far more than speak in a week; whoever comes after them is `OTHERS`. */
const MAX_PEOPLE = 2000;
/** How many points are worked out before others get their turn: far below a millisecond of work. */
const POINTS_A_TURN = 16;

/** Time on the air of one person or net. */
interface Talk {
  ms: number;
  transmissions: number;
}

/** How many people there were: in all, and per net; nets nobody was in are left out. */
interface OccupancyPoint {
  /** Milliseconds since the epoch. */
  at: number;
  connected: number;
  byNet: Record<string, number>;
}

/** What was measured in a window of time. */
export interface MetricsReport {
  /** Milliseconds since the epoch. */
  from: number;
  to: number;
  talk: Talk;
  /** Most time first. */
  byUser: (Talk & { userId: string; displayName: string })[];
  byNet: (Talk & { netUid: string; id: number | null; name: string })[];
  /** Oldest first. */
  occupancy: OccupancyPoint[];
  /** The most that were connected at any sample. */
  peak: number;
}

/** Slot and name of a net that exists, or is in the archive (no slot then). */
export type FindNet = (uid: string) => { id: number | null; name: string } | undefined;

/**
 * Sums up what lies between two moments. A generator that stops every fraction of a millisecond of work: whoever reads
 * a week of it lets others go first in between. Talk time counts from the start of the bucket that `from` lies in.
 */
export function* metricsReport(
  hours: ReadonlyMap<number, HourRecord>,
  { from, to }: { from: number; to: number },
  findNet: FindNet,
): Generator<undefined, MetricsReport> {
  const inWindow = [...hours.values()]
    .filter((hour) => hour.at + HOUR_MS > from && hour.at <= to)
    .sort((a, b) => a.at - b.at);
  const sums = new TalkSums(Math.floor(from / BUCKET_MS) * BUCKET_MS);
  for (const hour of inWindow) {
    sums.add(hour);
    yield;
  }
  const occupancy: OccupancyPoint[] = [];
  const step = stepOf(to - from);
  for (let at = from; at <= to; at += step) {
    const point = pointOf(hours, at, Math.min(at + step, to + 1));
    if (point) occupancy.push(point);
    if (((at - from) / step) % POINTS_A_TURN === POINTS_A_TURN - 1) yield;
  }
  const peak = occupancy.reduce((most, { connected }) => Math.max(most, connected), 0);
  return { from, to, ...sums.result(findNet), occupancy, peak };
}

/** The time each point stands for: whole samples, so many that there are at most `MAX_POINTS`. */
function stepOf(spanMs: number): number {
  return Math.max(1, Math.ceil((spanMs + 1) / MAX_POINTS / SAMPLE_MS)) * SAMPLE_MS;
}

/**
 * The samples of `from` … `end` (not included) as one point that keeps their peaks: the most who were connected and when,
 * and the most who were on each net. Undefined where nothing was measured.
 */
function pointOf(hours: ReadonlyMap<number, HourRecord>, from: number, end: number): OccupancyPoint | undefined {
  const point: OccupancyPoint = { at: from, connected: UNMEASURED, byNet: {} };
  let place = Math.ceil(from / SAMPLE_MS);
  const last = Math.ceil(end / SAMPLE_MS);
  while (place < last) {
    const inHour = place % SAMPLES;
    const count = Math.min(SAMPLES - inHour, last - place);
    const hour = hours.get((place - inHour) * SAMPLE_MS);
    if (hour) mergeSamples(point, hour, inHour, inHour + count);
    place += count;
  }
  return point.connected === UNMEASURED ? undefined : point;
}

function mergeSamples(point: OccupancyPoint, hour: HourRecord, first: number, end: number): void {
  for (let place = first; place < end; place += 1) {
    const connected = hour.connected[place] ?? UNMEASURED;
    if (connected <= point.connected) continue;
    point.connected = connected;
    point.at = hour.at + place * SAMPLE_MS;
  }
  for (const [uid, samples] of hour.occupancy) {
    let most = point.byNet[uid] ?? 0;
    for (let place = first; place < end; place += 1) most = Math.max(most, samples[place] ?? 0);
    if (most > 0) point.byNet[uid] = most;
  }
}

/** Adds up talk time per person and net over hours that come oldest first: the last name known wins. */
class TalkSums {
  readonly #from: number;
  readonly #users = new Map<string, Talk>();
  readonly #nets = new Map<string, Talk>();
  readonly #userNames = new Map<string, string>();
  readonly #netNames = new Map<string, { id: number; name: string }>();
  readonly #all: Talk = { ms: 0, transmissions: 0 };

  constructor(from: number) {
    this.#from = from;
  }

  add(hour: HourRecord): void {
    const first = Math.max(0, (this.#from - hour.at) / BUCKET_MS);
    for (const { userId, netUid, ms, transmissions } of hour.talk.values()) {
      const talk = sumFrom(first, ms, transmissions);
      if (talk.ms === 0 && talk.transmissions === 0) continue;
      const who = this.#users.has(userId) || this.#users.size < MAX_PEOPLE ? userId : OTHERS;
      for (const total of [this.#all, sumOf(this.#users, who), sumOf(this.#nets, netUid)]) addTo(total, talk);
      if (who !== OTHERS) this.#userNames.set(userId, hour.people.get(userId) ?? this.#userNames.get(userId) ?? userId);
      const net = hour.nets.get(netUid);
      if (net) this.#netNames.set(netUid, net);
    }
  }

  result(findNet: FindNet) {
    const byUser = [...this.#users]
      .map(([userId, talk]) => ({ userId, displayName: this.#nameOf(userId), ...talk }))
      .sort((a, b) => b.ms - a.ms);
    const byNet = [...this.#nets]
      .map(([netUid, talk]) => ({ netUid, ...this.#netOf(netUid, findNet), ...talk }))
      .sort((a, b) => b.ms - a.ms);
    return { talk: this.#all, byUser, byNet };
  }

  #nameOf(userId: string): string {
    return userId === OTHERS ? 'Others' : (this.#userNames.get(userId) ?? userId);
  }

  #netOf(uid: string, findNet: FindNet): { id: number | null; name: string } {
    return findNet(uid) ?? { id: null, name: this.#netNames.get(uid)?.name ?? uid };
  }
}

function sumFrom(first: number, ms: readonly number[], transmissions: readonly number[]): Talk {
  const talk = { ms: 0, transmissions: 0 };
  for (let bucket = first; bucket < ms.length; bucket += 1) {
    talk.ms += ms[bucket] ?? 0;
    talk.transmissions += transmissions[bucket] ?? 0;
  }
  return talk;
}

function sumOf(sums: Map<string, Talk>, key: string): Talk {
  const known = sums.get(key);
  if (known) return known;
  const talk = { ms: 0, transmissions: 0 };
  sums.set(key, talk);
  return talk;
}

function addTo(total: Talk, talk: Talk): void {
  total.ms += talk.ms;
  total.transmissions += talk.transmissions;
}
