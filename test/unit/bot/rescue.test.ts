import type { VoiceConnection } from '@discordjs/voice';
import { expect } from 'chai';
import { CallHistory } from '../../../bot/voice/call-history.ts';
import { Counters } from '../../../bot/voice/counters.ts';
import { Rescue } from '../../../bot/voice/rescue.ts';
import { Speakers } from '../../../bot/voice/speakers.ts';
import { SILENT } from '../../support/given.ts';

const SSRC = 42;
const FRAME_MS = 20;

/** A channel whose calls never get into their encryption, and the accounts that try one after the other. */
function given(version = 1) {
  const time = { now: 1_000_000 };
  const history = new CallHistory(() => time.now);
  const said: string[] = [];
  /** Another account's turn. */
  const turn = (name: string) => {
    const dave = {
      protocolVersion: version,
      reinitializing: true,
      lastTransitionId: undefined,
      recoverFromInvalidTransition: (id: number) => said.push(`${name} invalidates ${id}`),
    };
    const connection = {
      state: { networking: { state: { dave } } },
      configureNetworking: () => said.push(`${name} joins anew`),
    };
    const rescue = new Rescue({
      history,
      connection: () => connection as unknown as VoiceConnection,
      speakers: new Speakers(),
      counters: new Counters(),
      log: SILENT,
      where: {},
      onGivenUp: () => said.push(`${name} gives up`),
      onDeaf: (deaf) => said.push(`${name}: ${deaf ? 'deaf' : 'heard'}`),
    });
    return {
      rescue,
      fail: (seconds: number, one = () => rescue.undecryptable('dave-failed', SSRC)) => {
        for (let frame = 0; frame < seconds * 50; frame++) {
          one();
          time.now += FRAME_MS;
        }
      },
    };
  };
  return { said, turn };
}

describe('the rescue of a call’s encryption', () => {
  it('sets up anew, joins anew, leaves it to another account, and tells people when that one is deaf too', () => {
    const { said, turn } = given();
    turn('worker 1').fail(8);
    expect(said).to.deep.equal(['worker 1 invalidates 0', 'worker 1 joins anew', 'worker 1 gives up']);
    said.length = 0;
    const second = turn('worker 2');
    second.fail(8);
    expect(said).to.deep.equal(['worker 2: deaf']);
    second.rescue.decrypted(SSRC);
    second.rescue.decrypted(SSRC);
    expect(said).to.deep.equal(['worker 2: deaf', 'worker 2: heard']);
  });

  it('joins anew at once where the new call is said to be unencrypted, since there is no group to be added to', () => {
    const { said, turn } = given(0);
    const { fail, rescue } = turn('worker 1');
    fail(3, () => rescue.undecryptable('downgraded', SSRC));
    expect(said).to.deep.equal(['worker 1 joins anew']);
  });
});
