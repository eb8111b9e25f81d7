import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  discoveryRequest,
  discoveryResponse,
  readDiscoveryRequest,
  readDiscoveryResponse,
} from '../../../sandbox/voice/ip-discovery.ts';
import { Outbox } from '../../../sandbox/voice/outbox.ts';
import { clearBytes, readHeader, readPayload, writePacket } from '../../../sandbox/voice/rtp.ts';
import { TransportKey } from '../../../sandbox/voice/transport-crypto.ts';

const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((content) => Buffer.from(content));
const fields = fc.record({
  sequence: fc.nat(0xffff),
  timestamp: fc.nat(0xffff_ffff),
  ssrc: fc.nat(0xffff_ffff),
});

describe('An RTP packet', () => {
  it('arrives as it was sent, header and payload', () => {
    fc.assert(
      fc.property(fields, bytes, (sent, payload) => {
        const key = new TransportKey();
        const { header, body } = writePacket(sent, payload);
        const opened = new TransportKey(key.secret).open(key.seal(header, body));
        expect(readHeader(opened?.header as Buffer)).to.deep.equal(sent);
        expect(readPayload(opened?.header as Buffer, opened?.body as Buffer)?.equals(payload)).to.equal(true);
      }),
    );
  });

  it('does not open with another key, nor with any bit flipped', () => {
    const key = new TransportKey();
    const { header, body } = writePacket({ sequence: 1, timestamp: 2, ssrc: 3 }, Buffer.alloc(50, 7));
    const sealed = key.seal(header, body);
    expect(new TransportKey().open(sealed)).to.equal(undefined);
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = Buffer.from(sealed);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(key.open(flipped), `bit ${bit}`).to.equal(undefined);
    }
  });

  it('is never sealed twice with one nonce', () => {
    const key = new TransportKey();
    const nonces = Array.from({ length: 100 }, () =>
      key.seal(Buffer.alloc(12), Buffer.alloc(1)).subarray(-4).toString('hex'),
    );
    expect(new Set(nonces)).to.have.lengthOf(100);
  });

  it('that is garbage is refused, whatever its length', () => {
    const key = new TransportKey();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (garbage) => key.open(Buffer.from(garbage)) === undefined),
    );
  });

  it('is read without its padding, and a packet of nothing but padding is empty', () => {
    const header = Buffer.from('a0780001000003c000000001', 'hex');
    expect(readPayload(header, Buffer.from([1, 2, 3, 0, 0, 3]))).to.deep.equal(Buffer.from([1, 2, 3]));
    expect(readPayload(header, Buffer.from([0, 0, 3]))).to.have.lengthOf(0);
    expect(readPayload(header, Buffer.from([0, 0, 4])), 'more padding than packet').to.equal(undefined);
  });

  it('is read without its header extension, going by the X bit and not by what the bytes look like', () => {
    const extended = Buffer.from('90780001000003c000000001bede0001', 'hex');
    expect(readPayload(extended, Buffer.from([9, 9, 9, 9, 1, 2]))).to.deep.equal(Buffer.from([1, 2]));
    expect(readPayload(extended, Buffer.from([9, 9, 9])), 'a shorter body than the extension').to.equal(undefined);
    const plain = Buffer.from('80780001000003c000000001', 'hex');
    expect(readPayload(plain, Buffer.from([0xbe, 0xde, 0, 1]))).to.have.lengthOf(4);
  });

  it('has its contributing sources in the clear part, and is refused with another payload type or version', () => {
    expect(clearBytes(Buffer.concat([Buffer.from('8278', 'hex'), Buffer.alloc(30)]))).to.equal(20);
    expect(clearBytes(Buffer.concat([Buffer.from('8f78', 'hex'), Buffer.alloc(30)]))).to.equal(undefined);
    expect(clearBytes(Buffer.concat([Buffer.from('8079', 'hex'), Buffer.alloc(30)]))).to.equal(undefined);
    expect(clearBytes(Buffer.concat([Buffer.from('4078', 'hex'), Buffer.alloc(30)]))).to.equal(undefined);
    expect(clearBytes(randomBytes(11))).to.equal(undefined);
  });
});

describe('IP discovery', () => {
  it('tells the asker its address', () => {
    const request = discoveryRequest(1_234);
    expect(request).to.have.lengthOf(74);
    expect(readDiscoveryRequest(request)).to.equal(1_234);
    const address = { ip: '127.0.0.1', port: 54_321 };
    expect(readDiscoveryResponse(discoveryResponse(1_234, address))).to.deep.equal(address);
  });

  it('takes neither for the other, nor anything else', () => {
    expect(readDiscoveryResponse(discoveryRequest(1))).to.equal(undefined);
    expect(readDiscoveryRequest(discoveryResponse(1, { ip: '127.0.0.1', port: 1 }))).to.equal(undefined);
    expect(readDiscoveryRequest(Buffer.alloc(74))).to.equal(undefined);
    expect(readDiscoveryResponse(discoveryResponse(1, { ip: 'nonsense', port: 1 }))).to.equal(undefined);
  });
});

describe('The outbox of a session', () => {
  const sequences = (outbox: Outbox, after: number): number[] | undefined =>
    outbox.after(after)?.map((message) => message.sequence);

  it('numbers JSON and binary messages in one row', () => {
    const outbox = new Outbox();
    expect(JSON.parse(String(outbox.json(5, { a: 1 }).data))).to.deep.equal({ op: 5, d: { a: 1 }, seq: 1 });
    expect(outbox.binary(25, Buffer.from([9])).data).to.deep.equal(Buffer.from([0, 2, 25, 9]));
    expect(sequences(outbox, -1)).to.deep.equal([1, 2]);
    expect(sequences(outbox, 1)).to.deep.equal([2]);
    expect(sequences(outbox, 2)).to.deep.equal([]);
  });

  it('cannot replay what it no longer has, nor what was never sent', () => {
    const outbox = new Outbox();
    for (let n = 0; n < 600; n++) outbox.json(5, {});
    expect(sequences(outbox, 99)).to.equal(undefined);
    expect(sequences(outbox, 100)).to.have.lengthOf(500);
    expect(sequences(outbox, 601)).to.equal(undefined);
    outbox.acknowledge(598);
    expect(sequences(outbox, 598)).to.deep.equal([599, 600]);
    expect(sequences(outbox, 597)).to.equal(undefined);
  });

  it('goes on over the end of its 16 bits', () => {
    const outbox = new Outbox();
    for (let n = 0; n < 65_540; n++) outbox.json(5, {});
    expect(sequences(outbox, 65_533)).to.deep.equal([65_534, 65_535, 0, 1, 2, 3, 4]);
  });
});
