import type { IncomingMessage } from 'node:http';
import type { Clock } from '../shard/ports.ts';
import { HttpError } from './problem.ts';

/** How long a body may take to arrive: 64 KiB in this time needs no more than a modem line. */
export const BODY_MS = 15_000;

/**
 * The whole body, counted while it is read.
 * @throws HttpError body.too-large | request.timeout | body.aborted
 */
export function readBody(request: IncomingMessage, limitBytes: number, clock: Clock): Promise<Buffer> {
  const tooLarge = () => new HttpError('body.too-large', { limit: limitBytes });
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (settled: () => void) => {
      cancel();
      request.off('data', onData).off('end', onEnd).off('close', onClose).off('error', onClose);
      settled();
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limitBytes) settle(() => reject(tooLarge()));
      else chunks.push(chunk);
    };
    const onEnd = () => settle(() => resolve(Buffer.concat(chunks)));
    const onClose = () => settle(() => reject(new HttpError('body.aborted')));
    const cancel = clock.after(BODY_MS, () => settle(() => reject(tooSlow())));
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/** The rest of such a body may never come, so the connection cannot be used again. */
function tooSlow(): HttpError {
  return new HttpError('request.timeout', {}, { headers: { Connection: 'close' } });
}
