import { expect } from 'chai';
import { EntitlementWatch } from '../../../shard/entitlement-watch.ts';
import { requireFeature } from '../../../shard/op/require-feature.ts';
import type { EntitledFeature, Entitlements } from '../../../shard/ports.ts';
import { ONLY, State } from '../../../shard/state.ts';
import { APPROVING, GivenClock, SILENT, settle } from '../../support/given.ts';
import { givenShard } from '../../support/given-shard.ts';

const SOME: Entitlements = { maxNets: 5, features: ['acars'] };

/** A watch whose questions are answered by `answer`. */
function givenWatch(answer: () => Promise<Entitlements>) {
  const clock = new GivenClock();
  let asked = 0;
  const entitlements = () => {
    asked += 1;
    return answer();
  };
  const watch = new EntitlementWatch({ guildId: '1', central: { entitlements }, clock, log: SILENT });
  return { watch, clock, asked: () => asked };
}

describe('what a guild is entitled to', () => {
  it('is everything until central says so', async () => {
    const { watch } = givenWatch(async () => SOME);
    expect([watch.known, watch.allows('public-net')]).to.deep.equal([null, true]);
    watch.start();
    await settle();
    expect(watch.known).to.deep.equal(SOME);
    expect([watch.allows('acars'), watch.allows('public-net')]).to.deep.equal([true, false]);
  });

  it('is asked again at growing intervals while central fails or hangs, and what it said last goes on', async () => {
    let answer: () => Promise<Entitlements> = () => Promise.reject(new Error('down'));
    const { watch, clock, asked } = givenWatch(() => answer());
    watch.start();
    await settle();
    await clock.advance(999);
    expect(asked()).to.equal(1);
    await clock.advance(1);
    expect(asked()).to.equal(2);
    answer = () => new Promise(() => {});
    await clock.advance(2000);
    expect(asked()).to.equal(3);
    await clock.advance(3000 + 4000);
    expect(asked()).to.equal(4);
    answer = async () => SOME;
    await clock.advance(3000 + 8000);
    expect([asked(), watch.known]).to.deep.equal([5, SOME]);
    answer = () => Promise.reject(new Error('down'));
    await clock.advance(10 * 60_000);
    expect([asked(), watch.known]).to.deep.equal([6, SOME]);
    for (let minute = 0; minute < 10; minute += 1) await clock.advance(60_000);
    expect(asked(), 'at least once a minute').to.be.at.least(15);
    answer = async () => ({ ...SOME, maxNets: 9 });
    await clock.advance(60_000);
    expect(watch.known?.maxNets).to.equal(9);
  });

  it('is asked no more after the stop', async () => {
    const { watch, clock, asked } = givenWatch(async () => SOME);
    watch.start();
    await settle();
    watch.stop();
    await clock.advance(3_600_000);
    expect(asked()).to.equal(1);
  });

  it('does not hold up the start of a shard', async () => {
    const central = { ...APPROVING, entitlements: () => new Promise<Entitlements>(() => {}) };
    const { shard } = await givenShard({ central });
    expect(shard.read.entitlements()).to.equal(null);
    await shard.stop();
  });

  it('is shown by the reads', async () => {
    const { shard } = await givenShard({ central: { ...APPROVING, entitlements: async () => SOME } });
    await settle();
    expect(shard.read.entitlements()).to.deep.equal(SOME);
  });
});

describe('a feature', () => {
  const require = (feature: EntitledFeature, entitled: boolean, acarsEnabled = true): string => {
    const state = new State();
    const features = {
      maxNets: 50,
      globalPttEnabled: false,
      acarsEnabled,
      readyCheckEnabled: true,
      publicNet: { enabled: false, name: 'Public Net', roleIds: [] },
      orgLink: { enabled: false, roleIds: [], netUid: null },
    };
    state.apply([{ collection: 'features', key: ONLY, value: features }]);
    try {
      requireFeature(state, { entitled: () => entitled }, feature);
      return 'allowed';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it('is allowed when the guild is entitled to it and it is on, and says which of the two is missing', () => {
    expect(require('acars', true)).to.equal('allowed');
    expect(require('ready-checks', true)).to.equal('allowed');
    expect(require('acars', true, false)).to.equal('feature.off');
    expect(require('acars', false, false)).to.equal('feature.not-entitled');
    expect(require('global-ptt', true)).to.equal('feature.off');
  });
});
