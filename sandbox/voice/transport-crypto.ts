import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { clearBytes } from './rtp.ts';

/** The one transport encryption spoken here; Discord requires every client to know it. */
export const TRANSPORT_MODE = 'aead_aes256_gcm_rtpsize';

/** A packet whose transport encryption is off: the header as it was, the rest in the clear. */
export interface OpenedPacket {
  readonly header: Buffer;
  readonly body: Buffer;
}

const ALGORITHM = 'aes-256-gcm';
const TAG_BYTES = 16;
const COUNTER_BYTES = 4;
const NONCE_BYTES = 12;

/** One session's transport key: seals what goes to the client and opens what comes from it. */
export class TransportKey {
  /** The 32 bytes, as op 4 tells them to the client. */
  readonly secret: Buffer;
  // A KeyObject costs a quarter of what raw bytes cost per packet (measured: 3.8 against 15 µs).
  private readonly key: KeyObject;
  private readonly nonce = Buffer.alloc(NONCE_BYTES);

  constructor(secret: Buffer = randomBytes(32)) {
    this.secret = secret;
    this.key = createSecretKey(secret);
  }

  /** Encrypts a body behind its header, with the tag and the four bytes of the nonce at the end. */
  seal(header: Buffer, body: Buffer): Buffer {
    this.nonce.writeUInt32BE((this.nonce.readUInt32BE(0) + 1) >>> 0, 0);
    const cipher = createCipheriv(ALGORITHM, this.key, this.nonce);
    cipher.setAAD(header);
    const parts = [header, cipher.update(body), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat([...parts, this.nonce.subarray(0, COUNTER_BYTES)]);
  }

  /** Undefined for anything that is not an Opus packet sealed with this key. */
  open(packet: Buffer): OpenedPacket | undefined {
    const start = clearBytes(packet);
    const end = packet.length - TAG_BYTES - COUNTER_BYTES;
    if (start === undefined || start > end) return undefined;
    const nonce = Buffer.alloc(NONCE_BYTES);
    packet.copy(nonce, 0, end + TAG_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.key, nonce, { authTagLength: TAG_BYTES });
    const header = packet.subarray(0, start);
    decipher.setAAD(header);
    decipher.setAuthTag(packet.subarray(end, end + TAG_BYTES));
    try {
      return { header, body: Buffer.concat([decipher.update(packet.subarray(start, end)), decipher.final()]) };
    } catch {
      return undefined;
    }
  }
}
