import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Ids } from '../shard/ports.ts';
import { mintRequestId } from './middleware/request-id.ts';
import { SECURE_HEADERS } from './middleware/secure-headers.ts';
import { HTTP_ERRORS, type HttpErrorCode, PROBLEM_TYPE, problem } from './problem.ts';

/** What Node says of a request it could not take → our code. */
const CODES: Readonly<Record<string, HttpErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'request.headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request.timeout',
};

/** A connection, with the answer that Node is making on it. */
type Connection = Duplex & { _httpMessage?: ServerResponse | null };

/**
 * Answers what never became a request (garbage, endless header fields, headers that do not end) in the usual form, and
 * closes the connection. A whole request before it on the same connection gets its own answer first: it may have changed
 * something, and an error would say that it did not.
 */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Connection, ids: Ids): void {
  const answering = socket._httpMessage;
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else if (answering?.req.complete) answering.once('close', () => socket.end(() => socket.destroy()));
  else if (answering?.headersSent) socket.destroy();
  else socket.end(rawAnswer(CODES[error.code ?? ''] ?? 'request.malformed', mintRequestId(ids)));
}

function rawAnswer(code: HttpErrorCode, requestId: string): string {
  const { status } = HTTP_ERRORS[code];
  const sentence = HTTP_ERRORS[code].sentence({});
  const body = JSON.stringify(problem({ status, code, sentence, instance: '', requestId }));
  const headers = {
    ...SECURE_HEADERS,
    'Content-Type': PROBLEM_TYPE,
    'Content-Length': Buffer.byteLength(body),
    'X-Request-Id': requestId,
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n');
}
