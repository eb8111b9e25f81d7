import { expect } from 'chai';
import fc from 'fast-check';
import { Radio, type Transmission } from '../../../shard/radio/radio.ts';
import type { Route, RoutingTable } from '../../../shard/radio/routing.ts';
import { GivenClock } from '../../support/given.ts';

/** Speaker `n` sits in channel `n` and speaks on net `n`; the table says where each is heard. */
function tableOf(sinks: Record<string, readonly string[]>): RoutingTable {
  return new Map(
    Object.entries(sinks).map(([who, to]): [string, Map<string, Route>] => [
      who,
      new Map([
        [who, { netUid: `net_${who}`, netId: Number(who), sinks: to.filter((sink) => sink !== who), ears: [] }],
      ]),
    ]),
  );
}

function givenRadio() {
  const clock = new GivenClock();
  const silenced: (readonly string[])[] = [];
  const told: string[] = [];
  const radio = new Radio(clock, {
    started: ({ userId }) => told.push(`start ${userId}`),
    ended: ({ userId }: Transmission) => told.push(`stop ${userId}`),
    silenced: (sinks) => silenced.push(sinks),
  });
  const speak = (who: string) => radio.frame(who, who, false)?.sinks;
  return { radio, clock, silenced, told, speak, stop: (who: string) => radio.frame(who, who, true) };
}

describe('a channel that hears several nets', () => {
  it('keeps the earlier transmission, and the later one is heard in the other places', () => {
    const { radio, speak } = givenRadio();
    radio.rebuild(tableOf({ '1': ['7', '8'], '2': ['8', '9'] }), () => 'released');
    expect(speak('1')).to.deep.equal(['7', '8']);
    expect(speak('2')).to.deep.equal(['9']);
    expect(speak('1')).to.deep.equal(['7', '8']);
    expect(speak('2')).to.deep.equal(['9']);
  });

  it('stays out of the later one when it becomes free, until the next key-down', () => {
    const { radio, speak, stop, silenced } = givenRadio();
    const table = { '1': ['7', '8'], '2': ['8', '9'] };
    radio.rebuild(tableOf(table), () => 'released');
    speak('1');
    speak('2');
    stop('1');
    expect(silenced).to.deep.equal([['7', '8']]);
    expect(speak('2')).to.deep.equal(['9']);
    radio.rebuild(tableOf(table), () => 'released');
    expect(speak('2'), 'also after something changed').to.deep.equal(['9']);
    stop('2');
    expect(silenced.at(-1)).to.deep.equal(['9']);
    expect(speak('2')).to.deep.equal(['8', '9']);
  });

  it('holds a transmission that is heard nowhere else as one all the same', () => {
    const { radio, speak, stop, told, silenced } = givenRadio();
    radio.rebuild(tableOf({ '1': ['8'], '2': ['8'] }), () => 'released');
    speak('1');
    expect(speak('2')).to.deep.equal([]);
    stop('1');
    expect(speak('2'), 'nothing is decided in the middle of it').to.deep.equal([]);
    stop('2');
    expect(told).to.deep.equal(['start 1', 'start 2', 'stop 1', 'stop 2']);
    expect(silenced).to.deep.equal([['8']]);
  });

  it('goes to the transmission that began first when it appears while several last', () => {
    const { radio, speak, silenced } = givenRadio();
    radio.rebuild(tableOf({ '1': ['7'], '2': ['9'] }), () => 'released');
    speak('1');
    speak('2');
    radio.rebuild(tableOf({ '1': ['7', '8'], '2': ['8', '9'] }), () => 'released');
    expect([speak('1'), speak('2')]).to.deep.equal([['7', '8'], ['9']]);
    radio.rebuild(tableOf({ '1': ['7'], '2': ['8', '9'] }), () => 'released');
    expect(silenced).to.deep.equal([['8']]);
    expect([speak('1'), speak('2')]).to.deep.equal([['7'], ['9']]);
  });

  it('answers the same object for every packet of a transmission', () => {
    const { radio, speak } = givenRadio();
    radio.rebuild(tableOf({ '1': ['7', '8'], '2': ['8', '9'] }), () => 'released');
    speak('1');
    const first = radio.frame('2', '2', false);
    expect(radio.frame('2', '2', false)).to.equal(first);
  });

  it('hears one transmission at a time whatever happens, and is told of the end of each', () => {
    const who = fc.constantFrom('1', '2', '3', '4');
    const sinks = fc.dictionary(who, fc.uniqueArray(fc.constantFrom('1', '2', '3', '7', '8', '9')), {
      noNullPrototype: true,
    });
    const step = fc.oneof(
      { weight: 6, arbitrary: who.map((speaker) => ({ speaker, table: null })) },
      { weight: 3, arbitrary: who.map((silent) => ({ silent, table: null })) },
      { weight: 2, arbitrary: sinks.map((table) => ({ table })) },
    );
    fc.assert(
      fc.property(sinks, fc.array(step, { maxLength: 60 }), (first, steps) => {
        const { radio, silenced } = givenRadio();
        /** Sink → who is heard in it, as the bot would know it. */
        const heard = new Map<string, string>();
        const follow = () => {
          for (const sink of silenced.splice(0).flat()) heard.delete(sink);
        };
        let table = first;
        radio.rebuild(tableOf(first), () => 'released');
        for (const one of steps) {
          if (one.table) {
            table = one.table;
            radio.rebuild(tableOf(table), () => 'released');
          } else if ('silent' in one) radio.frame(one.silent, one.silent, true);
          follow();
          if (!('speaker' in one)) continue;
          const { speaker } = one;
          for (const sink of radio.frame(speaker, speaker, false)?.sinks ?? []) {
            expect(heard.get(sink) ?? speaker, `in ${sink}`).to.equal(speaker);
            expect(table[speaker]).to.include(sink);
            expect(sink).to.not.equal(speaker);
            heard.set(sink, speaker);
          }
        }
        radio.rebuild(new Map(), () => 'left');
        follow();
        expect([...heard]).to.deep.equal([]);
      }),
      { numRuns: 400 },
    );
  });
});
