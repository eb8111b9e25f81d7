import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../shard/ports.ts';
import type { ApiMiddleware } from '../context.ts';
import { parseBody } from '../json-body.ts';
import { HttpError } from '../problem.ts';
import { readBody } from '../read-body.ts';

/** JSON under its own name, and under the names that `curl -d` and simple clients give it. */
const READABLE_TYPES = ['application/json', 'text/plain', 'application/x-www-form-urlencoded'];

/** How much body is read and how time is measured meanwhile. */
export interface BodyOptions {
  limitBytes: number;
  clock: Clock;
}

/** Reads the JSON body into `ctx.state.body`; no body counts as `{}`. Checked in the order 415, 413, 400. */
export function jsonBody({ limitBytes, clock }: BodyOptions): ApiMiddleware {
  return async (ctx, next) => {
    ctx.state.body = {};
    if (hasBody(ctx.req)) {
      requireReadable(ctx.req);
      const bytes = await readBody(ctx.req, limitBytes, clock);
      if (bytes.length > 0) ctx.state.body = parseBody(bytes);
    }
    await next();
  };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function requireReadable({ headers }: IncomingMessage): void {
  const [type = '', ...parameters] = (headers['content-type'] ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase());
  if (type !== '' && !READABLE_TYPES.includes(type)) {
    throw new HttpError('body.type-unsupported', { type: type.slice(0, 80) });
  }
  const charset = parameters
    .find((part) => part.startsWith('charset='))
    ?.slice('charset='.length)
    .replaceAll('"', '');
  if (charset !== undefined && !['utf-8', 'utf8', 'us-ascii'].includes(charset)) {
    throw new HttpError('body.encoding-unsupported', { header: 'charset', value: charset.slice(0, 40) });
  }
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity') {
    throw new HttpError('body.encoding-unsupported', { header: 'Content-Encoding', value: encoding.slice(0, 40) });
  }
}
