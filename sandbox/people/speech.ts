import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { Decoder, Encoder } from '@evan/opus';
import prism from 'prism-media';
import { FRAME_SAMPLES } from '../voice/rtp.ts';
import { packetSamples } from './opus-packet.ts';
import { SAMPLE_RATE } from './spectrum.ts';
import { readWav } from './wav.ts';

/** What to say: a committed clip by name, a tone, or a file of this machine (Ogg Opus, or 16-bit WAV at 48 kHz). */
export interface SpeechRequest {
  /** A file name in sandbox/speech, with or without `.ogg`. */
  readonly speech?: string | undefined;
  /** A pure sine, 20 to 20,000 Hz. */
  readonly toneHz?: number | undefined;
  readonly file?: string | undefined;
  /** How long, in ms, rounded up to 20. A tone lasts 1000 by default; a recording is cut, or repeated to fill it. */
  readonly durationMs?: number | undefined;
}

/** Thrown when there is nothing to say; the message says what there is instead. */
export class SpeechError extends Error {
  override readonly name = 'SpeechError';
}

const FOLDER = join(import.meta.dirname, '..', 'speech');
const FRAME_MS = 20;
const TONE_MS = 1_000;
// Loud, yet two of them mixed do not clip.
const TONE_AMPLITUDE = 0.4;
const MOST_DURATION_MS = 10 * 60 * 1_000;
const MOST_FILE_BYTES = 32 * 1024 * 1024;
const BITRATE = 64_000;

/** The clips in sandbox/speech, as `speech` names them. */
export async function listSpeech(): Promise<string[]> {
  const files = await readdir(FOLDER);
  return files.filter((name) => name.endsWith('.ogg')).map((name) => name.slice(0, -'.ogg'.length));
}

/** Opus packets of 20 ms for a request. Those of an Ogg Opus file are the file's own. @throws SpeechError */
export async function openSpeech(request: SpeechRequest): Promise<AsyncIterable<Buffer>> {
  const { speech, toneHz, file, durationMs } = request;
  if ([speech, toneHz, file].filter((source) => source !== undefined).length !== 1) {
    throw new SpeechError('Give exactly one of speech, toneHz and file.');
  }
  if (durationMs !== undefined && !(durationMs > 0 && durationMs <= MOST_DURATION_MS)) {
    throw new SpeechError(`durationMs must be above 0 and at most ${MOST_DURATION_MS}.`);
  }
  const frames = durationMs === undefined ? undefined : Math.ceil(durationMs / FRAME_MS);
  if (toneHz !== undefined) return tone(toneHz, frames ?? TONE_MS / FRAME_MS);
  return repeat(await readRecording(file ?? (await findClip(speech ?? ''))), frames);
}

/** The path of a clip. Only names that are in the folder's listing are taken, so no name leads out of it. */
async function findClip(name: string): Promise<string> {
  const clips = await listSpeech();
  const clip = clips.find((known) => known === name || `${known}.ogg` === name);
  if (clip === undefined) throw new SpeechError(`There is no speech "${name}"; there are: ${clips.join(', ')}.`);
  return join(FOLDER, `${clip}.ogg`);
}

async function readRecording(path: string): Promise<Buffer[]> {
  const problem = (error: Error): never => {
    throw new SpeechError(`The file ${path} cannot be spoken: ${error.message}`);
  };
  const { size } = await stat(path).catch(problem);
  if (size > MOST_FILE_BYTES) throw new SpeechError(`The file ${path} is larger than ${MOST_FILE_BYTES} bytes.`);
  const bytes = await readFile(path).catch(problem);
  const isWav = extname(path).toLowerCase() === '.wav';
  const packets = await (isWav ? encodeWav(bytes) : demux(bytes)).catch(problem);
  if (packets.length === 0) throw new SpeechError(`There is no sound in the file ${path}.`);
  return packets;
}

async function demux(file: Buffer): Promise<Buffer[]> {
  const demuxer = new prism.opus.OggDemuxer();
  demuxer.end(file);
  const packets: Buffer[] = [];
  for await (const packet of demuxer) packets.push(packet as Buffer);
  const fits = packets.every((packet) => packetSamples(packet) === FRAME_SAMPLES);
  return fits ? packets : encode(decode(packets));
}

const encodeWav = async (file: Buffer): Promise<Buffer[]> => encode(readWav(file));

/** Mono samples of Opus packets of any length. */
function decode(packets: readonly Buffer[]): Int16Array {
  const decoder = new Decoder({ channels: 1, sample_rate: SAMPLE_RATE });
  const sound = Buffer.concat(packets.map((packet) => Buffer.from(decoder.decode(packet))));
  return new Int16Array(sound.buffer.slice(sound.byteOffset, sound.byteOffset + sound.byteLength));
}

function createEncoder(): Encoder {
  const encoder = new Encoder({ channels: 1, sample_rate: SAMPLE_RATE, application: 'audio' });
  encoder.bitrate = BITRATE;
  return encoder;
}

/** Opus packets of 20 ms; the last is filled up with silence. */
function encode(samples: Int16Array): Buffer[] {
  const encoder = createEncoder();
  return Array.from({ length: Math.ceil(samples.length / FRAME_SAMPLES) }, (_, frame) => {
    const pcm = new Int16Array(FRAME_SAMPLES);
    pcm.set(samples.subarray(frame * FRAME_SAMPLES, (frame + 1) * FRAME_SAMPLES));
    return Buffer.from(encoder.encode(pcm));
  });
}

/** A tone is encoded as it is asked for: ten minutes of it at once would hold everything else up. */
function tone(hertz: number, frames: number): AsyncIterable<Buffer> {
  if (!(hertz >= 20 && hertz <= 20_000)) throw new SpeechError('toneHz must be from 20 to 20000.');
  return sine(hertz, frames);
}

async function* sine(hertz: number, frames: number): AsyncGenerator<Buffer> {
  const encoder = createEncoder();
  const step = (2 * Math.PI * hertz) / SAMPLE_RATE;
  for (let frame = 0; frame < frames; frame++) {
    const first = frame * FRAME_SAMPLES;
    const sample = (_: unknown, n: number): number =>
      Math.round(Math.sin(step * (first + n)) * TONE_AMPLITUDE * 32_767);
    yield Buffer.from(encoder.encode(Int16Array.from({ length: FRAME_SAMPLES }, sample)));
  }
}

async function* repeat(packets: readonly Buffer[], frames: number = packets.length): AsyncGenerator<Buffer> {
  for (let frame = 0; frame < frames; frame++) {
    const packet = packets[frame % packets.length];
    if (packet !== undefined) yield packet;
  }
}
