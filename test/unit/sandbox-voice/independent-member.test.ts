import { createDecipheriv, createHmac } from 'node:crypto';
import { expect } from 'chai';
import { VoiceOpcodes } from 'discord-api-types/voice/v8';
import {
  type CiphersuiteImpl,
  decodeMlsMessage,
  emptyPskIndex,
  encodeMlsMessage,
  generateKeyPackage,
  getCiphersuiteFromName,
  getCiphersuiteImpl,
  joinGroup,
  mlsExporter,
} from 'ts-mls';
import type { DaveMember } from '../../../sandbox/people/dave-member.ts';
import { u16, u32, u64, vector } from '../../../sandbox/voice/mls-codec.ts';
import { DaveCall } from './dave-call.ts';

const SUITE = 'MLS_128_DHKEMP256_AES128GCM_SHA256_P256';
const [A, B, STRANGER] = ['158049329150427136', '158049329150427137', '158049329150427138'] as const;
const OPUS = Buffer.from('78aabbccddeeff00112233445566778899', 'hex');

/** HKDF-Expand-Label of MLS for the first block, written anew so that nothing of what is tested tests itself. */
function deriveFrameKey(secret: Buffer): Buffer {
  const info = Buffer.concat([u16(16), vector(Buffer.from('MLS 1.0 key')), vector(u32(0)), Buffer.from([1])]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, 16);
}

/** Opens a DAVE frame by the words of the paper: payload, 8 bytes of tag, LEB128 nonce, size of the rest, marker. */
function openFrame(frame: Buffer, key: Buffer): Buffer {
  const start = frame.length - frame.readUInt8(frame.length - 3);
  const tag = frame.subarray(start, start + 8);
  let counter = 0;
  for (let at = start + 8, shift = 0; ; at++, shift += 7) {
    counter |= (frame.readUInt8(at) & 0x7f) << shift;
    if (frame.readUInt8(at) < 0x80) break;
  }
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32LE(counter, 8);
  const decipher = createDecipheriv('aes-128-gcm', key, nonce, { authTagLength: 8 });
  decipher.setAuthTag(tag);
  return Buffer.concat([decipher.update(frame.subarray(0, start)), decipher.final()]);
}

async function makeKeyPackage(suite: CiphersuiteImpl, userId: string) {
  const capabilities = {
    versions: ['mls10' as const],
    ciphersuites: [SUITE as typeof SUITE],
    extensions: [],
    proposals: [],
    credentials: ['basic' as const],
  };
  const credential = { credentialType: 'basic' as const, identity: u64(BigInt(userId)) };
  const lifetime = { notBefore: 0n, notAfter: 0xffff_ffff_ffff_ffffn };
  const made = await generateKeyPackage(credential, capabilities, lifetime, [], suite);
  const message = encodeMlsMessage({ wireformat: 'mls_key_package', version: 'mls10', keyPackage: made.publicPackage });
  return { ...made, message: Buffer.from(message) };
}

describe('An independent MLS implementation', () => {
  it('is added to the group as a member and decrypts what a davey member says', async () => {
    const suite = await getCiphersuiteImpl(getCiphersuiteFromName(SUITE));
    const own = await makeKeyPackage(suite, STRANGER);
    const call = new DaveCall();
    const speaker = call.join(A) as DaveMember;
    const listener = call.join(B) as DaveMember;
    call.settle();

    // The stranger takes no part in the queues: it only sends its key package, as an MLSMessage, and reads its Welcome.
    for (const member of call.members.keys()) call.introduce(member, STRANGER);
    call.group.join(STRANGER);
    call.group.keyPackage(STRANGER, own.message);
    call.settle();

    const sent = call.sent.find((passed) => passed.op === VoiceOpcodes.DaveMlsWelcome && passed.userId === STRANGER);
    if (!Buffer.isBuffer(sent?.payload)) throw new Error('The stranger got no Welcome.');
    // Op 30 carries a transition id and a bare Welcome.
    const welcome = Buffer.concat([u16(1), u16(3), sent.payload.subarray(2)]);
    const decoded = decodeMlsMessage(welcome, 0)?.[0];
    if (decoded?.wireformat !== 'mls_welcome') throw new Error('The Welcome is not one.');
    const state = await joinGroup(decoded.welcome, own.publicPackage, own.privatePackage, emptyPskIndex, suite);
    call.group.transitionReady(STRANGER, 1);
    call.settle();

    expect(state.groupContext.epoch).to.equal(call.group.epoch);
    const context = Buffer.alloc(8);
    context.writeBigUInt64LE(BigInt(A));
    const secret = await mlsExporter(state.keySchedule.exporterSecret, 'Discord Secure Frames v0', context, 16, suite);
    const frame = speaker.seal(OPUS);
    expect(openFrame(frame, deriveFrameKey(Buffer.from(secret))).equals(OPUS), 'the stranger').to.equal(true);
    expect(listener.open(A, frame)?.equals(OPUS), 'the davey member').to.equal(true);
    call.group.close();
  });
});
