import { expect } from 'chai';
import fc from 'fast-check';
import { Radio, type Transmission } from '../../../shard/radio/radio.ts';
import type { Route, RoutingTable } from '../../../shard/radio/routing.ts';
import type { NetMode } from '../../../shard/records.ts';
import { GivenClock } from '../../support/given.ts';

interface Lines {
  /** Speaker → where they are heard. */
  [who: string]: readonly string[];
}

/** Speaker `n` sits in channel `n`; odd ones speak on net `odd`, even ones on net `even`. The table says who hears them. */
function tableOf(sinks: Lines, mode: NetMode = 'open'): RoutingTable {
  return new Map(
    Object.entries(sinks).map(([who, to]): [string, Map<string, Route>] => {
      const netUid = Number(who) % 2 === 1 ? 'odd' : 'even';
      return [
        who,
        new Map([[who, { netUid, netId: 1, mode, gainDb: 0, sinks: to.filter((sink) => sink !== who), ears: [] }]]),
      ];
    }),
  );
}

function givenRadio() {
  const clock = new GivenClock();
  const silenced: string[] = [];
  const told: string[] = [];
  const radio = new Radio(clock, {
    started: ({ userId }) => told.push(`start ${userId}`),
    ended: ({ userId }: Transmission, reason) => told.push(`stop ${userId} ${reason}`),
    silenced: (userId, sinks) => silenced.push(`${userId} in ${sinks.join()}`),
  });
  const speak = (who: string) => radio.frame(who, who, false)?.sinks;
  return { radio, clock, silenced, told, speak, stop: (who: string) => radio.frame(who, who, true) };
}

describe('an open net', () => {
  it('carries everybody who speaks at once, each to all their sinks', () => {
    const { radio, speak, told } = givenRadio();
    radio.rebuild(tableOf({ '1': ['7', '8'], '2': ['8', '9'], '3': ['8'] }), () => 'released');
    for (let packet = 0; packet < 3; packet++) {
      expect([speak('1'), speak('2'), speak('3')]).to.deep.equal([['7', '8'], ['8', '9'], ['8']]);
    }
    expect(told).to.deep.equal(['start 1', 'start 2', 'start 3']);
  });

  it('says of each speaker where they are heard no longer', () => {
    const { radio, speak, stop, silenced } = givenRadio();
    radio.rebuild(tableOf({ '1': ['7', '8'], '3': ['8', '9'] }), () => 'released');
    speak('1');
    speak('3');
    radio.rebuild(tableOf({ '1': ['7'], '3': ['8', '9'] }), () => 'released');
    expect(silenced).to.deep.equal(['1 in 8']);
    stop('3');
    stop('1');
    expect(silenced).to.deep.equal(['1 in 8', '3 in 8,9', '1 in 7']);
  });

  it('answers the same object for every packet of a transmission', () => {
    const { radio, speak } = givenRadio();
    radio.rebuild(tableOf({ '1': ['7', '8'], '2': ['8', '9'] }), () => 'released');
    speak('1');
    const first = radio.frame('2', '2', false);
    expect(radio.frame('2', '2', false)).to.equal(first);
  });
});

describe('a net with a floor', () => {
  it('carries who keyed first, and of the others nothing until they key again', () => {
    const { radio, speak, stop, told } = givenRadio();
    radio.rebuild(tableOf({ '1': ['7'], '3': ['7'], '2': ['7'] }, 'floor'), () => 'released');
    expect(speak('1')).to.deep.equal(['7']);
    expect(speak('3')).to.equal(undefined);
    expect(speak('2'), 'another net has its own floor').to.deep.equal(['7']);
    stop('1');
    expect(speak('3'), 'the rest of what was refused').to.equal(undefined);
    stop('3');
    expect(speak('3')).to.deep.equal(['7']);
    expect(told).to.deep.equal(['start 1', 'start 2', 'stop 1 released', 'start 3']);
  });

  it('takes a pause of 200 ms as keying again, also of somebody it refused', async () => {
    const { radio, clock, speak, stop } = givenRadio();
    radio.rebuild(tableOf({ '1': ['7'], '3': ['7'] }, 'floor'), () => 'released');
    speak('1');
    speak('3');
    stop('1');
    await clock.advance(150);
    expect(speak('3')).to.equal(undefined);
    await clock.advance(200);
    expect(speak('3')).to.deep.equal(['7']);
  });

  it('leaves the floor with who began first when several speak on a net that was open', () => {
    const { radio, speak, told, silenced } = givenRadio();
    const lines = { '1': ['7'], '3': ['7', '8'] };
    radio.rebuild(tableOf(lines), () => 'released');
    speak('3');
    speak('1');
    radio.rebuild(tableOf(lines, 'floor'), () => 'released');
    expect(told.at(-1)).to.equal('stop 1 floor.lost');
    expect(silenced).to.deep.equal(['1 in 7']);
    expect([speak('3'), speak('1')]).to.deep.equal([['7', '8'], undefined]);
  });
});

describe('the radio, whatever happens', () => {
  it('has every place hear each speaker once and told of the end of each, and one at a time where a net has a floor', () => {
    const who = fc.constantFrom('1', '2', '3', '4');
    const sinks = fc.dictionary(who, fc.uniqueArray(fc.constantFrom('1', '2', '3', '7', '8', '9')), {
      noNullPrototype: true,
    });
    const mode = fc.constantFrom<NetMode>('open', 'floor');
    const step = fc.oneof(
      { weight: 6, arbitrary: who.map((speaker) => ({ speaker })) },
      { weight: 3, arbitrary: who.map((silent) => ({ silent })) },
      { weight: 2, arbitrary: fc.record({ table: sinks, mode }) },
    );
    fc.assert(
      fc.property(sinks, fc.array(step, { maxLength: 60 }), (first, steps) => {
        const { radio, silenced } = givenRadio();
        /** Who is heard where, as the bot would know it. */
        const heard = new Set<string>();
        const follow = () => {
          for (const line of silenced.splice(0)) {
            const [userId, places = ''] = line.split(' in ');
            for (const place of places.split(',')) heard.delete(`${userId} in ${place}`);
          }
        };
        let now = { table: first, mode: 'open' as NetMode };
        radio.rebuild(tableOf(first), () => 'released');
        for (const one of steps) {
          if ('table' in one) {
            now = one;
            radio.rebuild(tableOf(one.table, one.mode), () => 'released');
          } else if ('silent' in one) radio.frame(one.silent, one.silent, true);
          follow();
          const active = [...radio.transmissions()];
          const nets = active.map(({ route }) => route.netUid);
          if (now.mode === 'floor') expect(nets).to.deep.equal([...new Set(nets)]);
          for (const line of heard) {
            const [userId, place] = line.split(' in ');
            expect(now.table[userId ?? ''], 'the bot knows where it must fall silent').to.include(place);
          }
          if (!('speaker' in one)) continue;
          const { speaker } = one;
          const to = radio.frame(speaker, speaker, false)?.sinks ?? [];
          if (now.mode === 'open')
            expect(to).to.deep.equal((now.table[speaker] ?? []).filter((sink) => sink !== speaker));
          expect(to).to.deep.equal([...new Set(to)]);
          for (const sink of to) heard.add(`${speaker} in ${sink}`);
        }
        radio.rebuild(new Map(), () => 'left');
        follow();
        expect([...heard]).to.deep.equal([]);
      }),
      { numRuns: 400 },
    );
  });
});
