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

describe('event ids of a run', () => {
  const idsAt = (now: number) => systemIds({ ...new GivenClock(), now: () => now, after: () => () => {} });

  it('sort after those of the run before, when the clock was set back in between', () => {
    const before = idsAt(2_000_000);
    const made = Array.from({ length: 100 }, () => before.event());
    const after = idsAt(1_000_000);
    after.follow(made.at(-1) as string);
    after.follow(made[0] as string);
    made.push(...Array.from({ length: 100 }, () => after.event()));
    expect(made).to.deep.equal([...made].sort());
  });

  it('go by the clock again once it has come further', () => {
    const ids = idsAt(3_000_000);
    const plain = idsAt(3_000_000).event();
    ids.follow(idsAt(2_000_000).event());
    expect(ids.event().slice(0, 18)).to.equal(plain.slice(0, 18));
  });

  it('sort also when more are made at one time than can be counted', () => {
    const ids = idsAt(1_000_000);
    ids.follow('evt_00000zzzzzzzzz00000000');
    const made = [ids.event(), ids.event()];
    expect(made).to.deep.equal([...made].sort());
    expect((made[0] as string) > 'evt_00000zzzzzzzzz00000000').to.equal(true);
    expect(made[0]).to.have.length('evt_'.length + 22);
  });

  it('follow nothing that is no such id, and no time beyond belief', () => {
    const plain = idsAt(1_000_000).event();
    for (const odd of ['', 'evt_1', 'evt_zzzzzzzzzzzzzz00000000', 'aud_00000zzzzz000000000000', 'evt_../../x']) {
      const ids = idsAt(1_000_000);
      ids.follow(odd);
      expect(ids.event().slice(0, 18), odd).to.equal(plain.slice(0, 18));
    }
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
