import type { ServerResponse } from 'node:http';
import type { Clock } from '../../shard/ports.ts';
import type { Wanted } from './frames.ts';

/** A reader that has not taken this much of what was written for it is cut off. */
const BEHIND_BYTES = 1024 * 1024;
/** How long a reader may take to receive the end of its stream. */
const END_MS = 500;

/** One open stream. */
export class StreamReader {
  readonly wanted: Wanted;
  /** Number of the last batch that it has, or does not need. Infinity until it has caught up. */
  seen = Number.POSITIVE_INFINITY;
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  #isOver = false;

  /** `gone` is called once, when the connection is over. */
  constructor(response: ServerResponse, clock: Clock, wanted: Wanted, gone: () => void) {
    this.#response = response;
    this.#clock = clock;
    this.wanted = wanted;
    response.on('error', () => {});
    response.once('close', () => {
      this.#isOver = true;
      gone();
    });
  }

  /** Whether nothing more can be sent. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether what was written before is still on its way. */
  get isBusy(): boolean {
    return this.#response.writableNeedDrain;
  }

  /** Writes it; cuts the reader off when it is too far behind. Others share the buffer. */
  send(chunk: Buffer | string): void {
    if (this.#isOver || chunk.length === 0) return;
    const behind = this.#response.writableLength;
    if (behind > 0 && behind + chunk.length > BEHIND_BYTES) this.cut();
    else this.#response.write(chunk);
  }

  /** Resolves when the reader has taken what was written, or is gone. */
  drained(): Promise<void> {
    if (this.#isOver || !this.isBusy) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#response.off('drain', done).off('close', done);
        resolve();
      };
      this.#response.on('drain', done).on('close', done);
    });
  }

  /** Ends the stream in order; at once when the reader does not take the rest. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#response.end();
    const cancel = this.#clock.after(END_MS, () => this.#response.destroy());
    this.#response.once('close', cancel);
  }

  /** Ends the connection. */
  cut(): void {
    this.#isOver = true;
    this.#response.destroy();
  }
}
