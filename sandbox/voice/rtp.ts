// The payload type of Opus at Discord.
const OPUS_PAYLOAD_TYPE = 120;

/** Samples in one Opus packet of 20 ms at 48 kHz: the step of the RTP timestamp. */
export const FRAME_SAMPLES = 960;

/** Opus for 20 ms of nothing. Five of them end a spurt (Discord's voice documentation); DAVE leaves them as they are. */
export const SILENCE_FRAME: Buffer = Buffer.from([0xf8, 0xff, 0xfe]);

/** The fields of an RTP header (RFC 3550 §5.1) that matter here. */
export interface RtpHeader {
  /** 0 to 65535, one more per packet. */
  readonly sequence: number;
  /** 32 bits, in samples of 48 kHz. */
  readonly timestamp: number;
  readonly ssrc: number;
}

const FIXED_BYTES = 12;
const EXTENSION_HEADER_BYTES = 4;
const PADDED = 0x20;
const EXTENDED = 0x10;
const ONE_BYTE_EXTENSIONS = 0xbede;

/** Where the part of a packet ends that is not encrypted but authenticated; undefined if it is not RTP with Opus. */
export function clearBytes(packet: Buffer): number | undefined {
  if (packet.length < FIXED_BYTES || packet.readUInt8(0) >> 6 !== 2) return undefined;
  if ((packet.readUInt8(1) & 0x7f) !== OPUS_PAYLOAD_TYPE) return undefined;
  const first = packet.readUInt8(0);
  const size = FIXED_BYTES + 4 * (first & 0x0f) + ((first & EXTENDED) === 0 ? 0 : EXTENSION_HEADER_BYTES);
  return size <= packet.length ? size : undefined;
}

/** Reads the fixed fields of a header. */
export function readHeader(header: Buffer): RtpHeader {
  return { sequence: header.readUInt16BE(2), timestamp: header.readUInt32BE(4), ssrc: header.readUInt32BE(8) };
}

/**
 * Takes the decrypted extension words and the padding off a body. Empty for a packet that is all padding, undefined if
 * the lengths do not add up.
 */
export function readPayload(header: Buffer, body: Buffer): Buffer | undefined {
  const first = header.readUInt8(0);
  const start = (first & EXTENDED) === 0 ? 0 : 4 * header.readUInt16BE(header.length - 2);
  const padding = (first & PADDED) === 0 ? 0 : (body.at(-1) ?? 0);
  const end = body.length - padding;
  return start <= end ? body.subarray(start, end) : undefined;
}

/**
 * A packet's header and body as Discord's own clients send them: with one-byte header extensions (RFC 8285 §4.2), whose
 * four-byte head is sent in the clear and whose content is encrypted with the payload.
 */
export function writePacket(fields: RtpHeader, payload: Buffer): { header: Buffer; body: Buffer } {
  const header = Buffer.alloc(FIXED_BYTES + EXTENSION_HEADER_BYTES);
  header.writeUInt8(0x80 | EXTENDED, 0);
  header.writeUInt8(OPUS_PAYLOAD_TYPE, 1);
  header.writeUInt16BE(fields.sequence, 2);
  header.writeUInt32BE(fields.timestamp, 4);
  header.writeUInt32BE(fields.ssrc, 8);
  header.writeUInt16BE(ONE_BYTE_EXTENSIONS, FIXED_BYTES);
  header.writeUInt16BE(1, FIXED_BYTES + 2);
  // Extension 1, one byte long (audio level: voice, -20 dBov; RFC 6464), then two bytes of padding.
  const extension = Buffer.from([0x10, 0x80 | 20, 0x00, 0x00]);
  return { header, body: Buffer.concat([extension, payload]) };
}
