import { Webhooks } from '../../../../api/webhooks/webhooks.ts';
import type { DraftEvent } from '../../../../shard/draft.ts';
import type { GuildStore } from '../../../../shard/ports.ts';
import type { WebhookRecord } from '../../../../shard/records.ts';
import type { Shard } from '../../../../shard/shard.ts';
import { Shards } from '../../../../shard/shards.ts';
import { systemIds } from '../../../../system.ts';
import { APPROVING, GivenClock, type GivenNotices, givenOutside, SILENT } from '../../../support/given.ts';
import { givenSearch } from '../../../support/given-search.ts';
import { MemoryStore } from '../../../support/memory-store.ts';
import { until } from '../../../support/until.ts';

const SYSTEM = { kind: 'system' as const, name: 'test' };

/** What a shard with webhooks is given. */
export interface WebhookWish {
  store?: GuildStore;
  clock?: GivenClock;
  /** Name → addresses, asked at each connection. */
  resolve?: (name: string) => Promise<string[]>;
  allowPrivate?: boolean;
  /** False: nothing is sent, as in a process that dies too early. */
  sending?: boolean;
}

/** One guild and what delivers its events. */
export interface GivenWebhooks {
  shards: Shards;
  shard: Shard;
  webhooks: Webhooks;
  clock: GivenClock;
  notices: GivenNotices;
  add(url: string, events?: string[], secret?: string): Promise<WebhookRecord>;
  /** Publishes events whose data say `1`, `2`, … and waits until they are on disk. */
  publish(count: number): Promise<string[]>;
  /** Moves the clock in small steps until the condition holds; answers when. */
  goOnUntil(condition: () => unknown, stepMs?: number): Promise<number>;
  stop(): Promise<void>;
}

/** A started shard whose clock begins at the real time, as the library that verifies looks at that. */
export async function givenWebhooks(wish: WebhookWish = {}): Promise<GivenWebhooks> {
  const { store = new MemoryStore(), clock = new GivenClock(Date.now()), allowPrivate = true } = wish;
  const outside = givenOutside();
  const ids = systemIds(clock);
  const shared = { clock, ids, log: SILENT };
  const search = givenSearch();
  const shards = new Shards({ open: async () => store, central: APPROVING, search, outside: () => outside, ...shared });
  const shard = await shards.open('1000');
  const resolve = wish.resolve ?? (async () => ['127.0.0.1']);
  const webhooks = new Webhooks({ shards, version: '1', allowHttp: true, allowPrivate, resolve, ...shared });
  if (wish.sending !== false) webhooks.start();
  let published = 0;
  return {
    shards,
    shard,
    webhooks,
    clock,
    notices: outside.notices,
    async add(url, events = ['*'], secret) {
      const { webhook } = await shard.change(SYSTEM, { type: 'webhook.create', url, events, secret });
      await clock.advance(20);
      return webhook;
    },
    async publish(count) {
      const drafts = Array.from({ length: count }, (): DraftEvent => {
        published += 1;
        return { type: 'ptt.start', data: { userId: String(published), displayName: 'x', netId: 1, netUid: 'net_a' } };
      });
      shard.events.publish(drafts);
      // On a real disk a batch may wait for the one before it.
      return until(async () => {
        await clock.advance(20);
        const mine = shard.events.recent().filter(({ type }) => type === 'ptt.start');
        const last = mine.at(-1)?.data as { userId: string } | undefined;
        return last?.userId === String(published) && mine.slice(-count).map(({ id }) => id);
      });
    },
    async goOnUntil(condition, stepMs = 1000) {
      await until(async () => {
        if (condition()) return true;
        await clock.advance(stepMs);
        return condition();
      }, 15_000);
      return clock.now();
    },
    async stop() {
      const stopped = webhooks.stop();
      await clock.advance(1000);
      await stopped;
      await shards.stop();
    },
  };
}
