import type { Sound } from '../../shard/radio/ear.ts';

/** Bytes before the Opus packet: net, sender, mark, sequence. */
const HEADER_BYTES = 27;
/** Digits of the longest id of a sender. */
const ID_BYTES = 20;
/** Stands after the sender, so that a program can tell that it reads at the right place. */
const MARK = 'SCOP';

/**
 * What goes over the wire: byte 0 the net's slot; bytes 1–20 the sender's id in ASCII digits, zero bytes after them; 4 bytes
 * `SCOP`; 2 bytes sequence, big-endian; then the Opus packet.
 */
export function soundPacket({ netId, userId, sequence, opus }: Sound): Buffer {
  const packet = Buffer.allocUnsafe(HEADER_BYTES + opus.length);
  packet[0] = netId;
  packet.fill(0, 1, 1 + ID_BYTES);
  packet.write(userId, 1, ID_BYTES, 'latin1');
  packet.write(MARK, 1 + ID_BYTES, 'latin1');
  packet.writeUInt16BE(sequence, HEADER_BYTES - 2);
  packet.set(opus, HEADER_BYTES);
  return packet;
}

/** The packet of the sound at hand: made once for all who hear it, one after another. */
export class SoundPackets {
  #sound: Sound | null = null;
  #packet: Buffer = Buffer.alloc(0);

  /** The packet of a sound. Its readers share it. */
  of(sound: Sound): Buffer {
    if (sound !== this.#sound) {
      this.#packet = soundPacket(sound);
      this.#sound = sound;
    }
    return this.#packet;
  }
}
