import { createHash } from 'node:crypto';
import type { ApiMiddleware } from '../context.ts';

/** Gives an answer an `ETag`, and answers 304 without a body to whoever has it already (RFC 9110). */
export function entityTag(): ApiMiddleware {
  return async (ctx, next) => {
    await next();
    const text = JSON.stringify(ctx.body);
    ctx.type = 'application/json';
    ctx.body = text;
    ctx.set('ETag', `"${createHash('sha1').update(text).digest('base64url')}"`);
    // Kept by the client, who asks each time whether it is still so.
    ctx.set('Cache-Control', 'private, no-cache');
    if (ctx.fresh) ctx.status = 304;
  };
}
