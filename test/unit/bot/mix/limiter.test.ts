import { expect } from 'chai';
import { CEILING, Limiter } from '../../../../bot/voice/mix/limiter.ts';

const FRAME = 960;

/** Frames of a sine, counted on. */
function* frames(amplitudes: readonly number[], hertz = 440): Generator<Float32Array> {
  for (const [frame, amplitude] of amplitudes.entries()) {
    yield Float32Array.from(
      { length: FRAME },
      (_, n) => amplitude * Math.sin((2 * Math.PI * hertz * (frame * FRAME + n)) / 48_000),
    );
  }
}

function limited(amplitudes: readonly number[]): Float32Array {
  const limiter = new Limiter();
  const all = new Float32Array(amplitudes.length * FRAME);
  for (const [index, frame] of [...frames(amplitudes)].entries()) {
    limiter.limit(frame);
    all.set(frame, index * FRAME);
  }
  return all;
}

const peak = (pcm: Float32Array) => pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

/** The sharpest bend: a click is one. */
const bend = (pcm: Float32Array) =>
  pcm.reduce((most, sample, n) => {
    const [one = 0, two = 0] = [pcm[n - 1], pcm[n - 2]];
    return n < 2 ? most : Math.max(most, Math.abs(sample - 2 * one + two));
  }, 0);

describe('the limiter', () => {
  it('leaves what is not too loud as it is, to the last bit', () => {
    const amplitudes = [0.8, 0.1, 0.8];
    const before = new Float32Array(3 * FRAME);
    for (const [index, frame] of [...frames(amplitudes)].entries()) before.set(frame, index * FRAME);
    expect(limited(amplitudes)).to.deep.equal(before);
  });

  it('keeps anything below -1 dB of full scale, from the first sample on', () => {
    for (const amplitude of [0.9, 1.5, 4, 16]) {
      const pcm = limited([amplitude, amplitude, 0.1, amplitude]);
      expect(peak(pcm)).to.be.at.most(CEILING);
      expect(peak(pcm.subarray(FRAME, 2 * FRAME))).to.be.at.least(0.9 * CEILING);
    }
  });

  it('goes down and comes back without a click', () => {
    const limiter = new Limiter();
    const all = new Float32Array(60 * FRAME);
    const [hertz, frames] = [450, 60];
    for (let frame = 0; frame < frames; frame++) {
      // As loud speech does, it grows within 40 ms from well below the ceiling to three times of it, and goes again.
      const loudness = (at: number) => 0.3 + 2.4 * Math.max(0, Math.min(1, at / 2 - 4, 14 - at / 2));
      const pcm = Float32Array.from({ length: FRAME }, (_, n) => {
        const at = frame + n / FRAME;
        return loudness(at) * Math.sin((2 * Math.PI * hertz * at) / 50);
      });
      limiter.limit(pcm);
      all.set(pcm, frame * FRAME);
    }
    // A sine of this frequency at the ceiling bends by 0.0031 from sample to sample; cut off, it bends by 0.05.
    expect(bend(all)).to.be.below(0.0075);
    expect(peak(all)).to.be.at.most(CEILING);
    expect(peak(all.subarray(55 * FRAME))).to.be.closeTo(0.3, 0.005);
  });

  it('does not touch the waveform of a steady loud mix but for its level', () => {
    const pcm = limited(Array(20).fill(2));
    const steady = pcm.subarray(10 * FRAME);
    const [reference] = frames([1]);
    const scale = peak(steady);
    const shape = Float32Array.from({ length: FRAME }, (_, n) => (steady[n] ?? 0) / scale);
    const off = shape.reduce((most, sample, n) => {
      const at = 2 * Math.PI * 440 * ((10 * FRAME + n) / 48_000);
      return Math.max(most, Math.abs(sample - Math.sin(at)));
    }, 0);
    expect(reference).to.have.length(FRAME);
    expect(off).to.be.below(0.04);
  });
});
