import { z } from 'zod';
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import type { ErrorDetail } from '../shard/errors.ts';
import { EXAMPLE } from './example.ts';
import { PROBLEM_TYPE, type ProblemCode, problem, sentenceOf, statusOf } from './problem.ts';
import type { Route } from './route.ts';

/** A header that the document describes once and every answer refers to. */
const header = (id: string, description: string, example?: string) =>
  z.string().meta({ description, ...(example !== undefined && { example }), header: { id } });

/** Headers of every answer. */
export const ResponseHeaders = z.object({
  'X-Request-Id': header('RequestId', 'The id sent with the request, or a new one.'),
  'RateLimit-Policy': header('RateLimitPolicy', 'Requests (q) within so many seconds (w).', '"default";q=120;w=60'),
  RateLimit: header(
    'RateLimit',
    'Requests that are left (r) and in how many seconds it starts anew (t).',
    '"default";r=119;t=60',
  ),
  'X-RateLimit-Limit': header('RateLimitLimit', 'The same as q.', '120'),
  'X-RateLimit-Remaining': header('RateLimitRemaining', 'The same as r.', '119'),
  'X-RateLimit-Reset': header('RateLimitReset', 'When it starts anew, Unix seconds.', '1795245240'),
});

/** Headers of the answers to a POST. */
const PostHeaders = ResponseHeaders.extend({
  'Idempotency-Replayed': z
    .literal('true')
    .optional()
    .meta({
      description: 'This is the answer that was given when the request came first.',
      header: { id: 'IdempotencyReplayed' },
    }),
});

/** Headers of the answers of a route. */
export function headersOf({ method }: Pick<Route, 'method'>): z.ZodObject {
  return method === 'post' ? PostHeaders : ResponseHeaders;
}

const RetryHeaders = ResponseHeaders.extend({
  'Retry-After': header('RetryAfter', 'Seconds until the next try makes sense.', '42'),
});

/** What can go wrong with any request that needs a key. */
const ALWAYS: readonly ProblemCode[] = [
  'key.missing',
  'key.header-invalid',
  'key.malformed',
  'key.rejected',
  'key.expired',
  'scope.missing',
  'key.wrong-kind',
  'rate.limited',
  'internal',
];

/** What can go wrong where a body is read. */
const WITH_BODY: readonly ProblemCode[] = [
  'request.invalid',
  'body.not-json',
  'body.not-utf8',
  'body.too-deep',
  'body.aborted',
  'request.timeout',
  'body.too-large',
  'body.type-unsupported',
  'body.encoding-unsupported',
];

/** What can go wrong where something is changed. */
const WITH_CHANGE: readonly ProblemCode[] = ['store.failed', 'shard.busy', 'shard.stopping'];

/** What can go wrong with an `Idempotency-Key`, which every POST takes. */
const WITH_KEY: readonly ProblemCode[] = ['idempotency.key-invalid', 'idempotency.running', 'idempotency.mismatch'];

/** Values for the sentences of documented errors. */
const SAMPLE = {
  ref: 'net_aaaaaaaaaaaaaaaaaaaaaaaa',
  netUid: EXAMPLE.netUid,
  uid: EXAMPLE.archivedUid,
  netId: 2,
  name: EXAMPLE.netName,
  net: EXAMPLE.netName,
  channelId: EXAMPLE.channelId,
  id: EXAMPLE.webhookId,
  known: 'user.joined, user.left',
  roleId: EXAMPLE.roleId,
  max: 50,
  count: 1,
  first: '/name: A net name has 1 to 48 characters and no control characters.',
  scope: 'write:nets',
  kind: 'service',
  expiresAt: EXAMPLE.time,
  reason: 'this guild is entitled to 10 nets.',
  limit: 65_536,
  seconds: 42,
  type: 'application/xml',
  header: 'charset',
  value: 'iso-8859-1',
  userId: EXAMPLE.userId,
  field: 'message',
  form: 'it has 1 to 280 characters, something visible among them.',
  feature: 'acars',
  switch: 'acarsEnabled',
  cooldown: 60,
  retryAfter: 42,
};

/** The details of those documented errors that have some. */
const SAMPLE_DETAILS: { readonly [C in ProblemCode]?: readonly ErrorDetail[] } = {
  'request.invalid': [{ pointer: '/name', detail: sentenceOf('net.name-invalid', {}) }],
  'rule.nets-unknown': [{ pointer: '/rules/0/netUids/0', detail: sentenceOf('net.unknown', SAMPLE) }],
};

const ProblemSchema = z
  .object({
    ok: z.literal(false),
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    instance: z.string().meta({ description: 'The path that was asked for.' }),
    error: z.string().meta({ description: 'The same sentence as `detail`.' }),
    code: z.string().meta({ description: 'Stable: match on this.', example: 'net.unknown' }),
    requestId: z.string(),
    details: z
      .array(z.object({ pointer: z.string(), detail: z.string() }))
      .optional()
      .meta({ description: 'Every invalid field, as JSON pointers into the body (or names of parameters).' }),
  })
  .meta({ id: 'Problem', description: 'An error (RFC 9457). Nothing was changed.' });

/** Every code an operation can answer with. */
export function codesOf({ method, body, query, errors, answersSecret }: Route): ProblemCode[] {
  return [
    ...ALWAYS,
    ...(query ? (['request.invalid'] as const) : []),
    ...(body ? WITH_BODY : []),
    ...(method === 'get' ? [] : WITH_CHANGE),
    ...(method === 'post' ? WITH_KEY : []),
    ...(answersSecret ? (['idempotency.withheld'] as const) : []),
    ...errors,
  ];
}

/** The error answers of a route: one per status, with an example per code. */
export function failures(route: Route): ZodOpenApiResponsesObject {
  return byStatus(route, codesOf(route), route.params !== undefined);
}

function byStatus(place: Place, codes: readonly ProblemCode[], pathNames: boolean): ZodOpenApiResponsesObject {
  const found = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const status = statusOf(code, pathNames);
    found.set(status, [...(found.get(status) ?? []), code]);
  }
  const sorted = [...found].sort(([a], [b]) => a - b);
  return Object.fromEntries(sorted.map(([status, those]) => [status, failure(place, status, those)]));
}

/** What can go wrong at a public path, with what can go wrong there beyond that. */
export function publicFailures(path: string, codes: readonly ProblemCode[] = []): ZodOpenApiResponsesObject {
  return byStatus({ path, method: 'get' }, ['rate.limited', ...codes], false);
}

/** What can go wrong at a path outside of `/api/v1`. */
export function outsideFailures(path: string, codes: readonly ProblemCode[]): ZodOpenApiResponsesObject {
  return byStatus({ path, method: 'get', prefix: '' }, codes, false);
}

/** What an error's example is about. */
type Place = Pick<Route, 'path' | 'method'> & Partial<Pick<Route, 'scope'>> & { prefix?: string };

function failure(route: Place, status: number, codes: readonly ProblemCode[]): ZodOpenApiResponseObject {
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    headers: status === 429 || status === 503 ? RetryHeaders : headersOf(route),
    content: {
      [PROBLEM_TYPE]: {
        schema: ProblemSchema,
        examples: Object.fromEntries(codes.map((code) => [code, { value: sampleProblem(route, status, code) }])),
      },
    },
  };
}

function sampleProblem(route: Place, status: number, code: ProblemCode) {
  const params = {
    ...SAMPLE,
    ...(code === 'scope.missing' && route.scope && { scope: route.scope }),
    ...(code === 'rate.limited' && { limit: 120 }),
  };
  const sentence = sentenceOf(code, params);
  const instance = `${route.prefix ?? '/api/v1'}${route.path.replaceAll(/:\w+/g, EXAMPLE.netUid)}`;
  const details = SAMPLE_DETAILS[code] ?? [];
  return problem({ status, code, sentence, instance, requestId: EXAMPLE.requestId, details });
}
