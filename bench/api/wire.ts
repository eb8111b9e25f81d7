import { connect, type Socket } from 'node:net';

/** An answer as it came over the wire. */
export interface WireAnswer {
  status: number;
  body: string;
}

/** What is sent for one request. */
export interface WireRequest {
  method: 'GET' | 'POST';
  path: string;
  key?: string;
  body?: unknown;
}

/** The bytes of a request: made before the clock runs, so that the measuring process has little to do. */
export function requestBytes({ method, path, key, body }: WireRequest): Buffer {
  const text = body === undefined ? '' : JSON.stringify(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    ...(key === undefined ? [] : [`Authorization: Bearer ${key}`]),
    ...(body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(text)}`]),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${text}`);
}

/** One kept-alive connection that takes one request at a time: Node's own client would cost more than the server. */
export class Wire {
  readonly #socket: Socket;
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes of the whole answer, once its head is known. */
  #expected = Number.POSITIVE_INFINITY;
  #bodyAt = 0;
  #settle: { resolve(answer: WireAnswer): void; reject(error: Error): void } | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#take(chunk));
    const gone = (error?: Error) => this.#settle?.reject(error ?? new Error('the server closed the connection'));
    socket.on('error', gone).on('close', () => gone());
  }

  /** Connects to a port of this machine. */
  static open(port: number): Promise<Wire> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new Wire(socket));
      });
    });
  }

  /** Sends a request and waits for its answer. @throws Error when the connection ends or the answer has no length */
  send(request: Buffer): Promise<WireAnswer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#expected === Number.POSITIVE_INFINITY) this.#readHead();
    if (this.#size < this.#expected) return;
    const answer = Buffer.concat(this.#chunks).toString('utf8');
    const body = answer.slice(this.#bodyAt);
    const settle = this.#settle;
    this.#chunks = [];
    this.#size = 0;
    this.#expected = Number.POSITIVE_INFINITY;
    this.#settle = undefined;
    settle?.resolve({ status: Number(answer.slice(9, 12)), body });
  }

  #readHead(): void {
    const bytes = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, end))?.[1];
    if (length === undefined) this.#settle?.reject(new Error('an answer came without Content-Length'));
    this.#bodyAt = end + 4;
    this.#expected = this.#bodyAt + Number(length);
  }
}
