import { createHash } from 'node:crypto';
import type { Central, Clock, Ids, Log, Voice } from '../../shard/ports.ts';

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

  after(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + ms, fn };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
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
  };
}

/** A log that keeps nothing. */
export const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A central that approves everything. */
export const APPROVING: Central = { approve: async () => ({ approved: true }), holdKeys: async () => {} };

/** Voice workers that only remember what they were told. */
export class GivenVoice implements Voice {
  served: string[][] = [];
  ended: string[][] = [];

  serve(needs: readonly { channelId: string }[]): void {
    this.served.push(needs.map((need) => need.channelId));
  }

  endTransmission(sinks: readonly string[]): void {
    this.ended.push([...sinks]);
  }
}
