import { expect } from 'chai';
import { pause } from '../../../bot/pause.ts';
import { GivenClock } from '../../support/given.ts';

describe('a pause', () => {
  it('ends when its time is over', async () => {
    const clock = new GivenClock();
    let over = false;
    const paused = pause(clock, 100, new AbortController().signal).then(() => (over = true));
    await clock.advance(99);
    expect(over).to.equal(false);
    await clock.advance(1);
    expect(over).to.equal(true);
    await paused;
  });

  it('ends with the signal’s reason when it is aborted, before or meanwhile', async () => {
    const why = new Error('stopping');
    const controller = new AbortController();
    const paused = pause(new GivenClock(), 100, controller.signal).catch((error: unknown) => error);
    controller.abort(why);
    expect(await paused).to.equal(why);
    expect(await pause(new GivenClock(), 100, controller.signal).catch((error: unknown) => error)).to.equal(why);
  });
});
