import { expect } from 'chai';
import { type Call, type CallEvents, Seat } from '../../../bot/voice/seat.ts';
import { GivenClock } from '../../support/given.ts';

interface GivenCall extends Call {
  channelId: string;
  events: CallEvents;
}

function given() {
  const clock = new GivenClock();
  const said: string[] = [];
  const calls: GivenCall[] = [];
  const seat = new Seat<GivenCall>({
    clock,
    call: (channelId, events) => {
      const call = {
        channelId,
        events,
        join: () => said.push(`join ${channelId}`),
        rejoin: () => said.push(`rejoin ${channelId}`),
        leave: () => said.push(`leave ${channelId}`),
      };
      calls.push(call);
      return call;
    },
    onChange: () => {},
    onFailed: (channelId, _, ms) => said.push(`failed ${channelId}, again in ${ms}`),
  });
  const last = () => calls.at(-1)?.events ?? expect.fail('no call yet');
  return { clock, said, seat, last };
}

describe('the seat of an account in a guild', () => {
  it('joins, serves, and leaves when it is not needed', () => {
    const { seat, said, last } = given();
    seat.aim('A');
    expect(seat.state.kind).to.equal('joining');
    last().onReady(true);
    expect(seat.state.kind).to.equal('serving');
    seat.aim(null);
    expect(seat.state.kind).to.equal('leaving');
    seat.located(null);
    expect(seat.state.kind).to.equal('idle');
    expect(said).to.deep.equal(['join A', 'leave A']);
  });

  it('enters the next channel only when Discord confirmed that it left the last', async () => {
    const { clock, seat, said } = given();
    seat.aim('A');
    seat.aim('B');
    expect(said).to.deep.equal(['join A', 'leave A']);
    seat.located(null);
    expect(said.at(-1)).to.equal('join B');
    seat.aim('C');
    await clock.advance(2000);
    expect(said.at(-1)).to.equal('join C');
  });

  it('does not go where it failed before some time has passed, longer each time', async () => {
    const { clock, seat, said, last } = given();
    for (const ms of [500, 1000, 2000]) {
      seat.aim('A');
      last().onLost('timeout');
      expect(said.at(-1)).to.equal(`failed A, again in ${ms}`);
      seat.aim('A');
      expect(seat.state.kind).to.equal('idle');
      expect(seat.mayServe('A')).to.equal(false);
      await clock.advance(ms);
      expect(seat.mayServe('A')).to.equal(true);
    }
  });

  it('goes elsewhere at once after a failure', () => {
    const { seat, said, last } = given();
    seat.aim('A');
    last().onLost('timeout');
    seat.aim('B');
    expect(said.at(-1)).to.equal('join B');
  });

  it('does not swing between two channels it fails in', () => {
    const { seat, said, last } = given();
    for (const channelId of ['A', 'B', 'A', 'B']) {
      seat.aim(channelId);
      if (seat.state.kind === 'joining') last().onLost('the gateway is not connected');
    }
    expect(said.filter((line) => line.startsWith('join'))).to.deep.equal(['join A', 'join B']);
  });

  it('leaves at once when an admin moves it, so that nothing of that other channel is passed on', () => {
    const { seat, said, last } = given();
    seat.aim('A');
    last().onReady(true);
    seat.located('B');
    expect(said.slice(-2)).to.deep.equal(['leave A', 'failed A, again in 500']);
  });

  it('forgives failures after a good minute', async () => {
    const { clock, seat, said, last } = given();
    for (const ms of [500, 1000]) {
      seat.aim('A');
      last().onLost('timeout');
      await clock.advance(ms);
    }
    seat.aim('A');
    last().onReady(true);
    await clock.advance(60_000);
    last().onLost('closed with 4014');
    expect(said.at(-1)).to.equal('failed A, again in 500');
  });

  it('asks for its channel again in a new gateway session, and forgets failures', () => {
    const { seat, said, last } = given();
    seat.aim('A');
    last().onReady(true);
    seat.renew();
    expect(said.at(-1)).to.equal('rejoin A');
    last().onLost('closed with 4006');
    seat.renew();
    expect(seat.mayServe('A')).to.equal(true);
  });

  it('says that it is joining again while the library reconnects', () => {
    const { seat, last } = given();
    seat.aim('A');
    last().onReady(true);
    last().onReady(false);
    expect(seat.state.kind).to.equal('joining');
  });
});
