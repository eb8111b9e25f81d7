import { expect } from 'chai';
import { Ticker } from '../../../../bot/voice/mix/ticker.ts';
import { GivenClock } from '../../../support/given.ts';

function given() {
  const clock = new GivenClock(0);
  const ticks: number[] = [];
  const ticker = new Ticker(clock, (now) => ticks.push(now));
  ticker.start(6);
  return { clock, ticks, ticker };
}

describe('the ticker', () => {
  it('ticks every 20 ms from the first tick on, until it is stopped', async () => {
    const { clock, ticks, ticker } = given();
    await clock.advance(70);
    ticker.stop();
    await clock.advance(100);
    expect(ticks).to.deep.equal([6, 26, 46, 66]);
    ticker.start(5);
    await clock.advance(5);
    expect(ticks.at(-1)).to.equal(175);
  });

  it('does not drift when its timers come late', async () => {
    const { clock, ticks } = given();
    await clock.advance(6);
    clock.leap(27);
    await clock.advance(0);
    await clock.advance(40);
    expect(ticks).to.deep.equal([6, 33, 46, 66]);
  });

  it('makes up for ticks that were missed while the loop stood still for up to 200 ms, and for no more', async () => {
    const { clock, ticks } = given();
    await clock.advance(6);
    clock.leap(70);
    await clock.advance(0);
    expect(ticks).to.deep.equal([6, 76, 76, 76]);
    clock.leap(5000);
    await clock.advance(0);
    expect(ticks.slice(4)).to.deep.equal([5076]);
    await clock.advance(20);
    expect(ticks.slice(4)).to.deep.equal([5076, 5096]);
  });
});
