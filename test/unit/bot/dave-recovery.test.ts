import { expect } from 'chai';
import { DaveRecovery, type RecoveryStep } from '../../../bot/voice/dave-recovery.ts';

/** Streams. */
const [ALICE, BOB] = [1, 2];

function given() {
  const time = { now: 1_000_000 };
  const recovery = new DaveRecovery(() => time.now);
  /** Fails `count` frames, 20 ms apart; answers the steps taken. */
  const fail = (count: number, one = () => recovery.failed(ALICE)): RecoveryStep[] => {
    const steps: RecoveryStep[] = [];
    for (let i = 0; i < count; i++) {
      const step = one();
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
      recovery.succeeded(ALICE);
    }
    expect(steps).to.deep.equal([]);
  });

  it('climbs from setting up anew to joining anew to another account to telling people while nothing helps', () => {
    const { fail } = given();
    expect(fail(1000)).to.deep.equal(['reinit', 'rejoin', 'replace', 'tell']);
  });

  it('takes one step in three seconds, however many frames fail', () => {
    const { fail } = given();
    expect(fail(150)).to.deep.equal(['reinit']);
  });

  it('waits half a minute after the last step and starts over', () => {
    const { fail, time } = given();
    expect(fail(600)).to.deep.equal(['reinit', 'rejoin', 'replace', 'tell']);
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
    const { recovery, fail } = given();
    expect(fail(99, () => recovery.notReady())).to.deep.equal([]);
    expect(fail(1, () => recovery.notReady())).to.deep.equal(['reinit']);
  });

  it('takes a decrypted frame as the end of setting up', () => {
    const { recovery, fail } = given();
    expect(fail(99, () => recovery.notReady())).to.deep.equal([]);
    recovery.succeeded(BOB);
    expect(fail(99, () => recovery.notReady())).to.deep.equal([]);
  });

  it('steps in for one speaker who cannot be heard while another one can', () => {
    const { recovery, fail } = given();
    const both = () => {
      recovery.succeeded(BOB);
      return recovery.failed(ALICE);
    };
    expect(fail(20, both)).to.deep.equal(['reinit']);
  });

  it('sets up anew once in half a minute, and never joins anew, for one speaker while others are heard', () => {
    const { recovery, fail } = given();
    let frames = 0;
    const aliceAndNowAndThenBob = () => {
      if (++frames % 200 === 15) recovery.succeeded(BOB);
      return recovery.failed(ALICE);
    };
    expect(fail(3000, aliceAndNowAndThenBob)).to.deep.equal(['reinit', 'reinit']);
  });

  it('climbs on when those who were heard before fail as well', () => {
    const { recovery, fail } = given();
    const both = () => {
      recovery.succeeded(BOB);
      return recovery.failed(ALICE);
    };
    expect(fail(100, both)).to.deep.equal(['reinit']);
    expect(fail(450, () => recovery.failed(BOB))).to.deep.equal(['rejoin', 'replace', 'tell']);
  });

  it('forgets the streams of an older voice session, but not what it tried', () => {
    const { recovery, fail } = given();
    expect(fail(10)).to.deep.equal(['reinit']);
    expect(fail(158)).to.deep.equal([]);
    recovery.clear();
    expect(fail(9)).to.deep.equal([]);
    expect(fail(1)).to.deep.equal(['rejoin']);
  });
});
