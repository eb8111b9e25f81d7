import { expect } from 'chai';
import { type Dave, sendRefusal } from '../../../bot/voice/dave-gate.ts';

const dave = (protocolVersion: number, ready: boolean): Dave => ({
  protocolVersion,
  session: { ready, decrypt: () => Buffer.alloc(0) },
});

describe('what is sent into a call', () => {
  it('is never in the clear once the call is encrypted', () => {
    expect(sendRefusal(dave(1, false), true)).to.equal('sink-dave-not-ready');
    expect(sendRefusal({ protocolVersion: 1, session: undefined }, true)).to.equal('sink-dave-not-ready');
    expect(sendRefusal(dave(0, true), true)).to.equal('sink-downgraded');
    expect(sendRefusal(undefined, true)).to.equal('sink-not-ready');
  });

  it('goes out when the session encrypts, or when the call never was encrypted', () => {
    expect(sendRefusal(dave(1, true), true)).to.equal(undefined);
    expect(sendRefusal(dave(0, false), false)).to.equal(undefined);
  });
});
