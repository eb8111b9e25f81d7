import { expect } from 'chai';
import { HeardLog } from '../../../sandbox/people/heard-log.ts';
import { readWav } from '../../../sandbox/people/wav.ts';
import { correlation, decodeAll, packetsOf } from './sound.ts';

const SILENCE = Buffer.from([0xf8, 0xff, 0xfe]);
const START = Date.UTC(2026, 10, 21, 12);

/** A speaker whose packets arrive one per 20 ms of a given clock. */
class Speaker {
  now = START;
  readonly log = new HeardLog(() => this.now);
  sequence = 65_530;
  timestamp = 0xffff_ffff - 2_000;

  /** Moves the stream on by one packet, and hands it over unless it is lost. */
  packet(opus: Buffer | undefined, arrives: 'now' | 'never' | 'later' = 'now'): () => void {
    const { sequence, timestamp } = this;
    const deliver = (): void =>
      this.log.receive({ fromUserId: 'user 1', ssrc: 1, sequence, timestamp, at: this.now, opus });
    if (arrives === 'now') deliver();
    this.now += 20;
    this.sequence = (sequence + 1) % 65_536;
    this.timestamp = (timestamp + 960) % 2 ** 32;
    return deliver;
  }

  end(): void {
    for (let frame = 0; frame < 5; frame++) this.packet(SILENCE);
  }

  /** Says nothing for a while; the microphone's clock goes on. */
  pause(milliseconds: number): void {
    this.now += milliseconds;
    this.timestamp = (this.timestamp + milliseconds * 48) % 2 ** 32;
  }

  get spurt() {
    return this.log.heard().at(-1);
  }
}

describe('The log of what was heard', () => {
  let clip: Buffer[];
  let speaker: Speaker;

  before(async () => {
    clip = await packetsOf({ speech: 'radio-check', durationMs: 2_000 });
  });

  beforeEach(() => {
    speaker = new Speaker();
  });

  it('counts every packet of a spurt, silence included, over the wrap of sequence and timestamp', () => {
    for (const packet of clip) speaker.packet(packet);
    speaker.end();
    expect(speaker.spurt).to.include({
      fromUserId: 'user 1',
      ongoing: false,
      packets: 105,
      lost: 0,
      outOfOrder: 0,
      undecryptable: 0,
      silenceFrames: 5,
    });
    expect(speaker.spurt?.startedAt.getTime()).to.equal(START);
    expect(speaker.spurt?.endedAt.getTime()).to.equal(START + 104 * 20);
  });

  it('gives back exactly the sound that was sent', () => {
    for (const packet of clip) speaker.packet(packet);
    speaker.end();
    const expected = decodeAll([...clip, ...Array<Buffer>(5).fill(SILENCE)]);
    expect(speaker.log.heardPcm()).to.deep.equal(expected);
    expect(readWav(speaker.log.heardWav())).to.deep.equal(expected);
  });

  it('keeps the sound aligned to the sample when packets are lost, and counts them', () => {
    for (const [n, packet] of clip.entries()) speaker.packet(packet, n % 10 === 5 && n < 40 ? 'never' : 'now');
    speaker.end();
    expect(speaker.spurt).to.include({ packets: 101, lost: 4, outOfOrder: 0 });
    // A decoder takes a while to recover from a loss; after that the sound is the same, and in the same place.
    const [heard, said] = [speaker.log.heardPcm(), decodeAll(clip)];
    expect(heard).to.have.lengthOf(105 * 960);
    expect(correlation(heard.subarray(60 * 960), said.subarray(60 * 960))).to.be.above(0.99);
  });

  it('puts packets that arrive out of order into their place, and counts them', () => {
    const late: (() => void)[] = [];
    for (const [n, packet] of clip.entries()) {
      const deliver = speaker.packet(packet, n % 10 === 5 ? 'later' : 'now');
      if (n % 10 === 5) late.push(deliver);
      if (n % 10 === 8) late.shift()?.();
    }
    speaker.end();
    expect(speaker.spurt).to.include({ packets: 105, lost: 0, outOfOrder: 10 });
    expect(speaker.log.heardPcm().subarray(0, clip.length * 960)).to.deep.equal(decodeAll(clip));
  });

  it('counts a duplicate, and hears it once', () => {
    for (const packet of clip) speaker.packet(packet)();
    speaker.end();
    expect(speaker.spurt).to.include({ packets: 205, lost: 0, outOfOrder: 100 });
    expect(speaker.log.heardPcm().subarray(0, clip.length * 960)).to.deep.equal(decodeAll(clip));
  });

  it('counts a packet that comes seconds late as out of order, and does not take it for a new beginning', () => {
    const [first, ...rest] = clip;
    speaker.packet(first);
    const deliver = speaker.packet(first, 'later');
    for (const packet of rest) speaker.packet(packet);
    speaker.end();
    expect(speaker.spurt?.lost).to.equal(1);
    for (const packet of clip.slice(0, 20)) speaker.packet(packet);
    deliver();
    const reports = speaker.log.heard().map(({ packets, lost, outOfOrder }) => ({ packets, lost, outOfOrder }));
    expect(reports).to.deep.equal([
      { packets: 105, lost: 1, outOfOrder: 0 },
      { packets: 21, lost: 0, outOfOrder: 1 },
    ]);
  });

  it('reports what could not be decrypted, and leaves silence in its place', () => {
    for (const [n, packet] of clip.entries()) speaker.packet(n < 50 ? undefined : packet);
    speaker.end();
    expect(speaker.spurt).to.include({ packets: 105, undecryptable: 50, lost: 0 });
    expect(speaker.log.heardPcm().length, 'sound starts with the first that was').to.equal(55 * 960);
  });

  it('counts what is not Opus as undecryptable', () => {
    speaker.packet(Buffer.from([0xff, 0xff, 0xff, 0xff]));
    for (const packet of clip.slice(0, 10)) speaker.packet(packet);
    speaker.end();
    expect(speaker.spurt).to.include({ packets: 16, undecryptable: 1 });
  });

  it('ends a spurt after 300 ms of nothing, and begins another with the next packet', () => {
    for (const packet of clip.slice(0, 20)) speaker.packet(packet);
    speaker.pause(279);
    expect(speaker.spurt?.ongoing).to.equal(true);
    speaker.pause(1);
    expect(speaker.spurt?.ongoing).to.equal(false);
    for (const packet of clip.slice(0, 20)) speaker.packet(packet);
    expect(speaker.log.heard().map(({ packets, lost, ongoing }) => ({ packets, lost, ongoing }))).to.deep.equal([
      { packets: 20, lost: 0, ongoing: false },
      { packets: 20, lost: 0, ongoing: true },
    ]);
  });

  it('stays aligned to the sample over a pause whose silence frames end a spurt', () => {
    const paused = [...clip.slice(0, 50), ...Array<Buffer>(20).fill(SILENCE), ...clip.slice(50)];
    for (const [n, packet] of paused.entries()) {
      if (n === 70) speaker.now += 30; // a late arrival must not shift the sound
      speaker.packet(packet);
    }
    speaker.end();
    const spurts = speaker.log.heard();
    expect(spurts.map((spurt) => spurt.packets)).to.deep.equal([70, 55]);
    expect(spurts[0]?.silenceFrames).to.equal(20);
    expect(correlation(speaker.log.heardPcm(), decodeAll(paused))).to.be.above(0.99);
  });

  it('counts silence frames before the sound with the spurt, and lists none of silence alone', () => {
    for (let frame = 0; frame < 8; frame++) speaker.packet(SILENCE);
    expect(speaker.log.heard()).to.deep.equal([]);
    for (const packet of clip) speaker.packet(packet);
    expect(speaker.spurt).to.include({ packets: 108, silenceFrames: 8, lost: 0, ongoing: true });
  });

  it('measures tone and loudness of what was heard, silence left out', async () => {
    for (const packet of await packetsOf({ toneHz: 1_234 })) speaker.packet(packet);
    speaker.end();
    expect(speaker.spurt?.peakHz).to.have.lengthOf(1);
    expect(speaker.spurt?.peakHz[0]).to.be.closeTo(1_234, 1);
    expect(speaker.spurt?.rms).to.be.closeTo(0.4 / Math.SQRT2, 0.01);
  });

  it('hears two streams at once as a mix, each with its own spurt', async () => {
    const [low, high] = [await packetsOf({ toneHz: 500 }), await packetsOf({ toneHz: 2_000 })];
    for (const [n, packet] of low.entries()) {
      speaker.packet(packet);
      speaker.log.receive({
        fromUserId: 'user 2',
        ssrc: 2,
        sequence: n,
        timestamp: n * 960,
        at: START + n * 20,
        opus: high[n],
      });
    }
    speaker.now += 300;
    expect(speaker.log.heard().map((spurt) => spurt.fromUserId)).to.deep.equal(['user 1', 'user 2']);
    const mixed = speaker.log.heardPcm();
    const second = decodeAll(high);
    const alone = decodeAll(low).map((sample, n) => sample + (second[n] ?? 0));
    expect(correlation(mixed, alone)).to.be.above(0.999);
  });

  it('lists and plays only what lasted beyond a given time', () => {
    for (const packet of clip) speaker.packet(packet);
    speaker.end();
    const since = new Date(speaker.now);
    expect(speaker.log.heard(since)).to.deep.equal([]);
    expect(speaker.log.heardPcm(since)).to.have.lengthOf(0);
    speaker.pause(1_000);
    for (const packet of clip.slice(0, 10)) speaker.packet(packet);
    speaker.end();
    expect(speaker.log.heard(since).map((spurt) => spurt.packets)).to.deep.equal([15]);
    expect(speaker.log.heardPcm(since)).to.have.lengthOf(15 * 960);
    expect(speaker.log.heard()).to.have.lengthOf(2);
  });

  it('starts a new spurt when sequence or timestamp jump, and never grows a huge sound from it', () => {
    for (const packet of clip.slice(0, 10)) speaker.packet(packet);
    speaker.timestamp = (speaker.timestamp + 2 ** 31 - 1) % 2 ** 32;
    for (const packet of clip.slice(0, 10)) speaker.packet(packet);
    speaker.sequence = (speaker.sequence + 20_000) % 65_536;
    for (const packet of clip.slice(0, 10)) speaker.packet(packet);
    speaker.now += 300;
    expect(speaker.log.heard().map((spurt) => spurt.packets)).to.deep.equal([10, 10, 10]);
    expect(speaker.log.heardPcm().length).to.be.below(48_000);
  });

  it('keeps no more than 500 spurts and two minutes of sound', () => {
    for (let spurt = 0; spurt < 600; spurt++) {
      for (const packet of clip.slice(0, 5)) speaker.packet(packet);
      speaker.pause(300);
    }
    expect(speaker.log.heard()).to.have.lengthOf(500);
    expect(speaker.log.heardPcm().length).to.be.within(100 * 48_000, 121 * 48_000);
  });
});
