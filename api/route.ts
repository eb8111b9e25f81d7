import type { z } from 'zod';
import type { Scope } from '../shard/access/scopes.ts';
import type { ErrorCode, ErrorDetail } from '../shard/errors.ts';
import type { Caller } from './context.ts';
import { HttpError } from './problem.ts';

/** Most invalid fields that one answer lists; the sentence counts them all. */
const MAX_DETAILS = 1000;

/** The fields taken in one place of a request; undefined where a route takes nothing there. */
type Fields = z.ZodObject | undefined;
type Out<F extends Fields> = F extends z.ZodObject ? z.output<F> : Record<never, never>;
type In<F extends Fields> = F extends z.ZodObject ? z.input<F> : undefined;

/** What a route is called with: who calls, and what they sent, checked. */
interface Call<P extends Fields, Q extends Fields, B extends Fields> extends Caller {
  params: Out<P>;
  query: Out<Q>;
  body: Out<B>;
}

/** A route as it is written down beside its schemas. */
interface RouteSpec<P extends Fields, Q extends Fields, B extends Fields, A extends z.ZodObject> {
  /** Unique; client generators make a function name of it. */
  id: string;
  method: 'get' | 'post' | 'delete';
  /** Below `/api/v1`, with `:name` for parameters. */
  path: string;
  scope: Scope;
  tag: string;
  summary: string;
  description?: string;
  params?: P;
  query?: Q;
  body?: B;
  /** The fields beside `ok` and `guildId`. */
  answer: A;
  /** 201 where something is created. */
  status?: 200 | 201;
  /** What can go wrong here beyond what can go wrong everywhere. */
  errors: readonly ErrorCode[];
  example: { params?: In<P>; query?: In<Q>; body?: In<B>; answer: z.output<A> };
  handle(call: Call<P, Q, B>): z.output<A> | Promise<z.output<A>>;
}

/** A route as the router, the document and the tests see it. */
export interface Route {
  id: string;
  method: 'get' | 'post' | 'delete';
  path: string;
  scope: Scope;
  tag: string;
  summary: string;
  description: string | undefined;
  params: Fields;
  query: Fields;
  body: Fields;
  answer: z.ZodObject;
  status: 200 | 201;
  errors: readonly ErrorCode[];
  example: { params?: unknown; query?: unknown; body?: unknown; answer: unknown };
  /** Checks what was sent, then carries it out; answers the fields beside `ok` and `guildId`. */
  run(caller: Caller, sent: Sent): Promise<object>;
}

/** What was sent, unchecked. */
interface Sent {
  params: unknown;
  query: unknown;
  body: unknown;
}

/** Makes a route of its description. */
export function defineRoute<
  A extends z.ZodObject,
  P extends Fields = undefined,
  Q extends Fields = undefined,
  B extends Fields = undefined,
>(spec: RouteSpec<P, Q, B, A>): Route {
  const { description, params, query, body, status = 200 } = spec;
  const documented = { description, params, query, body, status };
  return {
    ...spec,
    ...documented,
    async run(caller, sent) {
      const details: ErrorDetail[] = [];
      const checked = {
        params: check(params, sent.params, details),
        query: check(query, sent.query, details),
        body: check(body, sent.body, details),
      };
      if (details.length > 0) throw invalid(details);
      return spec.handle({ ...caller, ...checked } as Call<P, Q, B>);
    },
  };
}

/** What the schema makes of it; what is wrong is added to `details`. */
function check(schema: Fields, value: unknown, details: ErrorDetail[]): unknown {
  const outcome = schema?.safeParse(value);
  for (const { path, message } of outcome?.error?.issues ?? [])
    details.push({ pointer: pointer(path), detail: message });
  return outcome?.data ?? {};
}

/** A JSON pointer (RFC 6901). */
function pointer(path: readonly PropertyKey[]): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function invalid(details: ErrorDetail[]): HttpError {
  const first = details[0];
  const where = first?.pointer ? `${first.pointer}: ` : '';
  const params = { count: details.length, first: `${where}${first?.detail}` };
  return new HttpError('request.invalid', params, { details: details.slice(0, MAX_DETAILS) });
}
