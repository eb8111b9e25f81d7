import { connect, type Socket } from 'node:net';

/** An answer as it came over the wire; header names in lower case. */
export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** How long an answer may take. */
const ANSWER_MS = 10_000;

/** How a request is sent. */
interface Sending {
  body?: Buffer;
  answerMs?: number;
  /** After so long without an answer it says that nothing more comes: a server may be waiting for what was promised. */
  endsAfterMs?: number;
}

/** The end of a head. */
const GAP = '\r\n\r\n';

/**
 * Sends bytes as they are over a connection of its own and reads one answer. Of a stream of events only the head is
 * waited for. With `body` the head goes first, and the body when the server says "100 Continue" — or at once when it
 * says something else. Null when the server closes without a word.
 * @throws Error when nothing comes in time, or what comes is no HTTP
 */
export async function exchange(
  url: string,
  head: Buffer | string,
  { body, answerMs = ANSWER_MS, endsAfterMs }: Sending = {},
): Promise<RawAnswer | null> {
  const { hostname: host, port } = new URL(url);
  const socket = connect({ host, port: Number(port), allowHalfOpen: true });
  const wasHead = /^HEAD /.test(head.toString('latin1').slice(0, 5));
  try {
    return await new Promise((resolve, reject) => {
      const late = () => reject(new Error(`no answer within ${answerMs} ms to ${shown(head)}`));
      const timer = setTimeout(late, answerMs);
      const end = endsAfterMs === undefined ? undefined : setTimeout(() => socket.end(), endsAfterMs);
      const settle = (answer: RawAnswer | null) => {
        clearTimeout(timer);
        clearTimeout(end);
        resolve(answer);
      };
      read(socket, wasHead, () => body && socket.write(body), settle, reject);
      socket.write(head);
    });
  } finally {
    socket.destroy();
  }
}

const shown = (bytes: Buffer | string) => JSON.stringify(bytes.toString('latin1').slice(0, 500));

function read(
  socket: Socket,
  wasHead: boolean,
  goOn: () => void,
  settle: (answer: RawAnswer | null) => void,
  fail: (error: Error) => void,
): void {
  let bytes = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    try {
      if (bytes.toString('latin1', 9, 12) === '100' && bytes.includes(GAP)) {
        bytes = bytes.subarray(bytes.indexOf(GAP) + GAP.length);
        goOn();
      }
      const answer = parseAnswer(bytes, wasHead, false);
      if (answer) settle(answer);
    } catch (error) {
      fail(error as Error);
    }
  });
  // A server that refuses early may reset the connection; what it said before counts.
  socket.on('error', () => {});
  socket.on('end', () => socket.end());
  socket.on('close', () => {
    try {
      settle(bytes.length === 0 ? null : (parseAnswer(bytes, wasHead, true) ?? null));
    } catch (error) {
      fail(error as Error);
    }
  });
}

/** The answer, when all of it is there. */
function parseAnswer(bytes: Buffer, wasHead: boolean, ended: boolean): RawAnswer | undefined {
  const end = bytes.indexOf(GAP);
  if (end < 0) {
    if (ended) throw new Error(`not an answer: ${shown(bytes)}`);
    return undefined;
  }
  const [line = '', ...fields] = bytes.toString('latin1', 0, end).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})( |$)/.exec(line)?.[1]);
  if (Number.isNaN(status)) throw new Error(`not an answer: ${shown(line)}`);
  const headers = Object.fromEntries(fields.map((field) => [field.split(':')[0]?.toLowerCase(), afterColon(field)]));
  const rest = bytes.subarray(end + GAP.length);
  if (wasHead || status === 204 || status === 304 || /event-stream/.test(headers['content-type'] ?? '')) {
    return { status, headers, text: '' };
  }
  const whole = bodyOf(rest, headers, ended);
  return whole && { status, headers, text: whole.toString('utf8') };
}

const afterColon = (field: string) => field.slice(field.indexOf(':') + 1).trim();

function bodyOf(rest: Buffer, headers: Record<string, string>, ended: boolean): Buffer | undefined {
  if (headers['transfer-encoding'] === 'chunked') return unchunk(rest);
  const length = headers['content-length'];
  if (length === undefined) return ended ? rest : undefined;
  return rest.length >= Number(length) ? rest.subarray(0, Number(length)) : undefined;
}

function unchunk(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16);
    if (size === 0) return Buffer.concat(parts);
    parts.push(bytes.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
    if (at > bytes.length) return undefined;
  }
}
