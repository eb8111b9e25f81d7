import { expect } from 'chai';
import { Concealer } from '../../../../bot/voice/mix/concealer.ts';

const FRAME = 960;

/** Frame `n` of a sine. */
const sine = (n: number, hertz: number, amplitude = 0.5) =>
  Float32Array.from(
    { length: FRAME },
    (_, at) => amplitude * Math.sin((2 * Math.PI * hertz * (n * FRAME + at)) / 48_000),
  );

const peak = (pcm: Float32Array) => pcm.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

/** The greatest step from one sample to the next. */
const step = (pcm: Float32Array) =>
  pcm.reduce((most, sample, n) => (n === 0 ? most : Math.max(most, Math.abs(sample - (pcm[n - 1] ?? 0)))), 0);

describe('the concealer', () => {
  for (const hertz of [110, 200, 440, 1000]) {
    it(`goes on with a tone of ${hertz} Hz through a lost frame, and without a click back into the next`, () => {
      const concealer = new Concealer();
      const all = new Float32Array(5 * FRAME);
      for (const n of [0, 1, 2, 3, 4]) {
        const frame = sine(n, hertz);
        if (n === 3) expect(concealer.conceal(frame, false)).to.equal(true);
        else concealer.real(frame);
        all.set(frame, n * FRAME);
      }
      const steepest = (2 * Math.PI * hertz * 0.5) / 48_000;
      expect(step(all)).to.be.below(1.35 * steepest + 0.004);
      const made = all.subarray(3 * FRAME, 3 * FRAME + 480);
      const truth = sine(3, hertz);
      const off = made.reduce((most, sample, n) => Math.max(most, Math.abs(sample - (truth[n] ?? 0))), 0);
      expect(off, 'in time with the tone, if a little softer').to.be.below(0.2);
    });
  }

  it('fades what it makes up: to 60 % in the first frame, 20 % in the second, then to nothing', () => {
    const concealer = new Concealer();
    for (const n of [0, 1]) concealer.real(sine(n, 1000));
    const into = new Float32Array(FRAME);
    const ends: number[] = [];
    const told: boolean[] = [];
    for (let n = 0; n < 5; n++) {
      told.push(concealer.conceal(into, false));
      ends.push(peak(into.subarray(FRAME - 48)));
    }
    expect(ends[0]).to.be.closeTo(0.3, 0.02);
    expect(ends[1]).to.be.closeTo(0.1, 0.02);
    expect(ends[2]).to.be.below(0.01);
    expect(ends.slice(3)).to.deep.equal([0, 0]);
    expect(told).to.deep.equal([true, true, true, false, false]);
  });

  it('ends a talk in silence within one frame', () => {
    const concealer = new Concealer();
    for (const n of [0, 1]) concealer.real(sine(n, 440));
    const into = new Float32Array(FRAME);
    concealer.conceal(into, true);
    expect(Math.abs(into[FRAME - 1] ?? 1)).to.be.below(1e-6);
    expect(concealer.conceal(into, true)).to.equal(false);
  });

  it('makes up nothing but silence out of silence', () => {
    const concealer = new Concealer();
    const into = new Float32Array(FRAME).fill(1);
    concealer.conceal(into, false);
    expect(peak(into)).to.equal(0);
  });

  it('never is louder than what it heard, also of noise', () => {
    const concealer = new Concealer();
    let seed = 1;
    const noise = () =>
      Float32Array.from({ length: FRAME }, () => {
        seed = (seed * 48_271) % 0x7fff_ffff;
        return seed / 0x3fff_ffff - 1;
      });
    for (let n = 0; n < 20; n++) {
      concealer.real(noise());
      const into = new Float32Array(FRAME);
      concealer.conceal(into, false);
      expect(peak(into.subarray(120))).to.be.at.most(1);
      expect(peak(into)).to.be.at.most(3);
    }
  });
});
