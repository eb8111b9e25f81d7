import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { u16, u32, u64, vector } from './mls-codec.ts';
import { referenceHash, signWithLabel } from './mls-crypto.ts';

/** A proposal as members get it, and the reference by which a commit names it. */
export interface SignedProposal {
  readonly message: Buffer;
  readonly reference: Buffer;
}

const MLS_1_0 = u16(1);
const WIRE_PUBLIC_MESSAGE = u16(1);
const SENDER_EXTERNAL = Buffer.from([2]);
const CONTENT_PROPOSAL = Buffer.from([2]);
const PROPOSAL_ADD = u16(1);
const PROPOSAL_REMOVE = u16(3);
const BASIC_CREDENTIAL = u16(1);
const NOTHING = Buffer.alloc(0);

/**
 * The voice gateway's part in MLS: it is no member, but an external sender (RFC 9420 §12.1.8) whose proposals to add
 * and remove members every group accepts. Its signature covers no group context, so it keeps no group state.
 */
export class ExternalSender {
  /** The payload of op 25: public key and credential. */
  readonly package: Buffer;
  private readonly privateKey: KeyObject;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    // The last 65 bytes of the SubjectPublicKeyInfo of a P-256 key are the uncompressed point (RFC 5480 §2.2).
    const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-65);
    this.privateKey = privateKey;
    this.package = Buffer.concat([vector(point), BASIC_CREDENTIAL, vector(Buffer.from('sandbox voice gateway'))]);
  }

  /** Proposes to add the owner of a key package in this epoch. */
  add(groupId: Buffer, epoch: bigint, keyPackage: Buffer): SignedProposal {
    return this.propose(groupId, epoch, Buffer.concat([PROPOSAL_ADD, keyPackage]));
  }

  /** Proposes to remove the member at a leaf in this epoch. */
  remove(groupId: Buffer, epoch: bigint, leaf: number): SignedProposal {
    return this.propose(groupId, epoch, Buffer.concat([PROPOSAL_REMOVE, u32(leaf)]));
  }

  private propose(groupId: Buffer, epoch: bigint, proposal: Buffer): SignedProposal {
    const sender = Buffer.concat([SENDER_EXTERNAL, u32(0)]);
    const content = Buffer.concat([vector(groupId), u64(epoch), sender, vector(NOTHING), CONTENT_PROPOSAL, proposal]);
    const signed = Buffer.concat([MLS_1_0, WIRE_PUBLIC_MESSAGE, content]);
    const authentication = vector(signWithLabel(this.privateKey, 'FramedContentTBS', signed));
    return {
      message: Buffer.concat([MLS_1_0, WIRE_PUBLIC_MESSAGE, content, authentication]),
      reference: referenceHash('Proposal', Buffer.concat([WIRE_PUBLIC_MESSAGE, content, authentication])),
    };
  }
}

/** The payload of op 27 that brings proposals. */
export function appendProposals(proposals: readonly SignedProposal[]): Buffer {
  return Buffer.concat([Buffer.from([0]), vector(Buffer.concat(proposals.map((proposal) => proposal.message)))]);
}

/** The payload of op 27 that takes proposals back. */
export function revokeProposals(proposals: readonly SignedProposal[]): Buffer {
  const references = proposals.map((proposal) => vector(proposal.reference));
  return Buffer.concat([Buffer.from([1]), vector(Buffer.concat(references))]);
}
