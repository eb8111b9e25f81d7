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

describe('random bytes', () => {
  it('are as many as were asked for, never the same twice, and nobody else’s to change', () => {
    const { random } = systemIds();
    const seen = new Set<string>();
    for (let round = 0; round < 2000; round += 1) {
      for (const length of [10, 20, 24, 64, 65, 5000]) {
        if (length > 64 && round > 20) continue;
        const bytes = random(length);
        expect(bytes).to.have.length(length);
        expect(bytes.some((byte) => byte !== 0)).to.equal(true);
        seen.add(Buffer.from(bytes).toString('hex'));
        bytes.fill(7);
      }
    }
    expect(seen.size).to.equal(2000 * 4 + 21 * 2);
  });
});
