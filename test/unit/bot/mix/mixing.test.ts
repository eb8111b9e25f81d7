import { expect } from 'chai';
import { FRAME_SAMPLES, SAMPLE_RATE } from '../../../../bot/voice/opus-frame.ts';
import { GivenBus, givenTone, type Sent, talkAll } from './given-bus.ts';

/** The amplitude of a sine in some sound. */
function amplitudeAt(pcm: Float32Array, hertz: number): number {
  let [sine, cosine] = [0, 0];
  for (const [n, sample] of pcm.entries()) {
    const phase = (2 * Math.PI * hertz * n) / SAMPLE_RATE;
    sine += sample * Math.sin(phase);
    cosine += sample * Math.cos(phase);
  }
  return (2 * Math.hypot(sine, cosine)) / pcm.length;
}

/** The sharpest bend of a waveform: a click is one. */
function bend(pcm: Float32Array): number {
  let most = 0;
  for (let n = 2; n < pcm.length; n++) {
    most = Math.max(most, Math.abs((pcm[n] ?? 0) - 2 * (pcm[n - 1] ?? 0) + (pcm[n - 2] ?? 0)));
  }
  return most;
}

const part = (pcm: Float32Array, from: number, to: number) => pcm.subarray(from * FRAME_SAMPLES, to * FRAME_SAMPLES);

/** Every packet is one number and one frame after the one before it. */
function expectContinuous(sent: readonly Sent[]): void {
  for (const [index, { sequence, timestamp }] of sent.entries()) {
    const before = sent[index - 1];
    if (!before) continue;
    expect([sequence - before.sequence, timestamp - before.timestamp], `at ${index}`).to.deep.equal([1, FRAME_SAMPLES]);
  }
}

describe('a place that hears one speaker', () => {
  it('gets the very packets that were spoken, the moment they come', async () => {
    const given = new GivenBus();
    const opus = givenTone(440);
    given.route('a', ['X']);
    await talkAll(given, [{ userId: 'a', startMs: 3, count: 20, opus }]);
    expect(given.sound('X').map((one) => one.opus)).to.deep.equal(Array.from({ length: 20 }, (_, n) => opus(n)));
    expect(given.sound('X').map(({ at }) => at)).to.deep.equal(Array.from({ length: 20 }, (_, n) => 3 + 20 * n));
    expect(given.sent.get('X')?.slice(20)).to.have.length(5);
  });

  it('gets them as loud as their net is set, through a mix of one', async () => {
    const given = new GivenBus();
    given.route('a', ['X'], 6);
    await talkAll(given, [{ userId: 'a', startMs: 0, count: 40, opus: givenTone(440, 0.3) }]);
    expect(amplitudeAt(part(given.pcm('X'), 10, 35), 440)).to.be.closeTo(0.6, 0.02);
    expect(given.sound('X'), 'all frames and one in which it fades').to.have.length(41);
  });

  it('goes over to a mix when the gain of the net is changed in the middle of a word', async () => {
    const given = new GivenBus();
    const opus = givenTone(440, 0.3);
    given.route('a', ['X']);
    for (let n = 0; n < 80; n++) {
      if (n === 20) given.route('a', ['X'], -6);
      given.say('a', n, opus(n));
      await given.clock.advance(20);
    }
    given.release('a');
    await given.clock.advance(200);
    expect(amplitudeAt(part(given.pcm('X'), 72, 78), 440)).to.be.closeTo(0.15, 0.01);
    expectContinuous(given.sent.get('X') ?? []);
    expect(bend(part(given.pcm('X'), 2, 78))).to.be.below(0.003);
  });
});

describe('a place that hears two speakers', () => {
  const LONG = { userId: 'a', startMs: 0, count: 120, opus: givenTone(440) };

  it('hears both, each at their level, and nothing else, and each of them hears the other as they are', async () => {
    const given = new GivenBus();
    given.route('a', ['X', 'B']);
    given.route('b', ['X', 'A']);
    const short = givenTone(1000);
    await talkAll(given, [LONG, { userId: 'b', startMs: 607, count: 30, opus: short }]);
    const mixed = part(given.pcm('X'), 38, 58);
    expect(amplitudeAt(mixed, 440)).to.be.closeTo(0.3, 0.01);
    expect(amplitudeAt(mixed, 1000)).to.be.closeTo(0.3, 0.01);
    for (const other of [250, 560, 720, 1440, 2000])
      expect(amplitudeAt(mixed, other), `${other} Hz`).to.be.below(0.003);
    expect(given.sound('A').map(({ opus }) => opus)).to.deep.equal(Array.from({ length: 30 }, (_, n) => short(n)));
    expect(given.sound('B')).to.have.length(120);
  });

  it('loses and repeats nothing when it goes over to the mix and back, in one stream', async () => {
    for (const startMs of [600, 603, 607, 610, 614, 619]) {
      const given = new GivenBus();
      given.route('a', ['X']);
      given.route('b', ['X']);
      await talkAll(given, [LONG, { userId: 'b', startMs, count: 30, opus: givenTone(1000) }]);
      const sent = given.sent.get('X') ?? [];
      expectContinuous(sent);
      expect(sent, 'the talk of 120 frames and five of silence').to.have.length(125);
      expect([given.counters.concealed, given.counters.report().dropped]).to.deep.equal([0, {}]);
      const waits = sent.slice(0, 120).map(({ at }, index) => at - 20 * index);
      expect(Math.max(...waits), 'added latency').to.be.at.most(26);
      expect(
        sent.slice(-20, -5).map(({ at }, index) => at - 20 * (105 + index)),
        'passed on again',
      ).to.deep.equal(Array(15).fill(0));
    }
  });

  it('does not hear a click when it goes over and back', async () => {
    for (const hertz of [130, 250, 440]) {
      const given = new GivenBus();
      given.route('a', ['X']);
      given.route('b', ['X']);
      // The second says nothing, so that nothing covers the change.
      const talk = { ...LONG, opus: givenTone(hertz) };
      await talkAll(given, [talk, { userId: 'b', startMs: 607, count: 30, opus: givenTone(1000, 0) }]);
      const pcm = given.pcm('X');
      expect(bend(part(pcm, 26, 118))).to.be.below(2 * bend(part(pcm, 5, 25)) + 0.0005);
      for (const at of [26, 33, 50, 78, 100]) {
        expect(amplitudeAt(part(pcm, at, at + 4), hertz), `frame ${at}`).to.be.closeTo(0.3, 0.02);
      }
    }
  });

  it('hears the second fade out where their last frame ends', async () => {
    const given = new GivenBus();
    given.route('a', ['X']);
    given.route('b', ['X']);
    await talkAll(given, [LONG, { userId: 'b', startMs: 600, count: 30, opus: givenTone(1000) }]);
    const pcm = given.pcm('X');
    expect(amplitudeAt(part(pcm, 59, 60), 1000)).to.be.closeTo(0.3, 0.02);
    expect(amplitudeAt(part(pcm, 63, 66), 1000)).to.be.below(0.005);
  });

  it('is one mix with every other place that hears the same two', async () => {
    const given = new GivenBus();
    given.route('a', ['X', 'Y', 'Z', 'B']);
    given.route('b', ['X', 'Y', 'Z', 'A']);
    await talkAll(given, [LONG, { userId: 'b', startMs: 600, count: 30, opus: givenTone(1000) }]);
    const heard = (place: string) => given.sound(place).map(({ opus }) => opus);
    expect(heard('Y')).to.deep.equal(heard('X'));
    expect(heard('Z')).to.deep.equal(heard('X'));
  });

  it('follows people who stop and key again at once', async () => {
    const given = new GivenBus();
    const [one, two] = [givenTone(440), givenTone(1000)];
    given.route('a', ['X']);
    given.route('b', ['X']);
    for (let n = 0; n < 100; n++) {
      given.say('a', n, one(n));
      if (n >= 20 && n < 70) given.say('b', n, two(n));
      if (n === 40) given.release('b');
      await given.clock.advance(20);
    }
    given.release('a');
    given.release('b');
    await given.clock.advance(500);
    const pcm = given.pcm('X');
    expect(amplitudeAt(part(pcm, 50, 65), 1000)).to.be.closeTo(0.3, 0.02);
    expect(amplitudeAt(part(pcm, 50, 65), 440)).to.be.closeTo(0.3, 0.02);
    expectContinuous(given.sent.get('X') ?? []);
    expect(
      given.sent
        .get('X')
        ?.slice(-5)
        .map(({ opus }) => opus.length),
    ).to.deep.equal([3, 3, 3, 3, 3]);
  });

  it('falls silent for one who may not be heard there any more, within two frames', async () => {
    const given = new GivenBus();
    const [one, two] = [givenTone(440), givenTone(1000)];
    given.route('a', ['X']);
    given.route('b', ['X', 'Y']);
    for (let n = 0; n < 60; n++) {
      if (n === 30) {
        given.bus.end('b', ['X']);
        given.route('b', ['Y']);
      }
      given.say('a', n, one(n));
      given.say('b', n, two(n));
      await given.clock.advance(20);
    }
    const pcm = given.pcm('X');
    expect(amplitudeAt(part(pcm, 20, 28), 1000)).to.be.closeTo(0.3, 0.02);
    expect(amplitudeAt(part(pcm, 33, 50), 1000)).to.be.below(0.003);
    expect(amplitudeAt(part(pcm, 33, 50), 440)).to.be.closeTo(0.3, 0.02);
    expect(given.sound('Y')).to.have.length(60);
    expectContinuous(given.sent.get('X') ?? []);
  });
});

describe('a mix', () => {
  it('of three has everybody hear the two others', async () => {
    const given = new GivenBus();
    const hertz = { a: 440, b: 1000, c: 1700 };
    const names = ['a', 'b', 'c'] as const;
    for (const name of names) given.route(name, [...names.filter((other) => other !== name), 'X']);
    await talkAll(
      given,
      names.map((userId, index) => ({ userId, startMs: 7 * index, count: 50, opus: givenTone(hertz[userId], 0.2) })),
    );
    for (const place of [...names, 'X'] as const) {
      const pcm = part(given.pcm(place), 12, 45);
      for (const name of names) {
        expect(amplitudeAt(pcm, hertz[name]), `${name} in ${place}`).to.be.closeTo(name === place ? 0 : 0.2, 0.01);
      }
    }
  });

  it('of eight loud people stays below full scale', async () => {
    const given = new GivenBus();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    for (const name of names) given.route(name, ['X']);
    const talks = names.map((userId, n) => ({ userId, startMs: n, count: 40, opus: givenTone(300 + 171 * n, 0.8) }));
    await talkAll(given, talks);
    const pcm = given.pcm('X');
    expect(Math.max(...pcm.map(Math.abs))).to.be.below(0.999);
    for (const [n] of names.entries()) expect(amplitudeAt(part(pcm, 10, 38), 300 + 171 * n)).to.be.above(0.05);
  });

  it('under 5 % loss and reordering is whole but for what was lost, and makes up no more than that', async () => {
    const given = new GivenBus();
    given.route('a', ['X']);
    given.route('b', ['X']);
    const every = (step: number, from: number) => Array.from({ length: 10 }, (_, n) => from + step * n);
    await talkAll(given, [
      { userId: 'a', startMs: 0, count: 220, opus: givenTone(440), lost: new Set(every(20, 13)) },
      {
        userId: 'b',
        startMs: 9,
        count: 220,
        opus: givenTone(1000),
        late: new Map(every(20, 15).map((n) => [n, 25])),
      },
    ]);
    expectContinuous(given.sent.get('X') ?? []);
    // Ten frames of one were lost; of the other one came too late, after which its buffer had learnt to wait.
    const { concealed } = given.counters;
    expect(concealed).to.be.within(10, 14);
    expect(given.counters.dropped('mix-late')).to.be.at.most(2);
    const pcm = given.pcm('X');
    expect(amplitudeAt(part(pcm, 60, 200), 1000)).to.be.closeTo(0.3, 0.03);
    expect(amplitudeAt(part(pcm, 60, 200), 440)).to.be.closeTo(0.3, 0.03);
    for (const other of [250, 720, 2000]) expect(amplitudeAt(part(pcm, 60, 200), other)).to.be.below(0.003);
  });

  it('takes packets that are no Opus, or are not 20 ms, as lost, and is never noise', async () => {
    const given = new GivenBus();
    given.route('a', ['X']);
    given.route('b', ['X']);
    const two = givenTone(1000);
    // Five frames of 20 ms in one packet, and one that says it holds more frames than fit into 120 ms.
    const [long, invalid] = [Buffer.from('fb05', 'hex'), Buffer.from('fb3f', 'hex')];
    const opus = (n: number) => (n === 5 ? long : n === 10 ? invalid : two(n));
    await talkAll(given, [
      { userId: 'a', startMs: 0, count: 40, opus: givenTone(440) },
      { userId: 'b', startMs: 4, count: 40, opus },
    ]);
    expect(given.counters.report().dropped).to.deep.equal({ 'mix-invalid': 2 });
    expect(given.counters.concealed).to.equal(2);
    expect(amplitudeAt(part(given.pcm('X'), 20, 35), 1000)).to.be.closeTo(0.3, 0.02);
    expectContinuous(given.sent.get('X') ?? []);
  });

  it('brings speakers level with one another, 6 dB at most, and leaves them as they are when that is switched off', async () => {
    const levels = async (levelling: boolean, soft: number) => {
      const given = new GivenBus({ levelling });
      given.route('a', ['X']);
      given.route('b', ['X']);
      await talkAll(given, [
        { userId: 'a', startMs: 0, count: 200, opus: givenTone(440, 0.3) },
        { userId: 'b', startMs: 5, count: 200, opus: givenTone(1000, soft) },
      ]);
      const pcm = part(given.pcm('X'), 150, 190);
      return 20 * Math.log10(amplitudeAt(pcm, 440) / amplitudeAt(pcm, 1000));
    };
    expect(await levels(false, 0.15)).to.be.closeTo(6, 0.4);
    expect(await levels(true, 0.15)).to.be.closeTo(0, 0.4);
    expect(await levels(true, 0.3 / 10 ** (20 / 20)), '20 dB apart: 6 down, 6 up').to.be.closeTo(8, 0.5);
  });

  it('ticks only while there is something to mix', async () => {
    const given = new GivenBus();
    given.route('a', ['X']);
    given.route('b', ['X']);
    await talkAll(given, [
      { userId: 'a', startMs: 0, count: 20, opus: givenTone(440) },
      { userId: 'b', startMs: 3, count: 20, opus: givenTone(1000) },
    ]);
    const { out } = given.out;
    await given.clock.advance(10_000);
    expect(given.out.out).to.equal(out);
    expect(given.clock.pending).to.equal(0);
  });
});
