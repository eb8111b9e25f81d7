import { SAMPLE_RATE } from './spectrum.ts';

const HEADER_BYTES = 44;
const PCM = 1;
const BITS = 16;

/** Writes mono 48 kHz samples as a 16-bit PCM WAV file. */
export function writeWav(samples: Int16Array): Buffer {
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('RIFF', 0);
  header.writeUInt32LE(HEADER_BYTES - 8 + data.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(PCM, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(BITS, 34);
  header.write('data', 36);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, data]);
}

/** The parts of a RIFF file by name; a part that is longer than the file says ends with it. */
function chunks(file: Buffer): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  for (let at = 12; at + 8 <= file.length; ) {
    const size = file.readUInt32LE(at + 4);
    found.set(file.toString('latin1', at, at + 4), file.subarray(at + 8, at + 8 + size));
    at += 8 + size + (size % 2);
  }
  return found;
}

/** Reads a 48 kHz 16-bit PCM WAV file as mono, two channels being averaged. @throws Error that says what it should be */
export function readWav(file: Buffer): Int16Array {
  const parts = chunks(file);
  const format = parts.get('fmt ');
  const data = parts.get('data');
  if (file.toString('latin1', 0, 4) !== 'RIFF' || format === undefined || format.length < 16 || data === undefined) {
    throw new Error('The file is not a WAV file: it has no RIFF header with format and data.');
  }
  const [encoding, channels, rate, bits] = [
    format.readUInt16LE(0),
    format.readUInt16LE(2),
    format.readUInt32LE(4),
    format.readUInt16LE(14),
  ];
  if (encoding !== PCM || rate !== SAMPLE_RATE || bits !== BITS || (channels !== 1 && channels !== 2)) {
    throw new Error(
      `The WAV file has encoding ${encoding}, ${channels} channels, ${rate} Hz, ${bits} bits; ` +
        'convert it to 16-bit PCM, 48000 Hz, mono or stereo.',
    );
  }
  const frames = Math.floor(data.length / (2 * channels));
  return Int16Array.from({ length: frames }, (_, frame) => {
    const at = frame * 2 * channels;
    return channels === 1 ? data.readInt16LE(at) : (data.readInt16LE(at) + data.readInt16LE(at + 2)) >> 1;
  });
}
