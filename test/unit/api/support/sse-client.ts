import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { until } from '../../../support/until.ts';

/** One frame as a client parses it. */
export interface SseFrame {
  event: string;
  id: string | undefined;
  data: { id: string; type: string; at: string; guildId: string; data: Record<string, unknown> };
}

/** How a stream is asked for. */
export interface SseWish {
  key: string;
  query?: string;
  lastEventId?: string;
}

/** A reader of a stream, which parses as the standard says. */
export class SseClient {
  readonly frames: SseFrame[] = [];
  comments = 0;
  closed = false;
  answer: IncomingMessage | undefined;
  readonly #request: ClientRequest;
  #rest = '';

  constructor(url: string, { key, query = '', lastEventId }: SseWish) {
    const headers = { Authorization: `Bearer ${key}`, ...(lastEventId && { 'Last-Event-ID': lastEventId }) };
    this.#request = get(`${url}/api/v1/stream${query}`, { headers, agent: false }, (answer) => {
      this.answer = answer;
      answer.setEncoding('utf8').on('data', (text: string) => this.#take(text));
      answer.on('error', () => {});
      answer.on('close', () => {
        this.closed = true;
      });
    });
    this.#request.on('error', () => {
      this.closed = true;
    });
  }

  /** Resolves when the stream is open: its first comment came. */
  async opened(): Promise<this> {
    await until(() => this.comments > 0 || this.closed);
    return this;
  }

  /** Takes nothing more from the connection, which stays open. */
  pause(): void {
    this.answer?.pause();
    this.answer?.socket.pause();
  }

  /** Goes on where it paused. */
  resume(): void {
    this.answer?.socket.resume();
    this.answer?.resume();
  }

  /** Leaves, as a network does that fails. */
  cut(): void {
    this.#request.destroy();
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) this.#block(block.split('\n'));
  }

  #block(lines: readonly string[]): void {
    if (lines.every((line) => line.startsWith(':'))) {
      this.comments += 1;
      return;
    }
    const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    this.frames.push({ event: field('event') ?? '', id: field('id'), data: JSON.parse(field('data') ?? '') });
  }
}
