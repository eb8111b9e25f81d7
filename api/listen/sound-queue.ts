import type { Clock } from '../../shard/ports.ts';

/** How long sound may wait for a program that is slow to read, milliseconds. */
const FRESH_MS = 1000;
/** Most packets that wait: ten people for that second. */
const MAX_WAITING = 500;
/** What the connection may hold that the system has not taken: half a second of one voice. More waits here, and may grow old. */
const HELD_BYTES = 4096;

/** Where packets go: a WebSocket. */
export interface SoundSink {
  /** Bytes that were sent and that the system has not taken. */
  readonly bufferedAmount: number;
  send(packet: Buffer, taken: () => void): void;
}

/** Sound on its way to one program. What it is too slow for is lost, the oldest first. */
export class SoundQueue {
  /** Packets handed to the connection, and packets that grew too old for it. */
  sent = 0;
  dropped = 0;
  readonly #sink: SoundSink;
  readonly #clock: Clock;
  readonly #waiting: { packet: Buffer; at: number }[] = [];

  constructor(sink: SoundSink, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  /** Packets that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Sends a packet, now or when the connection takes more. */
  push(packet: Buffer): void {
    if (this.#waiting.length === 0 && this.#sink.bufferedAmount <= HELD_BYTES) {
      this.#send(packet);
      return;
    }
    this.#waiting.push({ packet, at: this.#clock.now() });
    this.#forgetOld();
  }

  /** Throws away what waits. */
  clear(): void {
    this.#waiting.length = 0;
  }

  #send(packet: Buffer): void {
    this.sent += 1;
    this.#sink.send(packet, this.#taken);
  }

  readonly #taken = (): void => {
    if (this.#waiting.length === 0) return;
    this.#forgetOld();
    while (this.#sink.bufferedAmount <= HELD_BYTES) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#send(next.packet);
    }
  };

  #forgetOld(): void {
    const since = this.#clock.now() - FRESH_MS;
    let old = Math.max(0, this.#waiting.length - MAX_WAITING);
    while ((this.#waiting[old]?.at ?? since) < since) old += 1;
    if (old === 0) return;
    this.#waiting.splice(0, old);
    this.dropped += old;
  }
}
