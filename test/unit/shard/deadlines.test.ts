import { expect } from 'chai';
import { Deadlines } from '../../../shard/deadlines.ts';
import type { CollectionName, KeyRecord, WebhookRecord } from '../../../shard/records.ts';
import { State } from '../../../shard/state.ts';
import { GivenClock, SILENT, settle } from '../../support/given.ts';

const DAY = 24 * 3600 * 1000;
const TOUCHED = new Set<CollectionName>(['webhooks']);

/** A state with a webhook whose key ends at this time. */
function endingAt(ms: number): State {
  const state = new State();
  const key = { id: 'key_a', hash: 'h', expiresAt: new Date(ms).toISOString(), revokedAt: null } as KeyRecord;
  const webhook = { id: 'whk_a', keyId: 'key_a', enabled: true } as WebhookRecord;
  state.apply([
    { collection: 'keys', key: key.id, value: key },
    { collection: 'webhooks', key: webhook.id, value: webhook },
  ]);
  return state;
}

describe('what ends by itself', () => {
  it('ends on time also after months, by timers that are not too long', async () => {
    const clock = new GivenClock();
    const waits: number[] = [];
    const watched = {
      now: () => clock.now(),
      after: (ms: number, fn: () => void) => {
        waits.push(ms);
        return clock.after(ms, fn);
      },
    };
    const end = clock.now() + 90 * DAY;
    const ended: number[] = [];
    const state = endingAt(end);
    const deadlines = new Deadlines(
      watched,
      async () => {
        ended.push(clock.now());
        state.apply([{ collection: 'webhooks', key: 'whk_a', value: null }]);
      },
      SILENT,
    );
    await deadlines.start(state);
    await clock.advance(91 * DAY);
    expect(ended).to.deep.equal([end]);
    expect(Math.max(...waits)).to.be.at.most(DAY);
  });

  it('is looked at again when a timer fired too early', async () => {
    const clock = new GivenClock();
    let early = 1;
    const hasty = {
      now: () => clock.now() - early,
      after: (ms: number, fn: () => void) => clock.after(ms, fn),
    };
    const state = endingAt(clock.now() + 5000);
    let ended = 0;
    const deadlines = new Deadlines(
      hasty,
      async () => {
        if (hasty.now() < Date.parse(state.tables.keys.get('key_a')?.expiresAt ?? '')) return;
        ended += 1;
        state.apply([{ collection: 'webhooks', key: 'whk_a', value: null }]);
        deadlines.follow(state, TOUCHED);
      },
      SILENT,
    );
    early = 0;
    await deadlines.start(state);
    early = 1;
    await clock.advance(5000);
    await settle();
    expect(ended).to.equal(0);
    await clock.advance(1);
    expect(ended).to.equal(1);
    await clock.advance(DAY);
    expect(ended).to.equal(1);
  });
});
