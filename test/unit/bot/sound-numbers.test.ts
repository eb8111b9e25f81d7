import { expect } from 'chai';
import { SoundNumbers } from '../../../bot/voice/sound-numbers.ts';

describe('the numbers of what listening programs hear', () => {
  const frame = (sequence: number, userId = 'a', ssrc = 1) => ({ userId, ssrc, sequence });

  it('count up per net and speaker, with the gaps of the source', () => {
    const numbers = new SoundNumbers();
    expect([10, 11, 14, 15].map((sequence) => numbers.next(1, frame(sequence)))).to.deep.equal([0, 1, 4, 5]);
    expect(numbers.next(1, frame(500, 'b', 2))).to.equal(0);
    expect(numbers.next(2, frame(16))).to.equal(0);
    expect(numbers.next(1, frame(16))).to.equal(6);
  });

  it('have no gap from one transmission to the next, nor where a stream began anew', () => {
    const numbers = new SoundNumbers();
    numbers.next(1, frame(10));
    numbers.rest('a');
    expect(numbers.next(1, frame(16))).to.equal(1);
    expect(numbers.next(1, frame(900, 'a', 3))).to.equal(2);
    expect(numbers.next(1, frame(20_000, 'a', 3))).to.equal(3);
    expect(numbers.next(1, frame(19_999, 'a', 3))).to.equal(4);
  });

  it('go around, of the source and of their own', () => {
    const numbers = new SoundNumbers();
    numbers.next(1, frame(65_534));
    expect(numbers.next(1, frame(65_535))).to.equal(1);
    expect(numbers.next(1, frame(0))).to.equal(2);
    for (let count = 0; count < 65_533; count += 1) numbers.next(1, frame(count + 1));
    expect(numbers.next(1, frame(65_534))).to.equal(0);
  });

  it('are kept of a thousand speakers', () => {
    const numbers = new SoundNumbers();
    for (let count = 0; count <= 1000; count += 1) numbers.next(1, frame(1, `person ${count}`));
    expect(numbers.next(1, frame(2, 'person 1000'))).to.equal(1);
    expect(numbers.next(1, frame(2, 'person 0'))).to.equal(0);
  });
});
