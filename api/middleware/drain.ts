import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../shard/ports.ts';
import type { ApiMiddleware } from '../context.ts';

/** How much of a body that nobody wants is read and thrown away. */
const DRAIN_BYTES = 4 * 1024 * 1024;
/** How long that may take. */
const DRAIN_MS = 10_000;

/**
 * Keeps reading, within bounds, what a client still sends when its answer is ready (413, 401, …). Closing at once would
 * reset the connection, and a client in the middle of sending would never see the answer. Node would read on too, but
 * without end.
 */
export function drain(clock: Clock): ApiMiddleware {
  return async (ctx, next) => {
    await next();
    if (!ctx.req.complete && !ctx.req.destroyed) discard(ctx.req, clock);
  };
}

function discard(request: IncomingMessage, clock: Clock): void {
  let bytes = 0;
  const cancel = clock.after(DRAIN_MS, () => request.destroy());
  request.once('close', cancel);
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DRAIN_BYTES) request.destroy();
  });
  request.resume();
}
