import { STATUS_CODES } from 'node:http';
import { type ErrorParams, KIND_STATUS } from '../shard/error-kind.ts';
import { ERRORS, type ErrorCode, type ErrorDetail, ShardError } from '../shard/errors.ts';

interface HttpErrorSpec {
  status: number;
  /** A sentence that says what happened, why, and what to do next. */
  sentence: (p: ErrorParams) => string;
}

const spec = (status: number, sentence: HttpErrorSpec['sentence']): HttpErrorSpec => ({ status, sentence });

/** What can go wrong with a request before a shard is asked. Codes are stable: clients match on them. */
export const HTTP_ERRORS = {
  'key.header-invalid': spec(401, () => 'The Authorization header must be sent once, as "Bearer scok_…".'),
  'key.shard-only': spec(403, (p) => `A key of kind ${p.kind} cannot call this. Use a shard token (scsh_…).`),
  'key.service-only': spec(403, (p) => `A key of kind ${p.kind} cannot listen. Use a service key (scsk_…).`),
  'route.unknown': spec(404, (p) => `There is nothing at ${p.path}. See /api/v1/openapi.json for what there is.`),
  'method.not-allowed': spec(405, (p) => `${p.method} is not possible here. Possible: ${p.allow}.`),
  'request.invalid': spec(400, (p) => `The request has ${p.count} invalid field(s): ${p.first}`),
  'request.malformed': spec(400, () => 'This is not a valid HTTP request.'),
  'idempotency.key-invalid': spec(
    400,
    () => 'The Idempotency-Key header must be sent once, with 1 to 255 printable ASCII characters.',
  ),
  'idempotency.running': spec(409, () => 'The first request with this Idempotency-Key is still running. Wait for it.'),
  'idempotency.mismatch': spec(
    422,
    () => 'This Idempotency-Key was sent with another path or body before. Use a new key for a new request.',
  ),
  'rate.limited': spec(
    429,
    (p) => `More than ${p.limit} requests came within a minute. Try again in ${p.seconds} seconds.`,
  ),
  'request.timeout': spec(408, () => 'The request took too long to arrive, so it was given up. Send it again.'),
  'request.headers-too-large': spec(431, () => 'The header fields are too large together. Send fewer or shorter ones.'),
  'body.aborted': spec(400, () => 'The connection ended before the body was complete.'),
  'body.too-large': spec(413, (p) => `The body is larger than ${p.limit} bytes. Split it into several requests.`),
  'body.type-unsupported': spec(415, (p) => `A body of type ${p.type} cannot be read. Send JSON as application/json.`),
  'body.encoding-unsupported': spec(
    415,
    (p) => `A body with ${p.header} ${p.value} cannot be read. Send plain UTF-8 JSON.`,
  ),
  'body.not-utf8': spec(400, () => 'The body is not valid UTF-8. Encode it as UTF-8 and declare charset=utf-8.'),
  'body.not-json': spec(400, () => 'The body is not valid JSON. Check its quotes, commas and brackets.'),
  'body.too-deep': spec(400, (p) => `The body is nested deeper than ${p.max} levels. Flatten it.`),
  'stream.limit': spec(429, (p) => `This key has ${p.max} streams open, which is the most. Close one first.`),
  'upgrade.required': spec(426, () => 'Only WebSocket is spoken here. Connect with a WebSocket client (version 13).'),
  'listen.limit': spec(429, (p) => `This key has ${p.max} listening connections, which is the most. Close one first.`),
  'listen.full': spec(503, () => 'All listening connections of this shard are taken. Try again later.'),
  internal: spec(500, () => 'Internal error'),
} as const satisfies Record<string, HttpErrorSpec>;

/** A stable code such as `body.too-large`. */
export type HttpErrorCode = keyof typeof HTTP_ERRORS;

/** Every code an answer of the Owner API can carry. */
export type ProblemCode = ErrorCode | HttpErrorCode;

/** A request that cannot be served, before or without asking a shard. */
export class HttpError extends Error {
  readonly code: HttpErrorCode;
  readonly details: ErrorDetail[];
  /** Further response headers, such as `Allow`. */
  readonly headers: Record<string, string>;

  constructor(
    code: HttpErrorCode,
    params: ErrorParams = {},
    extra: { details?: ErrorDetail[]; headers?: Record<string, string> } = {},
  ) {
    super(HTTP_ERRORS[code].sentence(params));
    this.name = 'HttpError';
    this.code = code;
    this.details = extra.details ?? [];
    this.headers = extra.headers ?? {};
  }
}

/**
 * The HTTP status of a code. `pathNames`: whether the path names a thing, as in `/nets/:ref`. An unknown thing is 404
 * there; named in a body it is 400, because the address itself exists.
 */
export function statusOf(code: ProblemCode, pathNames: boolean): number {
  if (code in HTTP_ERRORS) return HTTP_ERRORS[code as HttpErrorCode].status;
  const { kind } = ERRORS[code as ErrorCode];
  return kind === 'unknown' && !pathNames ? 400 : KIND_STATUS[kind];
}

/** The sentence of a code. */
export function sentenceOf(code: ProblemCode, params: ErrorParams): string {
  return code in HTTP_ERRORS
    ? HTTP_ERRORS[code as HttpErrorCode].sentence(params)
    : ERRORS[code as ErrorCode].sentence(params);
}

/** The media type of every error answer (RFC 9457). */
export const PROBLEM_TYPE = 'application/problem+json';

/** The body of an error answer. `error` is the same sentence as `detail`: clients read either. */
export interface Problem {
  ok: false;
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  error: string;
  code: ProblemCode;
  requestId: string;
  details?: ErrorDetail[];
}

/** What a problem is about. */
export interface Occasion {
  status: number;
  code: ProblemCode;
  sentence: string;
  /** The path asked for, without its query. */
  instance: string;
  requestId: string;
  details?: readonly ErrorDetail[];
}

/** Builds the body of an error answer. */
export function problem({ status, code, sentence, instance, requestId, details = [] }: Occasion): Problem {
  return {
    ok: false,
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: sentence,
    instance,
    error: sentence,
    code,
    requestId,
    ...(details.length > 0 && { details: [...details] }),
  };
}

/** Code, sentence and details of whatever was thrown; of an unexpected error nothing but that it happened. */
export function describe(error: unknown): { code: ProblemCode; sentence: string; details: ErrorDetail[] } {
  if (error instanceof ShardError || error instanceof HttpError) {
    return { code: error.code, sentence: error.message, details: error.details };
  }
  return { code: 'internal', sentence: HTTP_ERRORS.internal.sentence({}), details: [] };
}
