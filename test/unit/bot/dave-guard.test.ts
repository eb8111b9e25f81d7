import { DAVESession } from '@discordjs/voice';
import { expect } from 'chai';
import { daveRefusals, installDaveGuard } from '../../../bot/voice/dave-guard.ts';

/** The library's own session, as it is after a session description with this version. */
function given(version: number): { session: DAVESession; refused: () => number } {
  installDaveGuard();
  const session = new DAVESession(version, '1', '2', {});
  session.reinit();
  const before = daveRefusals.count;
  return { session, refused: () => daveRefusals.count - before };
}

describe('the guard of the DAVE session', () => {
  it('refuses what cannot be made sense of instead of letting it end the process', () => {
    const { session, refused } = given(1);
    session.setExternalSender(Buffer.from('no sender'));
    expect(session.processProposals(Buffer.from([0, 1, 2, 3]), new Set(['3']))).to.equal(undefined);
    expect(session.processCommit(Buffer.from([0]))).to.deep.equal({ transitionId: 0, success: false });
    expect(session.processWelcome(Buffer.alloc(0))).to.deep.equal({ transitionId: 0, success: false });
    expect(refused()).to.equal(4);
  });

  it('refuses to make an encrypted call an unencrypted one, in every way there is to say so', () => {
    const { session, refused } = given(1);
    for (const transition_id of [0, 7]) {
      expect(session.prepareTransition({ transition_id, protocol_version: 0 })).to.equal(false);
      expect(session.executeTransition(transition_id)).to.equal(false);
    }
    session.prepareEpoch({ epoch: 1, protocol_version: 0 } as never);
    expect(session.protocolVersion).to.equal(1);
    expect(refused()).to.equal(3);
  });

  it('lets a call that was unencrypted from the start become encrypted, and an encrypted one begin anew', () => {
    const { session, refused } = given(0);
    session.prepareEpoch({ epoch: 1, protocol_version: 1 } as never);
    expect(session.protocolVersion).to.equal(1);
    expect(session.prepareTransition({ transition_id: 3, protocol_version: 1 })).to.equal(true);
    expect(session.executeTransition(3)).to.equal(true);
    expect(refused()).to.equal(0);
  });
});
