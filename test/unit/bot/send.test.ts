import { expect } from 'chai';
import { Counters } from '../../../bot/voice/counters.ts';
import { type OutFrame, OutStream, type Position } from '../../../bot/voice/send.ts';

interface Sent extends Position {
  opus: string;
}

/** An outlet that advances its position as @discordjs/voice does, and remembers what was sent. */
class GivenOutlet {
  session: Position | string;
  readonly sent: Sent[] = [];
  quieted = 0;
  failing = false;

  constructor(session: Position | string) {
    this.session = session;
  }

  position(): Position | string {
    return this.session;
  }

  send(opus: Buffer): void {
    if (this.failing || typeof this.session === 'string') throw new Error('cannot encrypt');
    this.sent.push({ ...this.session, opus: opus.toString('hex') });
    this.session.sequence = this.session.sequence === 65_535 ? 0 : this.session.sequence + 1;
    this.session.timestamp = this.session.timestamp + 960 >= 2 ** 32 ? 0 : this.session.timestamp + 960;
  }

  quiet(): void {
    this.quieted++;
  }
}

function frame(n: number, options: Partial<OutFrame> = {}): OutFrame {
  return {
    ssrc: 7,
    sequence: (1000 + n) & 0xffff,
    timestamp: (50_000 + 960 * n) >>> 0,
    opus: Buffer.from([n & 0xff]),
    ...options,
  };
}

function given(session: Position | string = { sequence: 10, timestamp: 100 }) {
  const outlet = new GivenOutlet(session);
  const counters = new Counters();
  const time = { now: 0 };
  return { outlet, counters, time, out: new OutStream(outlet, counters, () => time.now) };
}

const numbers = (sent: readonly Sent[]) => sent.map(({ sequence, timestamp }) => [sequence, timestamp]);

describe('an out stream', () => {
  it('begins a spurt where the session stands and keeps the distances of the source', () => {
    const { outlet, out } = given();
    for (const n of [0, 1, 4, 5]) out.send(frame(n));
    expect(numbers(outlet.sent)).to.deep.equal([
      [10, 100],
      [11, 1060],
      [14, 3940],
      [15, 4900],
    ]);
  });

  it('passes a late packet on with its own numbers and goes on behind the furthest', () => {
    const { outlet, out } = given();
    for (const n of [0, 2, 1, 3]) out.send(frame(n));
    expect(outlet.sent.map(({ sequence }) => sequence)).to.deep.equal([10, 12, 11, 13]);
    expect(outlet.session).to.deep.equal({ sequence: 14, timestamp: 3940 });
  });

  it('drops and counts a packet from before the spurt began, whose number was used already', () => {
    const { outlet, counters, out } = given();
    out.send(frame(1));
    out.send(frame(0));
    expect(outlet.sent).to.have.length(1);
    expect(counters.dropped('before-start')).to.equal(1);
  });

  it('survives both numbers wrapping, in the source and in the session', () => {
    const { outlet, out } = given({ sequence: 65_534, timestamp: 2 ** 32 - 1000 });
    for (let n = 0; n < 6; n++) {
      out.send(frame(n, { sequence: (65_533 + n) & 0xffff, timestamp: (2 ** 32 - 1920 + 960 * n) >>> 0 }));
    }
    const steps = outlet.sent.map(({ sequence, timestamp }) => [
      (sequence - 65_534) & 0xffff,
      (timestamp - (2 ** 32 - 1000)) >>> 0,
    ]);
    expect(steps).to.deep.equal([0, 1, 2, 3, 4, 5].map((n) => [n, 960 * n]));
  });

  it('keeps the distances in a spurt longer than half the circle of sequence numbers', () => {
    const { outlet, counters, out } = given({ sequence: 0, timestamp: 0 });
    for (let n = 0; n < 40_000; n++) out.send(frame(n, { sequence: n & 0xffff }));
    expect(outlet.sent).to.have.length(40_000);
    expect(outlet.sent.at(-1)).to.deep.include({ sequence: 39_999, timestamp: 39_999 * 960 });
    expect(counters.report().dropped).to.deep.equal({});
  });

  it('ends a spurt with five silence frames and says that it stopped', () => {
    const { outlet, out } = given();
    out.send(frame(0));
    out.end();
    expect(outlet.sent.slice(1).map(({ opus }) => opus)).to.deep.equal(Array(5).fill('f8fffe'));
    expect(numbers(outlet.sent).slice(1)).to.deep.equal([1, 2, 3, 4, 5].map((n) => [10 + n, 100 + 960 * n]));
    expect(outlet.quieted).to.equal(1);
  });

  it('says nothing at the end of a spurt it sent nothing of', () => {
    const { outlet, out } = given();
    out.end();
    expect(outlet.sent).to.deep.equal([]);
    expect(outlet.quieted).to.equal(0);
  });

  it('advances the timestamp of a new spurt by the time that passed, in whole frames', () => {
    const { outlet, time, out } = given();
    out.send(frame(0));
    out.end();
    time.now = 5003;
    out.send(frame(9000, { sequence: 4 }));
    const last = outlet.sent.at(-2);
    const first = outlet.sent.at(-1);
    expect(first?.sequence).to.equal((last?.sequence ?? 0) + 1);
    expect((first?.timestamp ?? 0) - (last?.timestamp ?? 0)).to.equal(250 * 960);
  });

  it('begins anew for another source', () => {
    const { outlet, out } = given();
    out.send(frame(0));
    out.send(frame(700, { ssrc: 8 }));
    expect(numbers(outlet.sent)).to.deep.equal([
      [10, 100],
      [11, 1060],
    ]);
  });

  it('begins anew when a source jumps in its numbers', () => {
    const { outlet, out } = given();
    out.send(frame(0));
    out.send(frame(20_000));
    expect(outlet.sent.map(({ sequence }) => sequence)).to.deep.equal([10, 11]);
  });

  it('begins anew in a new voice session and sends no silence for the old one', () => {
    const { outlet, out } = given();
    out.send(frame(0));
    outlet.session = { sequence: 500, timestamp: 9000 };
    out.end();
    expect(outlet.sent).to.have.length(1);
    out.send(frame(1));
    expect(outlet.sent.at(-1)?.sequence).to.equal(500);
  });

  it('sends nothing while the session would send in the clear, and counts why', () => {
    const { outlet, counters, out } = given('sink-dave-not-ready');
    out.send(frame(0));
    out.end();
    expect(outlet.sent).to.deep.equal([]);
    expect(counters.dropped('sink-dave-not-ready')).to.equal(1);
  });

  it('counts what the libraries cannot send and leaves no hole in the numbers', () => {
    const { outlet, counters, out } = given();
    out.send(frame(0));
    outlet.failing = true;
    out.send(frame(1));
    outlet.failing = false;
    out.send(frame(2));
    expect(counters.dropped('send-failed')).to.equal(1);
    expect(outlet.sent.map(({ sequence }) => sequence)).to.deep.equal([10, 12]);
  });
});
