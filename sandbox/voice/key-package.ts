import { MlsDecodeError, MlsReader, u64 } from './mls-codec.ts';
import { CIPHER_SUITE, referenceHash, verifyWithLabel } from './mls-crypto.ts';

/** What a leaf of the group's tree says about its owner (RFC 9420 §7.2), with the bytes its signature covers. */
export interface LeafNode {
  readonly signatureKey: Buffer;
  readonly identity: Buffer;
  /** Seconds since 1970; only leaves that come in a key package have one. */
  readonly lifetime: { readonly notBefore: bigint; readonly notAfter: bigint } | undefined;
  readonly signed: Buffer;
  readonly signature: Buffer;
}

/** An invitation to be added to a group (RFC 9420 §10). */
export interface KeyPackage {
  /** As it goes into an Add proposal. */
  readonly bytes: Buffer;
  /** How a Welcome names it. */
  readonly reference: Buffer;
}

const WIRE_KEY_PACKAGE = 5;
const MLS_1_0 = 1;
const BASIC_CREDENTIAL = 1;
const SOURCE_KEY_PACKAGE = 1;
const SOURCE_COMMIT = 3;
const LONGEST_LIFETIME = { notBefore: 0n, notAfter: 0xffff_ffff_ffff_ffffn };

function skipExtensions(reader: MlsReader): void {
  reader.list((extension) => {
    extension.u16();
    extension.vector();
  });
}

function readLifetime(reader: MlsReader): LeafNode['lifetime'] {
  const source = reader.u8();
  if (source === SOURCE_KEY_PACKAGE) return { notBefore: reader.u64(), notAfter: reader.u64() };
  if (source === SOURCE_COMMIT) reader.vector(); // parent hash
  return undefined;
}

/** Reads a LeafNode from where the reader stands. */
export function readLeafNode(reader: MlsReader): LeafNode {
  const start = reader.position;
  reader.vector(); // encryption key
  const signatureKey = reader.vector();
  if (reader.u16() !== BASIC_CREDENTIAL) throw new MlsDecodeError('DAVE knows only basic credentials.');
  const identity = reader.vector();
  // Capabilities: versions, cipher suites, extensions, proposals, credentials.
  for (let kind = 0; kind < 5; kind++) reader.list((entry) => entry.u16());
  const lifetime = readLifetime(reader);
  skipExtensions(reader);
  const signed = reader.since(start);
  return { signatureKey, identity, lifetime, signed, signature: reader.vector() };
}

function checkLeaf(leaf: LeafNode, userId: string): void {
  if (!leaf.identity.equals(u64(BigInt(userId)))) throw new MlsDecodeError('The credential names another user.');
  if (leaf.lifetime?.notBefore !== LONGEST_LIFETIME.notBefore || leaf.lifetime.notAfter !== LONGEST_LIFETIME.notAfter) {
    throw new MlsDecodeError('DAVE wants the longest possible lifetime.');
  }
}

/**
 * Reads the payload of op 26 and checks what the DAVE paper says a voice gateway checks: suite, user, lifetime and
 * both signatures. davey and libdave send a bare KeyPackage although the paper says MLSMessage, so both are taken.
 *
 * @throws MlsDecodeError when anything is wrong.
 */
export function readKeyPackage(payload: Buffer, userId: string): KeyPackage {
  const wrapped = payload.length >= 4 && payload.readUInt16BE(2) === WIRE_KEY_PACKAGE;
  const bytes = wrapped ? payload.subarray(4) : payload;
  const reader = new MlsReader(bytes);
  if (reader.u16() !== MLS_1_0) throw new MlsDecodeError('The key package is not of MLS 1.0.');
  if (reader.u16() !== CIPHER_SUITE) throw new MlsDecodeError(`DAVE uses cipher suite ${CIPHER_SUITE} only.`);
  reader.vector(); // init key
  const leaf = readLeafNode(reader);
  skipExtensions(reader);
  const signed = reader.since(0);
  const signature = reader.vector();
  reader.end('key package');
  checkLeaf(leaf, userId);
  if (
    !verifyWithLabel(leaf.signatureKey, 'KeyPackageTBS', signed, signature) ||
    !verifyWithLabel(leaf.signatureKey, 'LeafNodeTBS', leaf.signed, leaf.signature)
  ) {
    throw new MlsDecodeError('A signature of the key package does not verify.');
  }
  return { bytes, reference: referenceHash('KeyPackage', bytes) };
}
