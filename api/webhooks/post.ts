import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { isIPv6, type LookupFunction } from 'node:net';
import type { Clock } from '../../shard/ports.ts';
import { DeliveryError, type Destinations } from './destinations.ts';
import { failureReason } from './failure-reason.ts';
import { retryAfterMs } from './retry.ts';

/** How long everything together may take: name, connection, headers, body. */
const POST_MS = 10_000;
/** How much of an answer's body is read, and thrown away. */
const BODY_BYTES = 64 * 1024;

/** What is sent, and how. */
export interface Posting {
  url: URL;
  headers: Record<string, string>;
  body: string;
  destinations: Destinations;
  clock: Clock;
  /** Gives it up at once. */
  signal: AbortSignal;
}

/** How it went. */
export interface PostOutcome {
  /** Null when there was no answer. */
  status: number | null;
  /** Why it counts as failed, as a sentence; null when it does not. */
  error: string | null;
  /** How long the receiver asked to be left alone, in ms. */
  retryAfterMs: number | null;
}

/** Sends a POST to a checked address. Never rejects. Only 2xx is a success; redirects are not followed. */
export async function post(posting: Posting): Promise<PostOutcome> {
  const { clock, signal } = posting;
  const abort = new AbortController();
  const cancel = clock.after(POST_MS, () => abort.abort(new DeliveryError(`It took more than ${POST_MS / 1000} s.`)));
  const giveUp = () => abort.abort(new DeliveryError('The shard was stopped.'));
  signal.addEventListener('abort', giveUp);
  try {
    if (signal.aborted) giveUp();
    return await exchange(posting, abort.signal);
  } catch (error) {
    return {
      status: null,
      error: failureReason(abort.signal.aborted ? abort.signal.reason : error),
      retryAfterMs: null,
    };
  } finally {
    cancel();
    signal.removeEventListener('abort', giveUp);
  }
}

async function exchange(
  { url, headers, body, destinations, clock }: Posting,
  signal: AbortSignal,
): Promise<PostOutcome> {
  const addresses = await unlessAborted(destinations.addressesOf(url), signal);
  const { request } = url.protocol === 'https:' ? https : http;
  const length = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  // A connection of its own, to one of the addresses that were checked and to no other.
  const sent = request(url, {
    method: 'POST',
    agent: false,
    lookup: pinned(addresses),
    headers: { ...headers, ...length },
    rejectUnauthorized: true,
    signal,
  });
  try {
    const answer = await answerOf(sent, body);
    await bodyOf(answer);
    const status = answer.statusCode ?? 0;
    return {
      status,
      error: statusProblem(status),
      retryAfterMs: retryAfterMs(answer.headers['retry-after'], clock.now()),
    };
  } finally {
    sent.destroy();
  }
}

function statusProblem(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  return `It answered ${status}${status >= 300 && status < 400 ? ', and redirects are not followed' : ''}.`;
}

/** Answers a name with these addresses, whatever it is. */
function pinned(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return (_name, { all: wantsAll }, callback) => {
    if (wantsAll) callback(null, all);
    else callback(null, all[0]?.address ?? '', all[0]?.family);
  };
}

function answerOf(sent: ClientRequest, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.on('response', resolve);
    sent.on('error', reject);
    sent.on('close', () => reject(new DeliveryError('The connection ended before there was an answer.')));
    sent.end(body);
  });
}

/** Resolves when the body is over, or enough of it was seen. */
function bodyOf(answer: IncomingMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_BYTES) resolve();
    });
    answer.on('end', resolve);
    answer.on('error', reject);
    answer.on('close', () => reject(new DeliveryError('The connection ended in the middle of the answer.')));
  });
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}
