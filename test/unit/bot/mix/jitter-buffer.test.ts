import { expect } from 'chai';
import fc from 'fast-check';
import { Counters } from '../../../../bot/voice/counters.ts';
import { JitterBuffer } from '../../../../bot/voice/mix/jitter-buffer.ts';
import type { OutFrame } from '../../../../bot/voice/send.ts';

const frame = (n: number, ssrc = 7): OutFrame => ({
  ssrc,
  sequence: n & 0xffff,
  timestamp: 960 * n,
  opus: Buffer.from([n & 0xff]),
});

function given() {
  const counters = new Counters();
  const buffer = new JitterBuffer(counters);
  /** The sequence number that is played at a tick; `-` where there is none. */
  const tick = (now: number) => (buffer.ready(now) || buffer.started ? (buffer.take(now)?.sequence ?? '-') : 'waits');
  return { counters, buffer, tick };
}

describe('a jitter buffer', () => {
  it('plays the first frame once it has waited 6 ms, and then one per tick', () => {
    const { buffer, tick } = given();
    buffer.put(frame(10), 0);
    expect(tick(5)).to.equal('waits');
    buffer.put(frame(11), 20);
    expect([tick(25), tick(45)]).to.deep.equal([10, 11]);
    expect(buffer.waiting).to.equal(0);
  });

  it('plays frames in order that came out of order', () => {
    const { buffer, tick } = given();
    for (const n of [11, 10, 13, 12]) buffer.put(frame(n), 0);
    expect([10, 30, 50, 70].map(tick)).to.deep.equal([10, 11, 12, 13]);
  });

  it('leaves a hole where a frame was lost, as long as the frame', () => {
    const { buffer, tick } = given();
    for (const n of [10, 12, 13]) buffer.put(frame(n), 0);
    expect([10, 30, 50, 70].map(tick)).to.deep.equal([10, '-', 12, 13]);
  });

  it('fills the time of a lost frame once, also when nothing else is there yet', () => {
    const { buffer, tick } = given();
    buffer.put(frame(10), 0);
    expect([tick(10), tick(30)]).to.deep.equal([10, '-']);
    buffer.put(frame(12), 40);
    expect(tick(50)).to.equal(12);
  });

  it('plays a frame that comes after its tick with the next one, and all that follow later too', () => {
    const { buffer, tick } = given();
    buffer.put(frame(10), 0);
    expect([tick(10), tick(30)]).to.deep.equal([10, '-']);
    buffer.put(frame(11), 35);
    buffer.put(frame(12), 45);
    expect([tick(50), tick(70)]).to.deep.equal([11, 12]);
  });

  it('drops and counts a frame that later ones went ahead of, and waits a frame longer from then on', () => {
    const { buffer, tick, counters } = given();
    for (const n of [10, 12]) buffer.put(frame(n), 0);
    expect([10, 30].map(tick)).to.deep.equal([10, '-']);
    buffer.put(frame(11), 35);
    expect(counters.dropped('mix-late')).to.equal(1);
    expect([50, 70].map(tick)).to.deep.equal(['-', 12]);
  });

  it('takes a frame once, however often it comes', () => {
    const { buffer, tick } = given();
    for (const n of [10, 10, 11]) buffer.put(frame(n), 0);
    expect(buffer.waiting).to.equal(2);
    expect([10, 30, 50].map(tick)).to.deep.equal([10, 11, '-']);
  });

  it('skips to the latest two when more than eight wait', () => {
    const { buffer, tick, counters } = given();
    for (let n = 10; n < 19; n++) buffer.put(frame(n), 0);
    expect([10, 30, 50].map(tick)).to.deep.equal([17, 18, '-']);
    expect(counters.dropped('mix-skipped')).to.equal(7);
  });

  it('says when its delay has been a frame too long for a second', () => {
    const { buffer, tick } = given();
    for (let n = 0; n <= 50; n++) {
      expect(buffer.excessive).to.equal(false);
      buffer.put(frame(n), 20 * n);
      if (n > 0) expect(tick(20 * n + 10)).to.equal(n - 1);
    }
    expect(buffer.excessive).to.equal(true);
  });

  it('begins anew with another stream, and when the numbers jump', () => {
    const { buffer, tick } = given();
    buffer.put(frame(10), 0);
    buffer.put(frame(3000), 0);
    expect(tick(10)).to.equal(3000);
    buffer.put(frame(5, 8), 20);
    expect(tick(30)).to.equal(5);
  });

  it('goes on when the clock is set back', () => {
    const { buffer, tick } = given();
    buffer.put(frame(10), 3_600_000);
    expect(tick(0)).to.equal(10);
  });

  it('counts on over the end of the sequence numbers', () => {
    const { buffer, tick } = given();
    for (const n of [65_534, 65_536, 65_535, 65_537]) buffer.put(frame(n), 0);
    expect([...buffer.pending()].map(({ sequence }) => sequence)).to.deep.equal([65_534, 65_535, 0, 1]);
    expect([10, 30, 50, 70].map(tick)).to.deep.equal([65_534, 65_535, 0, 1]);
  });

  it('never plays a frame twice, nor one before another that stood before it, nor grows, whatever comes', () => {
    const step = fc.record({ ahead: fc.integer({ min: -20, max: 40 }), afterMs: fc.integer({ min: 0, max: 60 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const { buffer, tick, counters } = given();
        const played: number[] = [];
        let now = 0;
        let due = 7;
        let put = 0;
        for (const [n, { ahead, afterMs }] of steps.entries()) {
          now += afterMs;
          for (; due <= now; due += 20) {
            const one = tick(due);
            if (typeof one === 'number') played.push(one);
          }
          buffer.put(frame(1000 + n + (ahead % 8)), now);
          put++;
          expect(buffer.waiting).to.be.within(0, 16);
        }
        expect(played).to.deep.equal([...new Set(played)].sort((a, b) => a - b));
        expect(played.length + counters.dropped('mix-late') + counters.dropped('mix-skipped')).to.be.at.most(put);
      }),
      { numRuns: 300 },
    );
  });
});
