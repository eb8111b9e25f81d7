import { expect } from 'chai';
import { EventFeed } from '../../../shard/record/event-feed.ts';
import { GivenClock, givenIds, SILENT } from '../../support/given.ts';

describe('the feed of events', () => {
  it('publishes a batch of any size and keeps the last of it', async () => {
    const clock = new GivenClock();
    const log = { append: async () => {}, read: async () => [] };
    const feed = new EventFeed({ guildId: '1', log, clock, ids: givenIds(), report: SILENT });
    await feed.start([]);
    let told = 0;
    feed.subscribe('test', (batch) => {
      told += batch.length;
    });
    const many = 200_000;
    feed.publish(
      Array.from({ length: many }, () => ({ type: 'config.changed' as const, data: { action: 'net.create' } })),
    );
    await clock.advance(20);
    expect(told).to.equal(many);
    expect(feed.recent()).to.have.length(10_000);
  });
});
