/** Samples per second of everything in here. */
export const SAMPLE_RATE = 48_000;

// 341 ms and bins of 2.9 Hz: peaks of a Hann window 12 Hz apart are told apart, and interpolation is far within 5 Hz.
const SIZE = 16_384;
const HALF = SIZE / 2;
const MOST_PEAKS = 5;
// A Hann window's side lobes are 31 dB down; what Opus adds to a tone is further down.
const WEAKEST = 10 ** (-26 / 10);
const NEIGHBOURS = 4;
const LOWEST_BIN = Math.ceil((20 / SAMPLE_RATE) * SIZE);
// Below -80 dBFS there is nothing to hear, and every rounding error would be a peak.
const QUIETEST = 1e-8;

interface Tables {
  readonly cosine: Float64Array;
  readonly sine: Float64Array;
  readonly reversed: Uint16Array;
}

function createTables(): Tables {
  const cosine = Float64Array.from({ length: HALF }, (_, k) => Math.cos((2 * Math.PI * k) / SIZE));
  const sine = Float64Array.from({ length: HALF }, (_, k) => -Math.sin((2 * Math.PI * k) / SIZE));
  const bits = Math.log2(SIZE);
  const reverse = (index: number): number => {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit++) reversed |= ((index >> bit) & 1) << (bits - 1 - bit);
    return reversed;
  };
  return { cosine, sine, reversed: Uint16Array.from({ length: SIZE }, (_, index) => reverse(index)) };
}

let tables: Tables | undefined;

/** In-place radix-2 transform of SIZE complex numbers that are in bit-reversed order. */
function transform(real: Float64Array, imaginary: Float64Array, { cosine, sine }: Tables): void {
  for (let width = 2; width <= SIZE; width *= 2) {
    const half = width / 2;
    const step = SIZE / width;
    for (let start = 0; start < SIZE; start += width) {
      for (let k = 0, at = start; k < half; k++, at++) {
        const c = cosine[k * step] as number;
        const s = sine[k * step] as number;
        const re = (real[at + half] as number) * c - (imaginary[at + half] as number) * s;
        const im = (real[at + half] as number) * s + (imaginary[at + half] as number) * c;
        real[at + half] = (real[at] as number) - re;
        imaginary[at + half] = (imaginary[at] as number) - im;
        real[at] = (real[at] as number) + re;
        imaginary[at] = (imaginary[at] as number) + im;
      }
    }
  }
}

/** Power per bin of the first `length` samples, Hann-windowed and padded with zeros. */
function powerOf(samples: Float64Array, length: number): Float64Array {
  tables ??= createTables();
  const real = new Float64Array(SIZE);
  const imaginary = new Float64Array(SIZE);
  for (let n = 0; n < length; n++) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length);
    real[tables.reversed[n] as number] = (samples[n] as number) * window;
  }
  transform(real, imaginary, tables);
  return Float64Array.from({ length: HALF }, (_, k) => (real[k] as number) ** 2 + (imaginary[k] as number) ** 2);
}

/** The averaged spectrum of a sound that comes in pieces: constant memory, however long the sound. */
export class Spectrum {
  private readonly block = new Float64Array(SIZE);
  private filled = 0;
  private total: Float64Array | undefined;
  private energy = 0;
  private samples = 0;

  /** Adds 16-bit samples at 48 kHz. */
  add(pcm: Int16Array): void {
    for (const sample of pcm) {
      const value = sample / 32_768;
      this.energy += value * value;
      this.block[this.filled++] = value;
      if (this.filled === SIZE) this.takeBlock();
    }
    this.samples += pcm.length;
  }

  /** Root mean square of everything added, 1 being full scale. */
  get rms(): number {
    return this.samples === 0 ? 0 : Math.sqrt(this.energy / this.samples);
  }

  /** Up to five peaks in Hz, the strongest first, none weaker than 26 dB below it; to a tenth of a hertz. */
  peaks(): number[] {
    if (this.rms ** 2 < QUIETEST) return [];
    const power = this.total ?? powerOf(this.block, this.filled);
    const strongest = power.reduce((most, value) => Math.max(most, value), 0);
    const found: { readonly bin: number; readonly power: number }[] = [];
    for (let bin = LOWEST_BIN; bin < HALF - 1; bin++) {
      const here = power[bin] as number;
      if (here < strongest * WEAKEST) continue;
      const around = power.subarray(Math.max(0, bin - NEIGHBOURS), bin + NEIGHBOURS + 1);
      if (around.every((other) => other <= here)) found.push({ bin: bin + offset(power, bin), power: here });
    }
    found.sort((a, b) => b.power - a.power);
    return found.slice(0, MOST_PEAKS).map(({ bin }) => Math.round((bin * SAMPLE_RATE * 10) / SIZE) / 10);
  }

  private takeBlock(): void {
    const power = powerOf(this.block, SIZE);
    this.total ??= new Float64Array(HALF);
    for (let bin = 0; bin < HALF; bin++) this.total[bin] = (this.total[bin] as number) + (power[bin] as number);
    this.filled = 0;
  }
}

/** How far the true peak lies from its bin: the top of a parabola through the logarithms of three bins. */
function offset(power: Float64Array, bin: number): number {
  const [left, middle, right] = [bin - 1, bin, bin + 1].map((at) => Math.log(power[at] as number)) as [
    number,
    number,
    number,
  ];
  const curve = left - 2 * middle + right;
  return curve < 0 ? (left - right) / (2 * curve) : 0;
}
