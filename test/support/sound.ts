/** Samples of 16-bit PCM, first channel only, and the rate in Hz. */
export interface Sound {
  rate: number;
  samples: Float32Array;
}

/** Reads a WAV file of 16-bit PCM. */
export function readWav(file: Buffer): Sound {
  let at = 12;
  let channels = 1;
  let rate = 48_000;
  while (at + 8 <= file.length) {
    const id = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    if (id === 'fmt ') {
      channels = file.readUInt16LE(at + 10);
      rate = file.readUInt32LE(at + 12);
    }
    if (id === 'data') return { rate, samples: firstChannel(file.subarray(at + 8, at + 8 + size), channels) };
    at += 8 + size + (size % 2);
  }
  throw new Error('no data in this WAV file');
}

/** The first channel of interleaved 16-bit PCM. */
export function firstChannel(pcm: Uint8Array, channels: number): Float32Array {
  const view = new DataView(pcm.buffer, pcm.byteOffset, pcm.byteLength);
  const samples = new Float32Array(Math.floor(pcm.byteLength / 2 / channels));
  for (let index = 0; index < samples.length; index += 1)
    samples[index] = view.getInt16(index * 2 * channels, true) / 32768;
  return samples;
}

const COARSE = 16;

/** The best normalised correlation of `part` within `whole`, over every lag: 1 when it is in there as it is. */
export function bestCorrelation(part: Float32Array, whole: Float32Array): number {
  const thin = (samples: Float32Array) => samples.filter((_, index) => index % COARSE === 0);
  const [smallPart, smallWhole] = [thin(part), thin(whole)];
  let best = { lag: 0, value: -1 };
  for (let lag = -smallPart.length + 1; lag < smallWhole.length; lag += 1) {
    const value = correlation(smallPart, smallWhole, lag);
    if (value > best.value) best = { lag, value };
  }
  let fine = -1;
  for (let lag = (best.lag - 2) * COARSE; lag <= (best.lag + 2) * COARSE; lag += 1) {
    fine = Math.max(fine, correlation(part, whole, lag));
  }
  return fine;
}

/** Normalised by the whole of `part` and what lies beside it, so that a piece that is missing counts. */
function correlation(part: Float32Array, whole: Float32Array, lag: number): number {
  let product = 0;
  let partEnergy = 0;
  let wholeEnergy = 0;
  for (let index = 0; index < part.length; index += 1) {
    const a = part[index] as number;
    const b = whole[index + lag] ?? 0;
    product += a * b;
    partEnergy += a * a;
    wholeEnergy += b * b;
  }
  return product / Math.sqrt(partEnergy * wholeEnergy + 1e-12);
}
