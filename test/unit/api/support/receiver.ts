import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';

/** A delivery as its receiver saw it. */
export interface Received {
  path: string;
  headers: IncomingMessage['headers'];
  text: string;
  body: { id: string; type: string; guildId: string; at: string; timestamp: string; data: Record<string, unknown> };
}

/** Answers one delivery; `count` is 1 for the first. */
export type Answering = (answer: ServerResponse, received: Received, count: number) => void;

/** A receiver of webhooks on a port of this machine. */
export class Receiver {
  readonly received: Received[] = [];
  /** How it answers from now on; 204 by default. */
  answering: Answering = (answer) => answer.writeHead(204).end();
  readonly #server: Server;

  constructor(tls?: { key: string; cert: string }) {
    const handle: RequestListener = (request, answer) => void this.#take(request, answer);
    this.#server = tls ? (createTlsServer(tls, handle) as unknown as Server) : createServer(handle);
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get ids(): string[] {
    return this.received.map(({ body }) => body.id);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const body = await text(request).catch(() => undefined);
    if (body === undefined) return;
    const received = { path: request.url ?? '', headers: request.headers, text: body, body: JSON.parse(body) };
    this.received.push(received);
    this.answering(answer, received, this.received.length);
  }
}

/** The public library must accept the delivery; where the clock of a test has moved on, its signature must be the same. */
export function requireSigned(secret: string, { headers, text: body }: Received): void {
  const library = new Webhook(secret);
  const seconds = Number(headers['webhook-timestamp']);
  const signature = library.sign(String(headers['webhook-id']), new Date(seconds * 1000), body);
  expect(headers['webhook-signature']).to.equal(signature);
  if (Math.abs(Date.now() / 1000 - seconds) < 240) {
    expect(library.verify(body, headers as Record<string, string>)).to.deep.equal(JSON.parse(body));
  }
}
