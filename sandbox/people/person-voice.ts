import { setTimeout as sleep } from 'node:timers/promises';
import { SILENCE_FRAME } from '../voice/rtp.ts';
import type { VoiceTicket } from '../voice/voice-session.ts';
import { HeardLog } from './heard-log.ts';
import type { HeardSpurt } from './heard-packet.ts';
import { VoiceClient } from './voice-client.ts';

/** What a person needs to be in a voice channel. */
export interface PersonVoiceOptions {
  readonly ticket: VoiceTicket;
  /** The voice server's certificate, PEM. */
  readonly ca: string;
  readonly log: (line: string) => void;
  /** Where what is heard goes: the person's own, so that it outlives this connection. */
  readonly heard?: HeardLog;
}

/** What became of what was said, in packets of 20 ms. */
export interface Spoken {
  readonly sent: number;
  /** Said while nobody else was in the call, or before it was encrypted: as real clients, a person sends nothing then. */
  readonly withheld: number;
}

const FRAME_MS = 20;
const SILENCE_FRAMES = 5;
const CONNECT_TIMEOUT_MS = 10_000;
const READY_TIMEOUT_MS = 3_000;
// Others may need a few frames longer than we to get into a group that has just been made; a person takes longer still.
const SETTLED_MS = 100;
const POLL_MS = 5;

/** One person in one voice channel: talks, listens. When they are moved or thrown out, a new one takes its place. */
export class PersonVoice {
  readonly heardLog: HeardLog;
  private readonly client: VoiceClient;
  private readonly closeListeners: ((code: number) => void)[] = [];
  private readonly settled = Promise.withResolvers<void>();
  private state: 'new' | 'connecting' | 'connected' | 'closed' = 'new';
  private talking = false;

  constructor(options: PersonVoiceOptions) {
    this.heardLog = options.heard ?? new HeardLog();
    this.client = new VoiceClient({
      ...options,
      onPacket: (packet) => this.heardLog.receive(packet),
      onReady: () => this.ready(),
      onClose: (code) => this.closed(code),
    });
    // Whoever does not wait for the connection learns of its end through onClose.
    this.settled.promise.catch(() => undefined);
  }

  /** Resolves when the voice session is set up. @throws Error when the server refuses or 10 s pass */
  async connect(): Promise<void> {
    if (this.state !== 'new') throw new Error('This person has connected already; make a new one.');
    this.state = 'connecting';
    const timer = setTimeout(() => {
      this.settled.reject(new Error('The voice server did not set the session up within 10 s.'));
      this.close();
    }, CONNECT_TIMEOUT_MS);
    this.client.start();
    await this.settled.promise.finally(() => clearTimeout(timer));
  }

  /** Also while a lost websocket is being resumed. */
  get connected(): boolean {
    return this.state === 'connected';
  }

  /** Whether others could hear this person now: the call is encrypted and no change of its members is under way. */
  get audible(): boolean {
    return this.client.dave?.sendable ?? false;
  }

  /** The code that everyone in the call shares while they are in the same DAVE epoch; empty without a group. */
  get privacyCode(): string {
    return this.client.dave?.privacyCode ?? '';
  }

  get speaking(): boolean {
    return this.talking;
  }

  /** Tells when the connection is over for good and was not closed by `close`. */
  onClose(listener: (code: number) => void): void {
    this.closeListeners.push(listener);
  }

  /**
   * Says something, 20 ms per packet, and ends it with five silence frames. With others in the call it first waits, for
   * 3 s at most, until the call is encrypted. What is said while it is not is not sent, but time goes on.
   *
   * An abort ends it early and properly. @throws Error when already speaking, or when the connection ends
   */
  async speak(sound: AsyncIterable<Buffer> | Iterable<Buffer>, signal: AbortSignal): Promise<Spoken> {
    if (this.talking) throw new Error('This person is speaking already.');
    this.talking = true;
    try {
      await this.waitUntilReady(signal);
      return await this.say(sound, signal);
    } finally {
      this.talking = false;
    }
  }

  heard(since?: Date): HeardSpurt[] {
    return this.heardLog.heard(since);
  }

  heardPcm(since?: Date): Int16Array {
    return this.heardLog.heardPcm(since);
  }

  /** Hangs up. */
  close(): void {
    this.state = 'closed';
    this.settled.reject(new Error('The person hung up.'));
    this.client.stop();
  }

  private ready(): void {
    this.state = 'connected';
    this.settled.resolve();
  }

  private closed(code: number): void {
    this.state = 'closed';
    this.settled.reject(new Error(`The voice server closed the connection with ${code}.`));
    for (const listener of this.closeListeners) listener(code);
  }

  private async waitUntilReady(signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    const isReady = (): boolean => this.client.alone || (this.client.dave?.memberForMs ?? 0) >= SETTLED_MS;
    while (!isReady() && performance.now() < deadline && !signal.aborted && this.connected) await sleep(POLL_MS);
  }

  private async say(sound: AsyncIterable<Buffer> | Iterable<Buffer>, signal: AbortSignal): Promise<Spoken> {
    const spoken = { sent: 0, withheld: 0 };
    // The announcement goes another way than the packets: a frame's time lets it arrive first.
    let due = performance.now() + FRAME_MS;
    this.client.beginSpurt(due);
    for await (const packet of followedBySilence(sound, signal)) {
      await sleep(Math.max(0, due - performance.now()));
      if (!this.connected) throw new Error('The voice connection ended while speaking.');
      spoken[this.client.send(packet) === 'withheld' ? 'withheld' : 'sent'] += 1;
      due += FRAME_MS;
    }
    this.client.endSpurt();
    return spoken;
  }
}

async function* followedBySilence(sound: AsyncIterable<Buffer> | Iterable<Buffer>, signal: AbortSignal) {
  for await (const packet of sound) {
    if (signal.aborted) break;
    yield packet;
  }
  for (let frame = 0; frame < SILENCE_FRAMES; frame++) yield SILENCE_FRAME;
}
