import { mock } from 'node:test';
import { expect } from 'chai';
import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import fc from 'fast-check';
import type { DaveMember } from '../../../sandbox/people/dave-member.ts';
import { MlsDecodeError } from '../../../sandbox/voice/mls-codec.ts';
import { DaveCall } from './dave-call.ts';

const [A, B, C, D] = ['158049329150427136', '158049329150427137', '158049329150427138', '158049329150427139'] as const;
const OPUS = Buffer.from('78aabbccddeeff00112233445566778899', 'hex');

function expectAllUnderstandEachOther(call: DaveCall): void {
  const members = [...call.members];
  const codes = new Set(members.map(([, member]) => member.privacyCode));
  expect([...codes], 'privacy codes')
    .to.have.lengthOf(1)
    .and.not.include('');
  for (const [from, speaker] of members) {
    expect(speaker.sendable, `${from} may send`).to.equal(true);
    for (const [to, listener] of members) {
      if (from === to) continue;
      expect(listener.open(from, speaker.seal(OPUS))?.equals(OPUS), `${to} hears ${from}`).to.equal(true);
    }
  }
}

const epochs = (...members: DaveMember[]): (bigint | undefined)[] => members.map((member) => member.epoch);

for (const initialTransitionZero of [true, false]) {
  for (const batchProposals of [false, true]) {
    describe(`A DAVE group, first transition ${initialTransitionZero ? 'zero' : 'numbered'}, proposals ${batchProposals ? 'batched' : 'at once'}`, () => {
      let call: DaveCall;

      beforeEach(() => {
        mock.timers.enable({ apis: ['setTimeout'] });
        call = new DaveCall({ initialTransitionZero, batchProposals });
      });

      afterEach(() => {
        call.group.close();
        mock.timers.reset();
      });

      function settle(): void {
        for (let round = 0; round < 5; round++) {
          call.settle();
          mock.timers.tick(20);
        }
        call.settle();
      }

      function form(...ids: string[]): DaveMember[] {
        const members = ids.map((id) => call.join(id));
        settle();
        return members;
      }

      it('lets two clients understand each other, its first transition as the switch says', () => {
        form(A, B);
        expectAllUnderstandEachOther(call);
        expect(call.group.members()).to.have.members([A, B]);
        expect(call.count(VoiceOpcodes.DaveExecuteTransition)).to.equal(initialTransitionZero ? 0 : 2);
      });

      it('takes in a client that joins in the middle of a call and shuts out one that leaves', () => {
        form(A, B);
        const [c] = form(C) as [DaveMember];
        expectAllUnderstandEachOther(call);
        const a = call.members.get(A) as DaveMember;
        call.leave(A);
        settle();
        expectAllUnderstandEachOther(call);
        expect(c.members()).to.deep.equal([B]);
        expect(call.members.get(B)?.open(A, a.seal(OPUS)), 'what the one who left says').to.equal(undefined);
      });

      it('starts over when one member is left, and forms a new group with the next to come', () => {
        form(A, B);
        call.leave(B);
        settle();
        expect(call.members.get(A)?.ready).to.equal(false);
        expect(call.count(VoiceOpcodes.DavePrepareEpoch, A)).to.equal(1);
        form(C);
        expectAllUnderstandEachOther(call);
        expect(call.count(VoiceOpcodes.DaveMlsExternalSender, A), 'op 25 is never repeated').to.equal(1);
      });

      it('brings back a member whose commit was garbled, while the others go on', () => {
        const [a, b] = form(A, B, C);
        call.tamper = (passed) => {
          const hit = passed.userId === B && passed.op === VoiceOpcodes.DaveMlsAnnounceCommitTransition;
          if (!hit || !Buffer.isBuffer(passed.payload)) return passed;
          call.tamper = (untouched) => untouched;
          return { ...passed, payload: Buffer.concat([passed.payload.subarray(0, -8), Buffer.alloc(8)]) };
        };
        form(D);
        expect(call.log.some((line) => line.includes(`${B} could not follow`))).to.equal(true);
        expectAllUnderstandEachOther(call);
        expect(epochs(a as DaveMember)).to.deep.equal(epochs(b as DaveMember));
      });

      it('brings back a newcomer whose Welcome was garbled', () => {
        form(A, B);
        call.tamper = (passed) => {
          if (passed.op !== VoiceOpcodes.DaveMlsWelcome || !Buffer.isBuffer(passed.payload)) return passed;
          call.tamper = (untouched) => untouched;
          return { ...passed, payload: passed.payload.subarray(0, -8) };
        };
        form(C);
        expectAllUnderstandEachOther(call);
        expect(call.group.members()).to.have.members([A, B, C]);
      });

      it('starts over when nobody is left who could commit', () => {
        form(A, B);
        for (const id of [A, B]) call.group.invalidCommitWelcome(id);
        settle();
        expectAllUnderstandEachOther(call);
      });

      it('sends proposals and commits only to members who can follow them', () => {
        form(A, B, C);
        call.leave(B);
        form(D);
        call.join(B);
        settle();
        expectAllUnderstandEachOther(call);
        // davey answers what it cannot follow with WrongEpoch or InvalidMembershipTag, and stock clients die of it.
        expect(call.log.filter((line) => line.includes('not taken: Error') || line.includes('failed'))).to.deep.equal(
          [],
        );
      });
    });
  }
}

describe('A DAVE group', () => {
  let call: DaveCall;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout'] });
    call = new DaveCall();
  });

  afterEach(() => {
    call.group.close();
    mock.timers.reset();
  });

  function form(...ids: string[]): void {
    for (const id of ids) call.join(id);
    call.settle();
  }

  it('executes a transition when the last participant is ready, and not before', () => {
    form(A, B);
    call.tamper = (passed) =>
      passed.userId === B && passed.op === VoiceOpcodes.DaveMlsAnnounceCommitTransition ? undefined : passed;
    form(C);
    expect(call.count(VoiceOpcodes.DaveExecuteTransition)).to.equal(0);
    expect(call.members.get(A)?.sendable, 'A has to wait').to.equal(false);
    call.group.transitionReady(B, 1);
    expect(call.count(VoiceOpcodes.DaveExecuteTransition)).to.equal(3);
  });

  it('goes ahead without a participant that takes longer than the timeout', () => {
    form(A, B);
    call.tamper = (passed) => (passed.userId === B ? undefined : passed);
    form(C);
    mock.timers.tick(1_999);
    expect(call.count(VoiceOpcodes.DaveExecuteTransition)).to.equal(0);
    mock.timers.tick(1);
    expect(call.count(VoiceOpcodes.DaveExecuteTransition)).to.equal(3);
  });

  it('does not wait for a participant whose websocket is down', () => {
    form(A, B);
    call.away.add(B);
    call.tamper = (passed) => (passed.userId === B ? undefined : passed);
    form(C);
    expect(call.count(VoiceOpcodes.DaveExecuteTransition)).to.equal(3);
  });

  it('stops waiting for a participant whose websocket goes down', () => {
    form(A, B);
    call.tamper = (passed) => (passed.userId === B ? undefined : passed);
    form(C);
    call.group.detach(B);
    expect(call.count(VoiceOpcodes.DaveExecuteTransition)).to.equal(3);
  });

  it('executes each of several transitions that are under way at once', () => {
    form(A, B);
    form(C);
    form(D);
    const executed = call.sent.filter(
      (passed) => passed.op === VoiceOpcodes.DaveExecuteTransition && passed.userId === A,
    );
    expect(executed.map((passed) => passed.payload)).to.deep.equal([{ transition_id: 1 }, { transition_id: 2 }]);
  });

  it('takes one commit per epoch and drops the others', () => {
    form(A, B, C);
    const before = call.group.epoch;
    form(D);
    expect(call.group.epoch).to.equal(before + 1n);
    expect(call.log.filter((line) => line.includes('not taken: the epoch is'))).to.have.length.greaterThan(0);
  });

  it('replaces the key package of a client that sends another before it was added', () => {
    call.join(A);
    const b = call.join(B);
    b.start();
    call.settle();
    expectAllUnderstandEachOther(call);
  });

  it('ignores a key package from a member and from somebody who is not in the call', () => {
    form(A, B);
    const epoch = call.group.epoch;
    call.members.get(A)?.start();
    call.settle();
    expect(call.group.epoch).to.equal(epoch);
    expect(call.log.filter((line) => line.includes('not wanted: a member'))).to.have.lengthOf(1);
  });

  it('proposes to remove a leaf once, also when its owner comes back and leaves again at once', () => {
    form(A, B, C);
    const proposals = call.count(VoiceOpcodes.DaveMlsProposals, A);
    call.leave(B);
    call.group.join(B);
    call.group.leave(B);
    expect(call.count(VoiceOpcodes.DaveMlsProposals, A)).to.equal(proposals + 1);
    call.settle();
    expectAllUnderstandEachOther(call);
  });

  it('takes back the proposal to add a client that leaves before it was added', () => {
    form(A, B);
    call.join(C);
    while (call.count(VoiceOpcodes.DaveMlsProposals, A) < 1) call.step();
    call.leave(C);
    call.settle();
    expectAllUnderstandEachOther(call);
    expect(call.group.members()).to.have.members([A, B]);
    form(D);
    expectAllUnderstandEachOther(call);
  });

  it('refuses a key package that names another user', () => {
    const other = new DaveCall();
    other.join(B);
    call.group.join(A);
    let stolen: Buffer | undefined;
    other.group.keyPackage = (_userId, payload) => {
      stolen = payload;
    };
    other.settle();
    expect(() => call.group.keyPackage(A, stolen as Buffer)).to.throw(MlsDecodeError, 'names another user');
  });

  it('ends with one group that all understand, whoever comes and goes in whatever order messages arrive', function () {
    this.timeout(60_000);
    const action = fc.record({ user: fc.nat(4), steps: fc.nat(12) });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 12 }), fc.infiniteStream(fc.nat(100)), (actions, random) => {
        const churn = new DaveCall({ initialTransitionZero: actions.length % 2 === 0 });
        const choose = (): number => random.next().value ?? 0;
        for (const { user, steps } of actions) {
          const id = String(200_000_000_000_000_000n + BigInt(user));
          if (churn.members.has(id)) churn.leave(id);
          else churn.join(id);
          for (let step = 0; step < steps; step++) churn.step(choose);
        }
        churn.settle(choose);
        churn.group.close();
        if (churn.members.size > 1) expectAllUnderstandEachOther(churn);
      }),
      { numRuns: 20 },
    );
  });
});
