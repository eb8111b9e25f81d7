import { expect } from 'chai';
import { Registrar } from '../../../bot/registrar.ts';
import { GivenClock, SILENT } from '../../support/given.ts';

describe('the registrar', () => {
  it('tries again, later and later, until the commands are registered, and reports so', async () => {
    const clock = new GivenClock();
    const asked: number[] = [];
    const start = clock.now();
    const rest = {
      get: async () => {
        asked.push(clock.now() - start);
        if (asked.length < 4) throw new Error('503');
        return [];
      },
      put: async () => [],
    };
    const registrar = new Registrar({ rest, applicationId: '5', guildId: undefined, log: SILENT }, clock);
    await registrar.start();
    expect(registrar.registered).to.equal(false);
    await clock.advance(60_000);
    expect(asked).to.deep.equal([0, 2000, 6000, 14_000]);
    expect(registrar.registered).to.equal(true);
  });

  it('stops trying when it is stopped', async () => {
    const clock = new GivenClock();
    let asked = 0;
    const get = async () => {
      asked++;
      throw new Error('503');
    };
    const registrar = new Registrar(
      { rest: { get, put: get }, applicationId: '5', guildId: undefined, log: SILENT },
      clock,
    );
    await registrar.start();
    registrar.stop();
    await clock.advance(60_000);
    expect(asked).to.equal(1);
  });
});
