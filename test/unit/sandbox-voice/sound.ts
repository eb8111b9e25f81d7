import { Decoder } from '@evan/opus';
import { openSpeech, type SpeechRequest } from '../../../sandbox/people/speech.ts';

/** The packets of a speech, all at once. */
export async function packetsOf(request: SpeechRequest): Promise<Buffer[]> {
  const packets: Buffer[] = [];
  for await (const packet of await openSpeech(request)) packets.push(packet);
  return packets;
}

/** What a new decoder makes of packets: mono, 48 kHz. */
export function decodeAll(packets: readonly Buffer[]): Int16Array {
  const decoder = new Decoder({ channels: 1, sample_rate: 48_000 });
  const frames = packets.map((packet) => {
    const bytes = decoder.decode(packet);
    return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
  });
  return Int16Array.from(frames.flatMap((frame) => [...frame]));
}

/** Pearson's correlation of two sounds, sample by sample, over the length of the shorter. */
export function correlation(a: Int16Array, b: Int16Array): number {
  const length = Math.min(a.length, b.length);
  const mean = (sound: Int16Array): number =>
    sound.subarray(0, length).reduce((sum, sample) => sum + sample, 0) / length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let n = 0; n < length; n++) {
    const [x, y] = [(a[n] ?? 0) - meanA, (b[n] ?? 0) - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}
