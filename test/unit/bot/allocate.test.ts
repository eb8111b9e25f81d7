import { expect } from 'chai';
import fc from 'fast-check';
import { type AllocationInput, allocate } from '../../../bot/voice/allocate.ts';

const everywhere = () => true;

function given(
  needs: string[],
  accounts: string[],
  current: Record<string, string> = {},
  eligible = everywhere as AllocationInput['eligible'],
) {
  return { needs, accounts, current: new Map(Object.entries(current)), eligible };
}

/** Small worlds: a few channels, a few accounts, holes in the permissions, an older allocation. */
const worlds = fc
  .record({
    needs: fc.uniqueArray(fc.constantFrom('A', 'B', 'C', 'D', 'E'), { maxLength: 5 }),
    accounts: fc.uniqueArray(fc.constantFrom('1', '2', '3', '4'), { maxLength: 4 }),
    before: fc.uniqueArray(fc.constantFrom('A', 'B', 'C', 'D', 'E', 'X'), { maxLength: 4 }),
    barred: fc.array(fc.tuple(fc.constantFrom('1', '2', '3', '4'), fc.constantFrom('A', 'B', 'C', 'D', 'E')), {
      maxLength: 8,
    }),
  })
  .map(({ needs, accounts, before, barred }): AllocationInput => {
    const bars = new Set(barred.map((pair) => pair.join()));
    const current = new Map(
      accounts.flatMap((account, i) => (before[i] === undefined ? [] : [[account, before[i]] as const])),
    );
    return { needs, accounts, current, eligible: (account, channel) => !bars.has(`${account},${channel}`) };
  });

/** Whether all of these channels can be served at once, by trying every way. */
function servable(channels: readonly string[], { accounts, eligible }: AllocationInput): boolean {
  const [first, ...rest] = channels;
  if (first === undefined) return true;
  return accounts.some((account) => {
    const others = accounts.filter((other) => other !== account);
    return eligible(account, first) && servable(rest, { needs: rest, accounts: others, current: new Map(), eligible });
  });
}

describe('the allocation of voice workers', () => {
  it('gives no account two channels, no channel two accounts, and sends none where it may not go', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const result = allocate(world);
        expect(new Set(result.values()).size).to.equal(result.size);
        for (const [account, channel] of result) {
          expect(world.accounts).to.include(account);
          expect(world.needs).to.include(channel);
          expect(world.eligible(account, channel)).to.equal(true);
        }
      }),
    );
  });

  it('leaves a channel without only when it cannot be served together with all the more wanted ones that are', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const served = new Set(allocate(world).values());
        const chosen: string[] = [];
        for (const channel of world.needs) {
          if (servable([...chosen, channel], world)) chosen.push(channel);
        }
        expect([...served].sort()).to.deep.equal(chosen.sort());
      }),
    );
  });

  it('moves nobody when everybody needed is served already', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const first = allocate(world);
        expect(allocate({ ...world, current: first })).to.deep.equal(first);
      }),
    );
  });

  it('frees an account whose channel is not needed any more', () => {
    expect(allocate(given([], ['1'], { '1': 'A' }))).to.deep.equal(new Map());
  });

  it('sends an idle account to a new channel and leaves the others where they are', () => {
    const result = allocate(given(['B', 'A'], ['1', '2'], { '1': 'A' }));
    expect(result).to.deep.equal(
      new Map([
        ['2', 'B'],
        ['1', 'A'],
      ]),
    );
  });

  it('serves the busiest channels when accounts are scarce', () => {
    const result = allocate(given(['A', 'B', 'C'], ['1', '2']));
    expect([...result.values()].sort()).to.deep.equal(['A', 'B']);
  });

  it('takes the account of the least wanted channel when a more wanted one comes up', () => {
    const result = allocate(given(['C', 'A', 'B'], ['1', '2'], { '1': 'A', '2': 'B' }));
    expect(result).to.deep.equal(
      new Map([
        ['2', 'C'],
        ['1', 'A'],
      ]),
    );
  });

  it('lets others make room for a channel that only one account may enter', () => {
    const onlyOne = (account: string, channel: string) => channel !== 'B' || account === '1';
    const result = allocate(given(['A', 'B'], ['1', '2'], { '1': 'A' }, onlyOne));
    expect(result).to.deep.equal(
      new Map([
        ['2', 'A'],
        ['1', 'B'],
      ]),
    );
  });

  it('asks for few permissions, also where channels are many and accounts scarce: to work one out takes 8 µs', () => {
    const ids = (count: number, kind: string) => Array.from({ length: count }, (_, index) => `${kind}${index}`);
    let asked = 0;
    const eligible = () => {
      asked++;
      return true;
    };
    const first = allocate({ needs: ids(50, 'C'), accounts: ids(21, 'a'), current: new Map(), eligible });
    allocate({ needs: ids(50, 'C'), accounts: ids(21, 'a'), current: first, eligible });
    expect(first.size).to.equal(21);
    expect(asked).to.be.at.most(2 * (21 + 21));
  });
});
