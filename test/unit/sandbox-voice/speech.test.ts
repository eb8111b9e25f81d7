import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Encoder } from '@evan/opus';
import { expect } from 'chai';
import { packetSamples } from '../../../sandbox/people/opus-packet.ts';
import { Spectrum } from '../../../sandbox/people/spectrum.ts';
import { listSpeech, openSpeech, SpeechError, type SpeechRequest } from '../../../sandbox/people/speech.ts';
import { readWav, writeWav } from '../../../sandbox/people/wav.ts';
import { correlation, decodeAll, packetsOf } from './sound.ts';

async function refusal(request: SpeechRequest): Promise<string> {
  const error = await openSpeech(request).then(
    () => undefined,
    (problem: unknown) => problem,
  );
  expect(error).to.be.instanceOf(SpeechError);
  return (error as SpeechError).message;
}

function peaksOf(sound: Int16Array): number[] {
  const spectrum = new Spectrum();
  spectrum.add(sound);
  return spectrum.peaks();
}

const sine = (length: number, ...tones: readonly (readonly [hertz: number, amplitude: number])[]): Int16Array =>
  Int16Array.from({ length }, (_, n) =>
    tones.reduce(
      (sum, [hertz, amplitude]) => sum + Math.sin((2 * Math.PI * hertz * n) / 48_000) * amplitude * 32_767,
      0,
    ),
  );

describe('Speech', () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-speech-'));
  });

  after(() => rm(folder, { recursive: true }));

  it('has clips of a few seconds whose packets are 20 ms long and never a silence frame', async () => {
    const clips = await listSpeech();
    expect(clips).to.include.members(['radio-check', 'convoy-moving', 'medic-needed', 'loud-and-clear']);
    for (const speech of clips) {
      const packets = await packetsOf({ speech });
      expect(packets.length, speech).to.be.within(100, 500);
      expect(
        packets.every((packet) => packetSamples(packet) === 960),
        speech,
      ).to.equal(true);
      expect(
        packets.some((packet) => packet.equals(Buffer.from([0xf8, 0xff, 0xfe]))),
        speech,
      ).to.equal(false);
    }
  });

  it('takes a clip by its name with or without .ogg', async () => {
    expect(await packetsOf({ speech: 'radio-check.ogg' })).to.deep.equal(await packetsOf({ speech: 'radio-check' }));
  });

  it('refuses an unknown clip with the names of those there are', async () => {
    expect(await refusal({ speech: 'lullaby' })).to.match(/no speech "lullaby".*convoy-moving.*radio-check/);
  });

  it('refuses names that lead out of its folder, also to files that exist', async () => {
    for (const speech of [
      '../speech/radio-check',
      '../speech/radio-check.ogg',
      './radio-check',
      '/etc/passwd',
      'README.md',
      '',
    ]) {
      expect(await refusal({ speech })).to.include('There is no speech');
    }
  });

  it('cuts a clip to a duration, and repeats it to fill a longer one', async () => {
    const clip = await packetsOf({ speech: 'radio-check' });
    expect(await packetsOf({ speech: 'radio-check', durationMs: 110 })).to.deep.equal(clip.slice(0, 6));
    const twice = await packetsOf({ speech: 'radio-check', durationMs: clip.length * 40 });
    expect(twice).to.deep.equal([...clip, ...clip]);
  });

  it('makes tones of one second that are pure and of the asked height', async () => {
    const packets = await packetsOf({ toneHz: 440 });
    expect(packets).to.have.lengthOf(50);
    const [peak = 0, ...others] = peaksOf(decodeAll(packets));
    expect(peak).to.be.closeTo(440, 0.5);
    expect(others).to.deep.equal([]);
  });

  it('wants exactly one source, and numbers that make sense', async () => {
    expect(await refusal({})).to.include('exactly one');
    expect(await refusal({ toneHz: 440, speech: 'radio-check' })).to.include('exactly one');
    for (const toneHz of [0, -1, 30_000, Number.NaN]) expect(await refusal({ toneHz })).to.include('toneHz');
    for (const durationMs of [0, -5, Number.NaN, 1e9])
      expect(await refusal({ toneHz: 440, durationMs })).to.include('durationMs');
  });

  it('speaks a 48 kHz WAV file', async () => {
    const path = join(folder, 'tone.wav');
    await writeFile(path, writeWav(sine(48_000, [700, 0.3])));
    const packets = await packetsOf({ file: path });
    expect(packets).to.have.lengthOf(50);
    expect(peaksOf(decodeAll(packets))[0]).to.be.closeTo(700, 1);
  });

  it('says what is wrong with a file it cannot speak', async () => {
    const path = join(folder, 'broken.ogg');
    await writeFile(path, 'this is not Ogg at all, although it is long enough to be looked at');
    expect(await refusal({ file: path })).to.include('broken.ogg cannot be spoken');
    expect(await refusal({ file: join(folder, 'missing.ogg') })).to.include('ENOENT');
    await writeFile(join(folder, 'empty.ogg'), '');
    expect(await refusal({ file: join(folder, 'empty.ogg') })).to.include('no sound');
  });
});

describe('A WAV file', () => {
  it('is read back as it was written', () => {
    const sound = sine(1_000, [440, 0.5]);
    expect(readWav(writeWav(sound))).to.deep.equal(sound);
  });

  it('of another kind is refused with what it should be', () => {
    const file = writeWav(sine(10, [440, 0.5]));
    file.writeUInt32LE(44_100, 24);
    expect(() => readWav(file)).to.throw('44100 Hz').and.to.throw;
    expect(() => readWav(Buffer.from('nothing'))).to.throw('not a WAV file');
    expect(() => readWav(file.subarray(0, 30))).to.throw('not a WAV file');
  });
});

describe('The length of an Opus packet', () => {
  it('is read from its first bytes as the encoder meant it', () => {
    for (const milliseconds of [5, 10, 20, 40, 60] as const) {
      const encoder = new Encoder({ channels: 1, sample_rate: 48_000, application: 'voip' });
      encoder.expert_frame_duration = milliseconds;
      const packet = Buffer.from(encoder.encode(sine(48 * milliseconds, [440, 0.5])));
      expect(packetSamples(packet), `${milliseconds} ms`).to.equal(48 * milliseconds);
    }
    expect(packetSamples(Buffer.alloc(0))).to.equal(0);
  });
});

describe('The spectrum', () => {
  it('finds up to five mixed tones within a hertz, the strongest first', () => {
    const tones = [
      [1_000, 0.2],
      [440, 0.15],
      [777.7, 0.1],
      [3_210, 0.08],
      [150, 0.05],
      [9_000, 0.03],
    ] as const;
    const peaks = peaksOf(sine(48_000, ...tones));
    expect(peaks).to.have.lengthOf(5);
    for (const [n, peak] of peaks.entries()) expect(peak).to.be.closeTo(tones[n]?.[0] ?? 0, 1);
  });

  it('tells tones 15 Hz apart', () => {
    const peaks = peaksOf(sine(48_000, [500, 0.2], [515, 0.2]));
    expect(peaks.toSorted((a, b) => a - b).map(Math.round)).to.deep.equal([500, 515]);
  });

  it('leaves out what is far weaker than the strongest, and finds nothing in silence', () => {
    expect(peaksOf(sine(48_000, [1_000, 0.5], [2_000, 0.01]))).to.have.lengthOf(1);
    expect(peaksOf(new Int16Array(48_000))).to.deep.equal([]);
    expect(peaksOf(new Int16Array(0))).to.deep.equal([]);
  });

  it('finds the tone of a sound of a tenth of a second within 5 Hz', () => {
    expect(peaksOf(sine(4_800, [440, 0.5]))[0]).to.be.closeTo(440, 5);
  });

  it('measures loudness as a part of full scale', () => {
    const spectrum = new Spectrum();
    spectrum.add(sine(48_000, [1_000, 0.5]));
    expect(spectrum.rms).to.be.closeTo(0.5 / Math.SQRT2, 0.001);
  });
});

describe('The correlation these tests use', () => {
  it('is one for the same sound and falls when it is a sample late', () => {
    const sound = sine(4_800, [3_000, 0.5]);
    expect(correlation(sound, sound)).to.be.closeTo(1, 1e-9);
    expect(correlation(sound, sound.subarray(1))).to.be.below(0.95);
  });
});
