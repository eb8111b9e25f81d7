import { expect } from 'chai';
import fc from 'fast-check';
import { WindowCounter } from '../../../../api/limits/window-counter.ts';
import { GivenClock } from '../../../support/given.ts';

const given = (limit: number, maxTracked = 100) => {
  const clock = new GivenClock(0);
  return { clock, counter: new WindowCounter({ limit, windowMs: 60_000, maxTracked, clock }) };
};

describe('a window counter', () => {
  it('counts down to nothing, refuses what is too many, and starts anew a window after the first', async () => {
    const { clock, counter } = given(2);
    expect(counter.count('a')).to.deep.equal({ limit: 2, remaining: 1, resetAt: 60_000, over: 0 });
    await clock.advance(30_000);
    expect(counter.count('a')).to.deep.equal({ limit: 2, remaining: 0, resetAt: 60_000, over: 0 });
    expect(counter.count('a')).to.deep.equal({ limit: 2, remaining: 0, resetAt: 60_000, over: 1 });
    await clock.advance(29_999);
    expect(counter.count('a').over).to.equal(2);
    await clock.advance(1);
    expect(counter.count('a')).to.deep.equal({ limit: 2, remaining: 1, resetAt: 120_000, over: 0 });
  });

  it('counts everybody for themselves', () => {
    const { counter } = given(1);
    expect(['a', 'b', 'a', 'c'].map((who) => counter.count(who).over)).to.deep.equal([0, 0, 1, 0]);
  });

  it('forgets windows that have ended, and when it is full the one that ends next', async () => {
    const { clock, counter } = given(1, 3);
    for (const who of ['a', 'b', 'c']) {
      counter.count(who);
      await clock.advance(10_000);
    }
    expect(counter.count('d').over).to.equal(0);
    expect(counter.tracked).to.equal(3);
    expect([counter.count('b').over, counter.count('d').over], 'a went').to.deep.equal([1, 1]);
    await clock.advance(60_000);
    counter.count('e');
    expect(counter.tracked).to.equal(1);
  });

  it('never lets more through than the limit in one window, and never holds more than it may', async () => {
    const step = fc.record({ who: fc.constantFrom('a', 'b', 'c', 'd', 'e'), after: fc.nat({ max: 20_000 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 100 }), async (steps) => {
        const { clock, counter } = given(3, 5);
        const passed = new Map<string, number[]>();
        for (const { who, after } of steps) {
          await clock.advance(after);
          const { over, resetAt } = counter.count(who);
          if (over === 0) passed.set(`${who}/${resetAt}`, [...(passed.get(`${who}/${resetAt}`) ?? []), clock.now()]);
          expect(counter.tracked).to.be.at.most(5);
          expect(resetAt).to.be.within(clock.now() + 1, clock.now() + 60_000);
        }
        for (const times of passed.values()) expect(times.length).to.be.at.most(3);
      }),
      { numRuns: 50 },
    );
  });
});
