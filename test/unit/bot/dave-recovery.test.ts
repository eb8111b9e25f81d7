import { expect } from 'chai';
import { DaveRecovery, type RecoveryStep } from '../../../bot/voice/dave-recovery.ts';

function given() {
  const time = { now: 1_000_000 };
  const recovery = new DaveRecovery(() => time.now);
  /** Fails `count` frames, 20 ms apart; answers the steps taken. */
  const fail = (count: number, reason: 'failed' | 'not-ready' = 'failed'): RecoveryStep[] => {
    const steps: RecoveryStep[] = [];
    for (let i = 0; i < count; i++) {
      const step = recovery.failed(reason);
      if (step) steps.push(step);
      time.now += 20;
    }
    return steps;
  };
  return { time, recovery, fail };
}

describe('the recovery of end-to-end encryption', () => {
  it('does nothing about a few frames, nor about many with good ones in between', () => {
    const { recovery, fail } = given();
    const steps = [];
    for (let i = 0; i < 20; i++) {
      steps.push(...fail(9));
      recovery.succeeded();
    }
    expect(steps).to.deep.equal([]);
  });

  it('climbs from setting up anew to joining anew to telling people while nothing helps', () => {
    const { fail } = given();
    expect(fail(1000)).to.deep.equal(['reinit', 'rejoin', 'tell']);
  });

  it('takes one step in three seconds, however many frames fail', () => {
    const { fail } = given();
    expect(fail(150)).to.deep.equal(['reinit']);
  });

  it('waits half a minute after the last step and starts over', () => {
    const { fail, time } = given();
    expect(fail(600)).to.deep.equal(['reinit', 'rejoin', 'tell']);
    time.now += 30_000;
    expect(fail(20)).to.deep.equal(['reinit']);
  });

  it('begins with the first step again after half a good minute', () => {
    const { fail, time } = given();
    expect(fail(20)).to.deep.equal(['reinit']);
    time.now += 31_000;
    expect(fail(20)).to.deep.equal(['reinit']);
  });

  it('is patient with a session that is still being set up', () => {
    const { fail } = given();
    expect(fail(99, 'not-ready')).to.deep.equal([]);
    expect(fail(1, 'not-ready')).to.deep.equal(['reinit']);
  });
});
