import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type AppOptions, createApp } from './app.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { isUpgrade, serveUpgrade } from './listen/serve-upgrade.ts';
import { ProcessMeasures } from './process-measures.ts';

/** What the Owner API's server is given. */
export interface ApiOptions extends AppOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** How long header fields may take, and how often that is looked at, milliseconds; `HEADERS_MS`, `CHECK_MS` when left out. */
  headersMs?: number;
  checkMs?: number;
  /** How long a client may neither send nor take anything while it is answered, milliseconds; `STALLED_MS` when left out. */
  stalledMs?: number;
}

/** How long the header fields may take to arrive. */
const HEADERS_MS = 10_000;
/** How long a whole request may take to arrive: more than `BODY_MS`, which answers with more words. */
const REQUEST_MS = 30_000;
/**
 * How long a connection may stand still in the middle of an answer: who sends requests and never reads would otherwise
 * hold it for good. Longer than any answer takes to be made; streams have a comment every 15 s.
 */
const STALLED_MS = 60_000;
/** How long an idle connection is kept: longer than the clients' own pools, so that none sends into a closing one. */
const KEEP_ALIVE_MS = 75_000;
/** How often Node looks for requests that are over these times. */
const CHECK_MS = 1000;
/** Far more than a guild's programs need; each costs some kilobytes. */
const MAX_CONNECTIONS = 2000;
/** How long answers under way may take once the server stops. */
const STOP_MS = 2000;

/** The Owner API on a port. */
export class Api {
  readonly #options: ApiOptions;
  readonly #measures: ProcessMeasures;
  #server: Server | undefined;
  #stopping = false;

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#measures = options.measures ?? new ProcessMeasures();
  }

  /** Where it listens, for example `http://127.0.0.1:8080`. */
  get url(): string {
    const listening = this.#server?.address();
    if (!listening || typeof listening === 'string') throw new Error('The Owner API does not listen.');
    const { address, family, port } = listening;
    if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  }

  /** Resolves when it listens; rejects when it cannot, for example because the port is taken. */
  start(): Promise<void> {
    const { host, port, readiness, headersMs = HEADERS_MS, checkMs = CHECK_MS, stalledMs = STALLED_MS } = this.#options;
    const measures = this.#measures;
    measures.loop.start();
    const ready = () => [...this.#shutdown(), ...readiness()];
    const handle = createApp({ ...this.#options, measures, readiness: ready }).callback();
    const server = createServer({
      headersTimeout: headersMs,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: checkMs,
      shouldUpgradeCallback: isUpgrade,
    });
    server.timeout = stalledMs;
    server.maxConnections = MAX_CONNECTIONS;
    server.on('request', (request, response) => this.#serve(handle, request, response));
    server.on('upgrade', (request, socket, head) => this.#upgrade(handle, request, socket as Socket, head));
    server.on('clientError', (error, socket) => answerBrokenRequest(error, socket, this.#options.ids));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once('error', (error) => reject(listenError(error, host, port)));
      server.listen(port, host, () => {
        server.removeAllListeners('error');
        resolve();
      });
    });
  }

  /**
   * Not ready from the first moment, and without streams. Once `lingered` resolves it takes nothing new, lets answers
   * under way end, then closes what is left; 2 s after the beginning at the latest.
   */
  async stop(lingered: Promise<void> = Promise.resolve()): Promise<void> {
    const server = this.#server;
    this.#stopping = true;
    this.#measures.loop.stop();
    this.#options.streams.stop();
    this.#options.listening.stop();
    if (!server?.listening) return;
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(STOP_MS, resolve);
    });
    void late.then(() => server.closeAllConnections());
    await Promise.race([lingered, late]);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    cancel();
  }

  #serve(handle: Handler, request: IncomingMessage, response: ServerResponse): void {
    // A connection whose answer was under way when the server stopped becomes idle only now.
    response.once('close', () => setImmediate(() => this.#stopping && this.#server?.closeIdleConnections()));
    void handle(request, response);
  }

  #upgrade(handle: Handler, request: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#options.listening.offer(request, socket, head);
    serveUpgrade(request, socket, (asked, response) => this.#serve(handle, asked, response));
  }

  #shutdown() {
    return this.#stopping ? [{ name: 'shutdown', ok: false, detail: 'shutting down' }] : [];
  }
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

function listenError(error: Error, host: string, port: number): Error {
  const advice = 'Choose another with PORT or HOST, or end the program that has it.';
  return new Error(`The Owner API cannot listen on ${host}:${port} (${error.message}). ${advice}`, { cause: error });
}
