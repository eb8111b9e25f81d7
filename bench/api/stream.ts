import { connect, type Socket } from 'node:net';
import { type Measured, quantile } from './measure.ts';
import { ask, sharedNow } from './messages.ts';
import type { BenchServer } from './servers.ts';
import { requestBytes } from './wire.ts';

/** How many read at once. */
const READERS = 500;
/** A key may hold ten streams open. */
const STREAMS_PER_KEY = 10;
/** Events at a calm pace: what one takes from being published to being read. */
const CALM = { count: 100, perTick: 1, everyMs: 10 };
/** Events as fast as they go: how many are read per second, by all readers together. */
const BURST = { count: 1000, perTick: 100, everyMs: 0 };
/** Longest a fan-out may take. */
const PATIENCE_MS = 60_000;

const MARK = /"action":"bench\.(\d{8})"/g;
/** Longer than a mark: what may be cut off at the end of a chunk. */
const TAIL = 24;

/** 500 sockets that read events and count them. */
export class Readers {
  readonly #sockets: Socket[] = [];
  #seq = 1;
  #onEvent: (reader: number, seq: number) => void = () => {};
  #broken: Error | undefined;

  /** Opens them all; resolves when each has its first bytes. @throws Error when one is refused */
  static async open(server: BenchServer, path: string): Promise<Readers> {
    const readers = new Readers();
    for (let index = 0; index < READERS; index += 1) {
      const key = server.keys[Math.floor(index / STREAMS_PER_KEY)];
      await readers.#open(index, server.port, requestBytes({ method: 'GET', path, ...(key && { key }) }));
    }
    return readers;
  }

  /** Publishes at a calm pace, then as fast as it goes. */
  async measure(server: BenchServer): Promise<Measured> {
    const calm = await this.#publish(server, CALM);
    const times = calm.receipts.map(({ seq, at }) => at - (calm.published[seq - calm.from] as number));
    const burst = await this.#publish(server, BURST);
    const last = burst.receipts.reduce((latest, { at }) => Math.max(latest, at), 0);
    const seconds = (last - (burst.published[0] as number)) / 1000;
    return {
      requestsPerSecond: burst.receipts.length / seconds,
      p50Ms: quantile(times, 0.5),
      p99Ms: quantile(times, 0.99),
    };
  }

  close(): void {
    this.#onEvent = () => {};
    for (const socket of this.#sockets) socket.removeAllListeners('close').destroy();
  }

  /** Publishes and waits until every reader has every event. @throws Error when one gets an event twice or not at all */
  async #publish(server: BenchServer, pace: { count: number; perTick: number; everyMs: number }) {
    const from = this.#seq;
    const { count } = pace;
    this.#seq += count;
    const receipts: { seq: number; at: number }[] = [];
    const next = Array.from({ length: READERS }, () => from);
    const all = new Promise<void>((resolve, reject) => {
      const late = () => reject(new Error(`${receipts.length} of ${count * READERS} events came in ${PATIENCE_MS} ms`));
      const timer = setTimeout(late, PATIENCE_MS);
      this.#onEvent = (reader, seq) => {
        if (seq !== next[reader]) reject(new Error(`a reader got event ${seq} where ${next[reader]} was to come`));
        next[reader] = seq + 1;
        receipts.push({ seq, at: sharedNow() });
        if (receipts.length < count * READERS) return;
        clearTimeout(timer);
        resolve();
      };
    });
    const [{ at: published }] = await Promise.all([ask(server.child, { type: 'publish', from, ...pace }), all]);
    if (this.#broken) throw this.#broken;
    return { from, published, receipts };
  }

  #open(index: number, port: number, request: Buffer): Promise<void> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#sockets.push(socket);
    socket.on('close', () => {
      this.#broken = new Error('a reader was cut off');
    });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('connect', () => socket.write(request));
      socket.once('data', (head) => {
        const status = head.toString('latin1', 9, 12);
        if (status !== '200')
          return reject(new Error(`a reader was answered ${head.toString('latin1').slice(0, 800)}`));
        this.#read(index, socket);
        resolve();
      });
    });
  }

  #read(index: number, socket: Socket): void {
    let tail = '';
    socket.on('data', (chunk) => {
      const text = tail + chunk.toString('latin1');
      let end = 0;
      for (const match of text.matchAll(MARK)) {
        end = match.index + match[0].length;
        this.#onEvent(index, Number(match[1]));
      }
      tail = text.slice(Math.max(end, text.length - TAIL));
    });
  }
}
