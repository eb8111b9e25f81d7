import { randomBytes } from 'node:crypto';
import { FRAME_SAMPLES, readHeader, writePacket } from '../voice/rtp.ts';
import type { Media, VoiceSession } from '../voice/voice-session.ts';

/** What a network prober sends in 100 ms, at worst. */
const BURST = 50;
/** Bytes of padding: the last byte counts them. */
const PADDING = 255;
const FIXED_BYTES = 12;
const VERSION_2 = 0x80;
const PADDED = 0x20;
const EXTENDED = 0x10;
const OPUS = 120;
/** As long as a frame of speech. */
const BODY_BYTES = 120;
/** The last two bytes of every DAVE frame. */
const MARKER = Buffer.from([0xfa, 0xfa]);

/** An RTP header as `sender`'s next packet would have it. */
function nextHeader({ ssrc, lastHeader }: Media, flags: number, ahead = 1): Buffer {
  const last = lastHeader === undefined ? { sequence: 0, timestamp: 0 } : readHeader(lastHeader);
  const header = Buffer.alloc(FIXED_BYTES);
  header.writeUInt8(VERSION_2 | flags, 0);
  header.writeUInt8(OPUS, 1);
  header.writeUInt16BE((last.sequence + ahead) & 0xffff, 2);
  header.writeUInt32BE((last.timestamp + ahead * FRAME_SAMPLES) >>> 0, 4);
  header.writeUInt32BE(ssrc, 8);
  return header;
}

/**
 * Datagrams that somebody without the call's key sends in a member's name: noise of a packet's shape, also with DAVE's mark
 * or with lengths that do not add up, pieces of packets, and things that are none.
 */
export function forgedDatagrams(sender: Media): Buffer[] {
  const noise = (bytes: number) => randomBytes(bytes);
  const shapes = [0, PADDED, EXTENDED, EXTENDED | PADDED, 0x0f].map((flags) => nextHeader(sender, flags));
  return [
    ...Array.from({ length: 20 }, (_, n) => Buffer.concat([nextHeader(sender, 0, n), noise(BODY_BYTES)])),
    ...Array.from({ length: 20 }, (_, n) =>
      Buffer.concat([nextHeader(sender, EXTENDED, n), noise(BODY_BYTES), MARKER]),
    ),
    ...shapes.flatMap((header) => [header, Buffer.concat([header, noise(4)]), Buffer.concat([header, noise(20)])]),
    Buffer.alloc(0),
    noise(1),
    Buffer.alloc(8),
    noise(1_400),
  ];
}

/** A burst of packets without content, as a voice server that measures the bandwidth sends them: nothing but padding. */
export function paddingBurst(sender: Media, to: Media): Buffer[] {
  const padding = Buffer.alloc(PADDING);
  padding.writeUInt8(PADDING, PADDING - 1);
  return Array.from({ length: BURST }, () => to.key.seal(nextHeader(sender, PADDED, 0), padding));
}

/** Opus that is not end-to-end encrypted, in a member's name, as a voice server could send it that wants to be heard. */
export function clearPackets(sender: Media, to: Media, frames: readonly Buffer[]): Buffer[] {
  return frames.map((opus, n) => {
    const { header, body } = writePacket(readHeader(nextHeader(sender, 0, n)), opus);
    return to.key.seal(header, body);
  });
}

/** The media side of those who have one. */
export const mediaOf = (sessions: readonly VoiceSession[]): Media[] =>
  sessions.map(({ media }) => media).filter((media) => media !== undefined);
