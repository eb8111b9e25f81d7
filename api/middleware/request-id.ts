import type { Ids } from '../../shard/ports.ts';
import type { ApiMiddleware } from '../context.ts';

/** Printable, without spaces, quotes or anything a log or a header could trip over; at most 128 characters. */
const SANE = /^[A-Za-z0-9._:/+=@-]{1,128}$/;

/** What looks like one of our keys or secrets: it would be shown in the audit log. */
const SECRET = /sc(?:ok|sk|sh)_|whsec_/i;

/** A new request id: `req_` and 20 hex digits. */
export function mintRequestId(ids: Ids): string {
  return `req_${Buffer.from(ids.random(10)).toString('hex')}`;
}

/** Takes the caller's `X-Request-Id` when it is sane, mints one otherwise; it is on every answer. */
export function requestId(ids: Ids): ApiMiddleware {
  return (ctx, next) => {
    const given = ctx.get('X-Request-Id');
    ctx.state.requestId = SANE.test(given) && !SECRET.test(given) ? given : mintRequestId(ids);
    ctx.set('X-Request-Id', ctx.state.requestId);
    return next();
  };
}
