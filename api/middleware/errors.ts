import { ERRORS, ShardError } from '../../shard/errors.ts';
import type { Log } from '../../shard/ports.ts';
import type { ApiContext, ApiMiddleware } from '../context.ts';
import { describe, HttpError, PROBLEM_TYPE, type ProblemCode, problem, statusOf } from '../problem.ts';

/** Seconds after which a request that met an unavailable part may be tried again. */
const RETRY_AFTER_SECONDS = 5;

/** Turns whatever is thrown further in into an `application/problem+json` answer. */
export function errors(log: Log): ApiMiddleware {
  return async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      answerError(ctx, error, log);
    }
  };
}

/** Answers with whatever was thrown. */
export function answerError(ctx: ApiContext, error: unknown, log: Log): void {
  const { requestId } = ctx.state;
  const { code, sentence, details } = describe(error);
  const status = statusOf(code, pathNamesSomething(ctx));
  if (code === 'internal') log.error({ err: error, requestId, method: ctx.method, path: ctx.path }, 'a request failed');
  ctx.status = status;
  ctx.body = problem({ status, code, sentence, instance: ctx.path, requestId, details });
  ctx.set(headersOf(code));
  if (error instanceof ShardError && error.kind === 'limited')
    ctx.set('Retry-After', String(error.params['retryAfter']));
  if (error instanceof HttpError) ctx.set(error.headers);
  ctx.set('Content-Type', PROBLEM_TYPE);
}

/** Whether the matched route has parameters, as `/nets/:ref` has. */
function pathNamesSomething(ctx: ApiContext & { params?: Record<string, string> }): boolean {
  return Object.keys(ctx.params ?? {}).length > 0;
}

function headersOf(code: ProblemCode): Record<string, string> {
  const kind = code in ERRORS ? ERRORS[code as keyof typeof ERRORS].kind : undefined;
  if (kind === 'unauthenticated' || code === 'key.header-invalid') return { 'WWW-Authenticate': 'Bearer' };
  return kind === 'unavailable' ? { 'Retry-After': String(RETRY_AFTER_SECONDS) } : {};
}
