import type { IncomingMessage } from 'node:http';

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])$/i;

function isLoopback(url: string): boolean {
  try {
    return LOOPBACK.test(new URL(url).hostname);
  } catch {
    return false;
  }
}

/**
 * Whether a request comes from this machine and means it: a web page that had a foreign name point at 127.0.0.1, or that
 * sends across origins, does not.
 */
export function isFromHere({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  if (!isLoopback(`http://${headers.host ?? ''}`)) return false;
  return headers.origin === undefined || isLoopback(headers.origin);
}
