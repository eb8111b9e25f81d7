import { createHash } from 'node:crypto';
import type { ReadyCheckRecord } from '../../shard/alerts/alert-records.ts';
import {
  type AcarsNotice,
  type Central,
  type Clock,
  ENTITLED_FEATURES,
  type Ids,
  type Log,
  type Notices,
  type People,
  type Voice,
  type VoiceStats,
} from '../../shard/ports.ts';

/** A clock that stands still until it is told. */
export class GivenClock implements Clock {
  #now: number;
  #timers: { at: number; fn: () => void }[] = [];

  constructor(now = Date.parse('2026-11-21T12:00:00.000Z')) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** How many timers wait. */
  get pending(): number {
    return this.#timers.length;
  }

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + ms, fn };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Moves on without firing anything, as on a machine that slept. What is due fires at the next `advance`. */
  leap(ms: number): void {
    this.#now += ms;
  }

  /** Moves on, firing what is due in order, and lets promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#now = Math.max(this.#now, due.at);
      due.fn();
      await settle();
    }
    this.#now = end;
    await settle();
  }
}

/** Lets everything that waits on promises alone go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

/** Ids that are the same at every run. */
export function givenIds(seed = 'seed'): Ids {
  let count = 0;
  return {
    random(n) {
      count += 1;
      return createHash('shake256', { outputLength: n }).update(`${seed}/${count}`).digest();
    },
    event() {
      count += 1;
      return `evt_${String(count).padStart(12, '0')}`;
    },
    // Each is the next number, whatever there was before.
    follow() {},
  };
}

/** A log that keeps nothing. */
export const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A central that approves everything. */
export const APPROVING: Central = {
  approve: async () => ({ approved: true }),
  holdKeys: async () => {},
  entitlements: async () => ({ maxNets: 249, features: ENTITLED_FEATURES }),
  guildSecret: (guildId) => createHash('sha256').update(`secret of ${guildId}`).digest(),
  checkpoint: async () => null,
  holdCheckpoint: async (_, checkpoint) => ({ ...checkpoint, at: new Date(0).toISOString() }),
};

/** Voice workers that only remember what they were told. */
export class GivenVoice implements Voice {
  served: string[][] = [];
  ended: string[][] = [];

  serve(needs: readonly { channelId: string }[]): void {
    this.served.push(needs.map((need) => need.channelId));
  }

  endTransmission(_: string, sinks: readonly string[]): void {
    this.ended.push([...sinks]);
  }

  /** What the next calls of `stats` answer. */
  did: VoiceStats = {
    packetsIn: 0,
    packetsOut: 0,
    dropped: {},
    recoveries: 0,
    concealed: 0,
    workers: { idle: 1, joining: 0, serving: 0, leaving: 0 },
    channels: new Map(),
    speakers: new Map(),
  };

  stats(): VoiceStats {
    return this.did;
  }
}

/** People of whom it is only remembered who was disconnected and why. */
export class GivenPeople implements People {
  disconnected: { userId: string; reason: string }[] = [];
  /** What the next calls answer. */
  count = 1;

  async disconnect(userId: string, reason: string, _signal: AbortSignal): Promise<number> {
    this.disconnected.push({ userId, reason });
    return this.count;
  }
}

/** Notices that are only remembered. */
export class GivenNotices implements Notices {
  alerts: AcarsNotice[] = [];
  asked: { check: ReadyCheckRecord; channelIds: readonly string[] }[] = [];
  updated: ReadyCheckRecord[] = [];
  quarantined: { id: string; url: string; reason: string }[] = [];

  acars(alert: AcarsNotice): void {
    this.alerts.push(alert);
  }

  askReady(check: ReadyCheckRecord, channelIds: readonly string[]): void {
    this.asked.push({ check, channelIds });
  }

  updateReady(check: ReadyCheckRecord): void {
    this.updated.push(check);
  }

  webhookQuarantined(webhook: { id: string; url: string; reason: string }): void {
    this.quarantined.push(webhook);
  }
}

/** What acts in Discord, given. */
export function givenOutside() {
  return { voice: new GivenVoice(), people: new GivenPeople(), notices: new GivenNotices() };
}
