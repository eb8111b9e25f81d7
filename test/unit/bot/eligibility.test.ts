import { expect } from 'chai';
import { Status } from 'discord.js';
import { Eligibility } from '../../../bot/voice/eligibility.ts';
import { givenAccount } from './given-account.ts';

const place = (channelId: string | null, failedIn?: string) => ({
  isIn: (id: string) => id === channelId,
  mayServe: (id: string) => id !== failedIn,
});

describe('whether an account may serve a channel', () => {
  it('depends on permissions, on the connection, and on whether it just failed there', () => {
    const { account, world } = givenAccount('1', 'G');
    const may = (failedIn?: string) => new Eligibility('G').maySeat(account, 'A', place(null, failedIn));
    expect(may()).to.equal(true);
    expect(may('A')).to.equal(false);
    expect(may('B')).to.equal(true);
    world.status = Status.Connecting;
    expect(may()).to.equal(false);
    Object.assign(world, { status: Status.Ready, permitted: false });
    expect(may()).to.equal(false);
    expect(new Eligibility('G').maySeat(account, 'gone', undefined)).to.equal(false);
    expect(new Eligibility('another guild').maySeat(account, 'A', undefined)).to.equal(false);
  });

  it('lets who is in it stay while there is no connection or no guild for the moment, and nobody new come', () => {
    const { account, world } = givenAccount('1', 'G');
    const eligibility = new Eligibility('G');
    for (const now of [
      { status: Status.Connecting, available: true },
      { status: Status.WaitingForGuilds, available: false },
      { status: Status.Ready, available: false },
    ]) {
      Object.assign(world, now);
      expect(eligibility.maySeat(account, 'A', place('A')), JSON.stringify(now)).to.equal(true);
      expect(eligibility.maySeat(account, 'B', place('A')), JSON.stringify(now)).to.equal(false);
    }
  });

  it('ends when it lost the permissions or was removed from the guild', () => {
    const { account, world } = givenAccount('1', 'G');
    const eligibility = new Eligibility('G');
    expect(eligibility.maySeat(account, 'A', place('A'))).to.equal(true);
    world.permitted = false;
    eligibility.forget('1');
    expect(eligibility.maySeat(account, 'A', place('A'))).to.equal(false);
    Object.assign(world, { permitted: true, member: false });
    eligibility.forget('1');
    expect(eligibility.maySeat(account, 'A', place('A'))).to.equal(false);
  });

  it('is worked out once for a channel until something changed for that account', () => {
    const [first, second] = [givenAccount('1', 'G'), givenAccount('2', 'G')];
    first.world.permitted = false;
    const eligibility = new Eligibility('G');
    const askAll = () => {
      for (const { account } of [first, second])
        for (const channelId of ['A', 'B']) eligibility.maySeat(account, channelId, undefined);
    };
    askAll();
    askAll();
    expect([first.checks(), second.checks()]).to.deep.equal([2, 2]);
    eligibility.forget('1');
    askAll();
    expect([first.checks(), second.checks()]).to.deep.equal([4, 2]);
  });
});
