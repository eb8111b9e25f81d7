import { readLeafNode } from './key-package.ts';
import { MlsDecodeError, MlsReader, u16, vector } from './mls-codec.ts';

/** A Welcome (RFC 9420 §12.4.3.1), taken apart so that each newcomer can be sent its own part of it. */
export interface Welcome {
  readonly cipherSuite: number;
  readonly secrets: readonly { readonly keyPackage: Buffer; readonly bytes: Buffer }[];
  readonly groupInfo: Buffer;
}

/** The payload of op 28: one member's commit, with a Welcome if it adds somebody. */
export interface CommitWelcome {
  readonly groupId: Buffer;
  readonly epoch: bigint;
  /** The committer's leaf index. */
  readonly leaf: number;
  /** References of the proposals it takes in. */
  readonly proposals: readonly Buffer[];
  /** The MLSMessage with the commit alone, as op 29 passes it on. */
  readonly commit: Buffer;
  readonly welcome: Welcome | undefined;
}

const MLS_1_0 = 1;
const WIRE_PUBLIC_MESSAGE = 1;
const SENDER_MEMBER = 1;
const CONTENT_COMMIT = 3;
const BY_REFERENCE = 2;

function expect(found: number, wanted: number, what: string): void {
  if (found !== wanted) throw new MlsDecodeError(`${what} is ${found}, not ${wanted}.`);
}

function readReference(reader: MlsReader): Buffer {
  expect(reader.u8(), BY_REFERENCE, 'The kind of a committed proposal');
  return reader.vector();
}

function skipPath(reader: MlsReader): void {
  readLeafNode(reader);
  reader.list((node) => {
    node.vector(); // encryption key
    node.list((secret) => {
      secret.vector(); // KEM output
      secret.vector(); // ciphertext
    });
  });
}

function readWelcome(bytes: Buffer): Welcome {
  const reader = new MlsReader(bytes);
  const cipherSuite = reader.u16();
  const secrets = reader.list((entry) => {
    const start = entry.position;
    const keyPackage = entry.vector();
    entry.vector(); // KEM output
    entry.vector(); // ciphertext
    return { keyPackage, bytes: entry.since(start) };
  });
  const groupInfo = reader.vector();
  reader.end('welcome');
  return { cipherSuite, secrets, groupInfo };
}

/**
 * Splits op 28 where the commit ends, by reading it to its end. Signatures are not checked: that takes the group's
 * secrets, which a voice gateway does not have; the members check them.
 *
 * @throws MlsDecodeError when it is not a member's public commit of proposals by reference.
 */
export function readCommitWelcome(payload: Buffer): CommitWelcome {
  const reader = new MlsReader(payload);
  expect(reader.u16(), MLS_1_0, 'The MLS version of the commit');
  expect(reader.u16(), WIRE_PUBLIC_MESSAGE, 'The wire format of the commit');
  const groupId = reader.vector();
  const epoch = reader.u64();
  expect(reader.u8(), SENDER_MEMBER, 'The kind of sender of the commit');
  const leaf = reader.u32();
  reader.vector(); // authenticated data
  expect(reader.u8(), CONTENT_COMMIT, 'The kind of content of the commit');
  const proposals = reader.list(readReference);
  const path = reader.u8();
  if (path > 1) throw new MlsDecodeError('The path of the commit is neither there nor absent.');
  if (path === 1) skipPath(reader);
  for (const _part of ['signature', 'confirmation tag', 'membership tag']) reader.vector();
  const commit = reader.since(0);
  const rest = reader.rest();
  const welcome = rest.length > 0 ? readWelcome(rest) : undefined;
  return { groupId, epoch, leaf, proposals, commit, welcome };
}

/** The part of a Welcome that is for one key package, which is all that Discord passes on; undefined if there is none. */
export function welcomeFor(welcome: Welcome | undefined, keyPackage: Buffer): Buffer | undefined {
  const own = welcome?.secrets.filter((secret) => secret.keyPackage.equals(keyPackage)) ?? [];
  if (welcome === undefined || own.length === 0) return undefined;
  const secrets = vector(Buffer.concat(own.map((secret) => secret.bytes)));
  return Buffer.concat([u16(welcome.cipherSuite), secrets, vector(welcome.groupInfo)]);
}
