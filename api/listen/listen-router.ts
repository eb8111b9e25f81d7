import type { Router } from '@koa/router';
import type { RequestState } from '../context.ts';
import { indexedRouter } from '../indexed-router.ts';
import { HttpError } from '../problem.ts';

/** Where listening programs connect. */
export const LISTEN_PATH = '/ws';

/** `GET /ws`: the connection of a listening program. Only a service key opens it. */
export function listenRouter(): Router<RequestState> {
  const router = indexedRouter({ sensitive: true });
  router.get(LISTEN_PATH, (ctx) => {
    const { caller } = ctx.state;
    if (!caller) throw new Error(`${LISTEN_PATH} was reached without a key`);
    if (caller.key.kind !== 'service') throw new HttpError('key.service-only', { kind: caller.key.kind });
    caller.live.listening.open(ctx.req, ctx.res, caller);
    // The connection is no longer one of HTTP.
    ctx.respond = false;
    ctx.status = 101;
  });
  return router;
}
