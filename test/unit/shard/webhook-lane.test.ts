import { expect } from 'chai';
import type { PendingDelivery } from '../../../shard/ledgers.ts';
import { eventTypes, isEventName } from '../../../shard/record/event-names.ts';
import { EVENT_TYPES, type ShardEvent } from '../../../shard/record/events.ts';
import { WebhookLane } from '../../../shard/record/webhook-lane.ts';
import type { WebhookRecord } from '../../../shard/records.ts';

const AT = '2026-11-21T12:00:00.000Z';
const NOW = Date.parse(AT);

const WEBHOOK: WebhookRecord = {
  id: 'whk_a',
  url: 'https://hooks.example.org/',
  events: ['config.changed'],
  secret: 'whsec_',
  keyId: null,
  createdAt: AT,
  after: '',
  enabled: true,
  disabledReason: null,
};

function event(count: number): ShardEvent {
  const id = `evt_${String(count).padStart(8, '0')}`;
  return { id, type: 'config.changed', guildId: '1', at: AT, data: { action: 'test' } };
}

const events = (count: number) => Array.from({ length: count }, (_, index) => event(index));
const row = (count: number, nextAt = AT): PendingDelivery => ({
  webhookId: 'whk_a',
  event: event(count),
  attempts: 1,
  nextAt,
});

describe('what waits for a webhook', () => {
  it('is what it wants and has not had', () => {
    const lane = new WebhookLane(WEBHOOK);
    lane.add([event(1), { ...event(2), type: 'user.left' } as ShardEvent, event(3), event(4)], event(1).id);
    expect(lane.size.waiting).to.equal(2);
    expect(lane.next(NOW)).to.deep.equal({ webhookId: 'whk_a', event: event(3), number: 1 });
    expect(lane.next(NOW)?.event, 'it stays until it is decided').to.deep.equal(event(3));
  });

  it('is at most 10,000 events: the oldest are given up', () => {
    const lane = new WebhookLane(WEBHOOK);
    lane.add(events(10_000), '');
    lane.add([event(10_000), event(10_001)], '');
    expect([lane.size.waiting, lane.dropped]).to.deep.equal([10_000, 2]);
    expect(lane.next(NOW)?.event).to.deep.equal(event(2));
  });

  it('is not looked through at every event while nothing of it is due', () => {
    const lane = new WebhookLane(WEBHOOK);
    let reads = 0;
    for (let count = 0; count < 1000; count += 1) {
      const late = row(count);
      const nextAt = new Date(NOW + 60_000 + count).toISOString();
      lane.retry(Object.defineProperty(late, 'nextAt', { get: () => (++reads ? nextAt : '') }));
    }
    for (let look = 0; look < 100; look += 1) {
      expect(lane.next(NOW)).to.equal(null);
      expect(lane.nextAt()).to.equal(NOW + 60_000);
    }
    expect(reads).to.equal(1000);
    expect(lane.next(NOW + 60_000)?.event).to.deep.equal(event(0));
    lane.forget(event(0).id);
    expect(lane.nextAt()).to.equal(NOW + 60_001);
    lane.retry(row(1, new Date(NOW + 1000).toISOString()));
    expect(lane.nextAt()).to.equal(NOW + 1000);
  });

  it('passes one by one, thousands of them', () => {
    const lane = new WebhookLane(WEBHOOK);
    lane.add(events(3000), '');
    for (let count = 0; count < 3000; count += 1) {
      const attempt = lane.next(NOW);
      expect(attempt?.event.id).to.equal(event(count).id);
      lane.passed(attempt?.event as ShardEvent);
    }
    expect([lane.next(NOW), lane.nextAt()]).to.deep.equal([null, null]);
  });

  it('is tried again at most 1,000 times at once: the oldest is given up', () => {
    const lane = new WebhookLane(WEBHOOK);
    for (let count = 0; count < 1000; count += 1) expect(lane.retry(row(count))).to.equal(undefined);
    expect(lane.retry(row(5)), 'the same again').to.equal(undefined);
    expect(lane.retry(row(1000))).to.deep.equal(row(0));
    expect(lane.size.retrying).to.equal(1000);
  });

  it('takes turns with what is tried again, which waits for its time', () => {
    const lane = new WebhookLane(WEBHOOK);
    lane.retry(row(1, new Date(NOW + 5000).toISOString()));
    expect([lane.next(NOW), lane.nextAt()]).to.deep.equal([null, NOW + 5000]);
    lane.add([event(2), event(3)], '');
    const numbers = [1, 2, 3, 4].map(() => lane.next(NOW + 5000)?.number);
    expect(numbers).to.deep.equal([1, 2, 1, 2]);
  });
});

describe('names of events', () => {
  it('are the types, their groups, and a star for all', () => {
    for (const name of [...EVENT_TYPES, '*', 'ptt.*', 'ready-check.*', 'user.*']) {
      expect(isEventName(name), name).to.equal(true);
    }
    for (const name of ['', 'ptt', 'ptt.', 'ptt*', '.*', 'p.*', '**', 'PTT.*', 'ready.*', 'ptt.start ', '__proto__']) {
      expect(isEventName(name), name).to.equal(false);
    }
    expect([...eventTypes(['ptt.*', 'ptt.start', 'x'])]).to.deep.equal(['ptt.start', 'ptt.stop']);
    expect([...eventTypes(['*'])]).to.deep.equal(EVENT_TYPES);
  });
});
