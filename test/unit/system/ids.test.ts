import { expect } from 'chai';
import { systemIds } from '../../../system.ts';
import { GivenClock } from '../../support/given.ts';

describe('event ids', () => {
  it('sort in the order they were made, within a millisecond and when the clock is set back', () => {
    let now = 1_000_000;
    const ids = systemIds({ ...new GivenClock(), now: () => now, after: () => () => {} });
    const made = Array.from({ length: 3000 }, (_, index) => {
      if (index % 1000 === 0) now += index === 2000 ? -5000 : 1;
      return ids.event();
    });
    expect(made).to.deep.equal([...made].sort());
    expect(new Set(made).size).to.equal(made.length);
  });
});
