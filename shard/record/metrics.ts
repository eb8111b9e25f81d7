import type { MetricsHour } from '../ledgers.ts';
import type { Clock, Ledger, Log } from '../ports.ts';
import type { EventType, ShardEvent } from './events.ts';
import { ledgerRows } from './ledger-rows.ts';
import { BUCKET_MS, HOUR_MS, HourRecord, hourOf, isHourRow, type Occupancy, SAMPLE_MS } from './metrics-hour.ts';
import { type FindNet, type MetricsReport, metricsReport } from './metrics-report.ts';

/** How long measurements are kept. */
const KEEP_MS = 7 * 24 * HOUR_MS;
/** How often what is new is written: a process that is killed loses at most this much. */
const WRITE_MS = 60_000;
/** A transmission may turn out to have ended this long ago: time on the air is counted only up to here while it lasts. */
const UNSURE_MS = 500;

/** What the recorder is given. */
export interface MetricsOptions {
  guildId: string;
  ledger: Ledger<MetricsHour>;
  clock: Clock;
  log: Log;
  /** How many people there are now. */
  occupancy: () => Occupancy;
  findNet: FindNet;
}

/** A transmission that lasts: until when its time is counted already. */
interface OnAir {
  userId: string;
  netUid: string;
  startedAt: number;
  countedTo: number;
}

/** What happened since the start, in plain numbers that only grow. */
export interface GuildTotals {
  transmissions: number;
  /** Milliseconds on the air. */
  talkMs: number;
  /** Events published, by type. */
  events: ReadonlyMap<EventType, number>;
}

/**
 * Measures a guild: who was on the air for how long, how many people were there. Kept for seven days, a row per hour,
 * written behind at most once a minute and at the end. Everything is counted where it happened in time: a transmission
 * that spans several buckets is split, one that lasts is counted as far as it has come.
 */
export class Metrics {
  readonly #options: MetricsOptions;
  readonly #hours = new Map<number, HourRecord>();
  readonly #onAir = new Map<string, OnAir>();
  readonly #events = new Map<EventType, number>();
  #started = false;
  #transmissions = 0;
  #talkMs = 0;
  #writtenAt = 0;
  #writing: Promise<void> = Promise.resolve();
  #cancelTimer: (() => void) | null = null;

  constructor(options: MetricsOptions) {
    this.#options = options;
  }

  /** Reads what was measured before, takes the first sample and goes on with one every 15 s. */
  async start(): Promise<void> {
    const { ledger, clock, log } = this.#options;
    const rows = await ledgerRows({ ledger, name: 'metrics', isWhole: isHourRow, log });
    for (const [key, row] of rows) this.#hours.set(Date.parse(key), HourRecord.fromRow(Date.parse(key), row));
    this.#writtenAt = clock.now();
    this.#started = true;
    this.#tick();
  }

  /** Writes what is not written yet. */
  async stop(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#count();
    this.#write();
    await this.#writing;
  }

  /** So many are connected now: between two samples the most count. */
  noteConnected(count: number): void {
    const now = this.#options.clock.now();
    if (this.#started) this.#hour(now).atLeast(now, count);
  }

  /** Takes what was published. */
  observe(batch: readonly ShardEvent[]): void {
    for (const event of batch) {
      this.#events.set(event.type, (this.#events.get(event.type) ?? 0) + 1);
      if (event.type === 'ptt.start') this.#began(event.data, Date.parse(event.at));
      else if (event.type === 'ptt.stop') this.#ended(event.data, Date.parse(event.at));
    }
  }

  /** What was measured in the last minutes; work it out in steps. */
  report(sinceMinutes: number): Generator<undefined, MetricsReport> {
    this.#count();
    const to = this.#options.clock.now();
    return metricsReport(this.#hours, { from: to - sinceMinutes * 60_000, to }, this.#options.findNet);
  }

  /** What happened since the start. */
  totals(): GuildTotals {
    this.#count();
    return { transmissions: this.#transmissions, talkMs: this.#talkMs, events: this.#events };
  }

  #began(data: Speaker, at: number): void {
    const { userId, netUid } = data;
    this.#transmissions += 1;
    this.#onAir.set(`${userId}/${netUid}`, { userId, netUid, startedAt: at, countedTo: at });
    this.#hour(at).began(at, data, { id: data.netId, name: this.#options.findNet(netUid)?.name ?? netUid });
  }

  #ended(data: Speaker & { durationMs: number }, at: number): void {
    const key = `${data.userId}/${data.netUid}`;
    if (!this.#onAir.has(key)) this.#began(data, at - data.durationMs);
    const onAir = this.#onAir.get(key);
    if (onAir) this.#countTo(onAir, onAir.startedAt + data.durationMs);
    this.#onAir.delete(key);
  }

  /** Counts transmissions that last, as far as it is sure that they have come. */
  #count(): void {
    const sure = this.#options.clock.now() - UNSURE_MS;
    for (const onAir of this.#onAir.values()) if (onAir.countedTo < sure) this.#countTo(onAir, sure);
  }

  /** Adds the time since it was last counted, bucket by bucket; takes away what was counted too much. */
  #countTo(onAir: OnAir, until: number): void {
    const [sign, from, to] = until >= onAir.countedTo ? [1, onAir.countedTo, until] : [-1, until, onAir.countedTo];
    for (let at = from; at < to; ) {
      const end = Math.min(to, (Math.floor(at / BUCKET_MS) + 1) * BUCKET_MS);
      this.#hour(at).addTalk(at, onAir, sign * (end - at));
      at = end;
    }
    this.#talkMs += until - onAir.countedTo;
    onAir.countedTo = until;
  }

  #tick(): void {
    const { clock, occupancy } = this.#options;
    const now = clock.now();
    this.#hour(now).sample(now, occupancy());
    this.#count();
    if (now - this.#writtenAt >= WRITE_MS) this.#write();
    this.#cancelTimer = clock.after(SAMPLE_MS - (now % SAMPLE_MS), () => this.#tick());
  }

  #hour(at: number): HourRecord {
    const start = hourOf(at);
    const known = this.#hours.get(start);
    if (known) return known;
    const hour = new HourRecord(start);
    this.#hours.set(start, hour);
    return hour;
  }

  /** Queues the hours that changed for writing, and those that are over for removal. One write at a time. */
  #write(): void {
    this.#writtenAt = this.#options.clock.now();
    const dirty = [...this.#hours.values()].filter((hour) => hour.dirty);
    const old = [...this.#hours.keys()].filter((at) => at + HOUR_MS <= this.#writtenAt - KEEP_MS);
    for (const at of old) this.#hours.delete(at);
    this.#writing = this.#writing
      .then(() => this.#put(dirty, old))
      .catch((error: unknown) => {
        const { log, guildId } = this.#options;
        log.error({ err: error, guildId }, 'metrics could not be written; trying again in a minute');
      });
  }

  async #put(hours: readonly HourRecord[], old: readonly number[]): Promise<void> {
    const { ledger } = this.#options;
    for (const hour of hours) {
      hour.dirty = false;
      await ledger.set(keyOf(hour.at), hour.toRow()).catch((error: unknown) => {
        hour.dirty = true;
        throw error;
      });
    }
    if (old.length > 0) await ledger.remove(old.map(keyOf));
  }
}

interface Speaker {
  userId: string;
  displayName: string;
  netId: number;
  netUid: string;
}

/** The key of an hour's row. */
function keyOf(at: number): string {
  return new Date(at).toISOString();
}
