import { expect } from 'chai';
import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import fc from 'fast-check';
import { readCommitWelcome, welcomeFor } from '../../../sandbox/voice/commit-welcome.ts';
import { readKeyPackage } from '../../../sandbox/voice/key-package.ts';
import { MlsDecodeError, MlsReader, u16, u32, u64, varint, vector } from '../../../sandbox/voice/mls-codec.ts';
import { DaveCall } from './dave-call.ts';

const [A, B, C] = ['158049329150427136', '158049329150427137', '158049329150427138'] as const;

/** What davey itself sends when two clients form a group and a third joins. */
function capture(): { readonly keyPackage: Buffer; readonly offers: readonly Buffer[] } {
  const call = new DaveCall();
  const keyPackages: Buffer[] = [];
  const offers: Buffer[] = [];
  const { keyPackage, commitWelcome } = call.group;
  call.group.keyPackage = (userId, payload) => {
    keyPackages.push(payload);
    keyPackage.call(call.group, userId, payload);
  };
  call.group.commitWelcome = (userId, payload) => {
    offers.push(payload);
    commitWelcome.call(call.group, userId, payload);
  };
  for (const id of [A, B, C]) {
    call.join(id);
    call.settle();
  }
  call.group.close();
  expect(call.count(VoiceOpcodes.DaveMlsWelcome)).to.equal(2);
  return { keyPackage: keyPackages[0] as Buffer, offers };
}

function expectOnlyDecodeErrors(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).to.be.instanceOf(MlsDecodeError);
  }
}

const flipBit = (bytes: Buffer, bit: number): Buffer => {
  const flipped = Buffer.from(bytes);
  const at = (bit >> 3) % bytes.length;
  flipped.writeUInt8(flipped.readUInt8(at) ^ (1 << (bit & 7)), at);
  return flipped;
};

describe('The MLS codec', () => {
  it('reads back every length it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0x3fffffff }), (length) => {
        const prefix = varint(length);
        const reader = new MlsReader(Buffer.concat([prefix, Buffer.alloc(1)]));
        if (length === 1) expect(reader.vector()).to.have.lengthOf(1);
        else if (length > 1)
          expect(() => reader.vector()).to.throw(MlsDecodeError, `${prefix.length + length} are needed`);
        else expect(reader.vector()).to.have.lengthOf(0);
      }),
    );
  });

  it('writes the shortest prefix: one byte below 64, two below 16384, else four', () => {
    expect([0, 63, 64, 16_383, 16_384, 0x3fffffff].map((length) => varint(length).length)).to.deep.equal([
      1, 1, 2, 2, 4, 4,
    ]);
    expect(() => varint(0x40000000)).to.throw(RangeError);
  });

  it('reads back lists, numbers and nested vectors', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 200 })),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (items, number) => {
          const list = vector(Buffer.concat(items.map((item) => vector(item))));
          const reader = new MlsReader(Buffer.concat([u16(7), list, u64(number), u32(9)]));
          expect(reader.u16()).to.equal(7);
          expect(reader.list((entry) => [...entry.vector()])).to.deep.equal(items.map((item) => [...item]));
          expect(reader.u64()).to.equal(number);
          expect(reader.u32()).to.equal(9);
          expect(() => reader.end('message')).not.to.throw();
        },
      ),
    );
  });

  it('refuses a vector length with the reserved bits', () => {
    expect(() => new MlsReader(Buffer.from([0xc0, 0, 0, 0])).vector()).to.throw(MlsDecodeError, 'reserved');
  });
});

describe('A key package', () => {
  const { keyPackage } = capture();

  it('is taken as davey sends it, and wrapped in an MLSMessage as the paper says', () => {
    const bare = readKeyPackage(keyPackage, A);
    const wrapped = readKeyPackage(Buffer.concat([u16(1), u16(5), keyPackage]), A);
    expect(wrapped.bytes.equals(bare.bytes)).to.equal(true);
    expect(wrapped.reference.equals(bare.reference)).to.equal(true);
  });

  it('is refused when it names another user', () => {
    expect(() => readKeyPackage(keyPackage, B)).to.throw(MlsDecodeError, 'names another user');
  });

  it('is refused when anything follows it', () => {
    expect(() => readKeyPackage(Buffer.concat([keyPackage, Buffer.alloc(1)]), A)).to.throw(
      MlsDecodeError,
      '1 bytes follow',
    );
  });

  it('is refused with any single bit flipped', () => {
    fc.assert(
      fc.property(fc.nat(keyPackage.length * 8 - 1), (bit) => {
        expect(() => readKeyPackage(flipBit(keyPackage, bit), A)).to.throw(MlsDecodeError);
      }),
      { numRuns: 300 },
    );
  });

  it('that is garbage raises nothing but a decode error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) =>
        expectOnlyDecodeErrors(() => readKeyPackage(Buffer.from(bytes), A)),
      ),
    );
  });
});

describe('A commit with its Welcome', () => {
  const { offers } = capture();

  it('is split where the commit ends', () => {
    for (const offer of offers) {
      const { commit, welcome } = readCommitWelcome(offer);
      expect(readCommitWelcome(commit).welcome).to.equal(undefined);
      expect(commit.length).to.be.lessThan(offer.length);
      expect(welcome?.secrets).to.have.length.greaterThan(0);
    }
  });

  it('gives each newcomer only the secrets for its own key package', () => {
    const { welcome } = readCommitWelcome(offers[0] as Buffer);
    const [secret] = welcome?.secrets ?? [];
    const own = welcomeFor(welcome, secret?.keyPackage as Buffer);
    expect(own?.includes(secret?.bytes as Buffer)).to.equal(true);
    expect(welcomeFor(welcome, Buffer.alloc(32))).to.equal(undefined);
  });

  it('that is damaged or garbage raises nothing but a decode error', () => {
    const damaged = fc
      .tuple(fc.constantFrom(...offers), fc.nat(20_000), fc.nat(3_000))
      .map(([offer, bit, length]) => flipBit(offer.subarray(0, 1 + (length % offer.length)), bit));
    const garbage = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
    fc.assert(
      fc.property(fc.oneof(damaged, garbage), (bytes) => expectOnlyDecodeErrors(() => readCommitWelcome(bytes))),
      { numRuns: 500 },
    );
  });
});
