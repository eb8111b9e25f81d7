import { createHash } from 'node:crypto';
import type { Once } from '../../shard/access/idempotency.ts';
import { ShardError } from '../../shard/errors.ts';
import type { Log } from '../../shard/ports.ts';
import type { IdempotencyRecord } from '../../shard/records.ts';
import type { Shard } from '../../shard/shard.ts';
import type { ApiContext, ApiMiddleware, Caller } from '../context.ts';
import { HttpError, PROBLEM_TYPE } from '../problem.ts';
import { answerError } from './errors.ts';

/** 1 to 255 printable characters of ASCII. */
const KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** Refusals that may be other ones at the next try. */
const NOT_KEPT = [401, 408, 409, 429];

/** Says that an answer was given before. */
const REPLAYED = 'Idempotency-Replayed';

/** What is being carried out, by guild: key → hash of the request. One for all routes: a key counts at all of them. */
export type Running = WeakMap<Shard, Map<string, string>>;

/**
 * Carries a request with an `Idempotency-Key` out once: who sends it again gets the first answer. `holdsSecret`: what is
 * answered is not kept, and who sends it again is told so.
 */
export function idempotency(holdsSecret: boolean, running: Running, log: Log): ApiMiddleware {
  return async (ctx, next) => {
    const { caller } = ctx.state;
    const sent = ctx.req.headersDistinct['idempotency-key'];
    if (!sent || !caller) return next();
    const once = { ...identify(ctx, caller, sent), holdsSecret, steps: 0 };
    const now = running.get(caller.shard) ?? new Map<string, string>();
    running.set(caller.shard, now);
    const known = caller.shard.idempotency.find(once.key);
    requireSame(once, now.get(once.key) ?? known?.requestHash);
    if (now.has(once.key)) throw new HttpError('idempotency.running');
    if (known?.answer) return replay(ctx, known);
    now.set(once.key, once.requestHash);
    try {
      await carryOut(ctx, caller, once, next, log);
    } finally {
      now.delete(once.key);
    }
  };
}

/** Who sends what. The key of one caller is nothing to another. @throws HttpError idempotency.key-invalid */
function identify(ctx: ApiContext, { key }: Caller, sent: readonly string[]): Pick<Once, 'key' | 'requestHash'> {
  const [word = ''] = sent;
  if (sent.length > 1 || !KEY.test(word)) throw new HttpError('idempotency.key-invalid');
  const { body } = ctx.state;
  const content = body instanceof Uint8Array ? body : JSON.stringify(body ?? {});
  return {
    key: createHash('sha256').update(`${key.id}\n${word}`).digest('base64url'),
    requestHash: createHash('sha256').update(`${ctx.method} ${ctx.url}\n`).update(content).digest('base64url'),
  };
}

function requireSame({ requestHash }: Once, first: string | undefined): void {
  if (first !== undefined && first !== requestHash) throw new HttpError('idempotency.mismatch');
}

function replay(ctx: ApiContext, { answer, withheld }: IdempotencyRecord): void {
  ctx.set(REPLAYED, 'true');
  if (!answer || withheld) throw new ShardError('idempotency.withheld');
  ctx.status = answer.status;
  ctx.body = answer.body;
  if (answer.status >= 400) ctx.set('Content-Type', PROBLEM_TYPE);
}

async function carryOut(ctx: ApiContext, caller: Caller, once: Once, next: () => Promise<void>, log: Log) {
  const { shard, actor } = caller;
  if (actor.occasion) actor.occasion.once = once;
  try {
    await next();
  } catch (error) {
    answerError(ctx, error, log);
  }
  const { status, body } = ctx;
  const isKept = status < 500 && !NOT_KEPT.includes(status);
  if (!isKept) return;
  // What was changed is on disk already: the answer goes out also when it cannot be kept.
  await shard.keepAnswer(actor, once, { status, body }).catch((error: unknown) => {
    log.error({ err: error, requestId: ctx.state.requestId }, 'an answer could not be kept for who asks again');
  });
}
