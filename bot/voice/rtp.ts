/** One RTP packet of a Discord voice call, undone as far as the transport goes. */
import { createDecipheriv, type KeyObject } from 'node:crypto';

/** Fixed part of an RTP header (RFC 3550, 5.1). */
const HEADER = 12;
/** What follows the ciphertext: 16 bytes of GCM tag, 4 bytes of nonce (Discord, "rtpsize" modes). */
const TAG = 16;
const NONCE = 4;
/** Discord's payload type for Opus. */
const OPUS = 0x78;

/** A packet that belongs to the call: it was authenticated with the call's transport key. */
export interface Packet {
  ssrc: number;
  /** 16 bits. */
  sequence: number;
  /** 32 bits, 48,000 per second. */
  timestamp: number;
  /** What the sender put in: DAVE ciphertext in an encrypted call. Never empty. */
  body: Buffer;
}

/** Why a datagram is no packet for us. */
export type PacketDrop = 'not-audio' | 'short' | 'no-key' | 'transport' | 'padding' | 'extension' | 'empty';

/** The 12 bytes that GCM wants: the packet's nonce and zeros. One for all: a packet is opened in one go. */
const iv = Buffer.alloc(12);

/**
 * Takes a datagram apart: version and payload type, AES-256-GCM with the header as additional data, padding (P bit),
 * header extension (X bit). Never throws: whatever is wrong with it is answered as a reason.
 */
export function openPacket(datagram: Buffer, key: KeyObject | undefined): Packet | PacketDrop {
  if (datagram.length < HEADER + TAG + NONCE) return 'short';
  const first = datagram[0] ?? 0;
  if (first >> 6 !== 2 || ((datagram[1] ?? 0) & 0x7f) !== OPUS) return 'not-audio';
  if (!key) return 'no-key';
  const extended = (first & 0x10) !== 0;
  const headerSize = HEADER + 4 * (first & 0x0f) + (extended ? 4 : 0);
  const tagAt = datagram.length - TAG - NONCE;
  if (headerSize > tagAt) return 'short';
  const plain = decrypt(datagram, headerSize, tagAt, key);
  if (plain === null) return 'transport';
  const body = stripped(plain, (first & 0x20) !== 0, extended ? 4 * datagram.readUInt16BE(headerSize - 2) : 0);
  if (typeof body === 'string') return body;
  return {
    ssrc: datagram.readUInt32BE(8),
    sequence: datagram.readUInt16BE(2),
    timestamp: datagram.readUInt32BE(4),
    body,
  };
}

function decrypt(datagram: Buffer, headerSize: number, tagAt: number, key: KeyObject): Buffer | null {
  datagram.copy(iv, 0, datagram.length - NONCE);
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG });
  decipher.setAAD(datagram.subarray(0, headerSize));
  decipher.setAuthTag(datagram.subarray(tagAt, tagAt + TAG));
  try {
    const plain = decipher.update(datagram.subarray(headerSize, tagAt));
    decipher.final();
    return plain;
  } catch {
    return null;
  }
}

/** The payload without padding (its last byte counts it) and without the body of the header extension. */
function stripped(plain: Buffer, padded: boolean, extension: number): Buffer | PacketDrop {
  let end = plain.length;
  if (padded) {
    const padding = plain[end - 1] ?? 0;
    if (padding === 0 || padding > end) return 'padding';
    end -= padding;
  }
  if (extension > end) return 'extension';
  return extension === end ? 'empty' : plain.subarray(extension, end);
}
