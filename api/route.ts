import type { z } from 'zod';
import type { Scope } from '../shard/access/scopes.ts';
import type { ErrorDetail } from '../shard/errors.ts';
import type { Shard } from '../shard/shard.ts';
import type { ApiContext, Caller } from './context.ts';
import { invalidFields } from './invalid-fields.ts';
import { namesNet, pointAtNet, unknownNet } from './net-in-body.ts';
import { HttpError, type ProblemCode } from './problem.ts';
import { slicedJson } from './sliced-json.ts';

/** Most invalid fields that one answer lists; the sentence counts them all. */
const MAX_DETAILS = 1000;

/** The fields taken in one place of a request; undefined where a route takes nothing there. */
type Fields = z.ZodObject | undefined;
type Out<F extends Fields> = F extends z.ZodObject ? z.output<F> : Record<never, never>;
type In<F extends Fields> = F extends z.ZodObject ? z.input<F> : undefined;

/** What a route is called with: who calls, and what they sent, checked. */
interface Call<P extends Fields, Q extends Fields, B extends Fields> extends Caller {
  ctx: ApiContext;
  params: Out<P>;
  query: Out<Q>;
  body: Out<B>;
}

/** What every route says of itself. */
interface About {
  /** Unique; client generators make a function name of it. */
  id: string;
  method: 'get' | 'post' | 'patch' | 'delete';
  /** Below `/api/v1`, with `:name` for parameters. */
  path: string;
  scope: Scope;
  tag: string;
  summary: string;
  description?: string | undefined;
  /** What can go wrong here beyond what can go wrong everywhere. */
  errors: readonly ProblemCode[];
  /** Takes bodies of up to 256 KiB: presets, bulk, archive. */
  largeBody?: boolean | undefined;
  /**
   * Answers carry an `ETag` and honour `If-None-Match`. `unchanged`: they follow from the shard alone (not from the key,
   * the query or the clock), and while the shard's version stays the last one is given again.
   */
  cached?: boolean | 'unchanged' | undefined;
  /**
   * Finds what the path names, where there is a body: that it is not there is said before anything about the body.
   * @throws ShardError
   */
  find?: ((shard: Shard, params: Readonly<Record<string, string>>) => unknown) | undefined;
  /** What is answered holds a secret that is shown once: it is not kept for who repeats the request. */
  answersSecret?: boolean | undefined;
}

/** A route as it is written down beside its schemas. */
interface RouteSpec<P extends Fields, Q extends Fields, B extends Fields, A extends z.ZodObject> extends About {
  params?: P;
  query?: Q;
  body?: B;
  /** The fields beside `ok` and `guildId`. */
  answer: A;
  /** 201 where something is always created. */
  status?: 200 | 201;
  /** Its arrays may be long: its JSON is written in slices, so that others get their turn in between. */
  sliced?: boolean;
  /** Whether an answer says that something was newly made; then it is 201. */
  created?: (answer: z.output<A>) => boolean;
  example: { params?: In<P>; query?: In<Q>; body?: In<B>; answer: z.output<A> };
  /** What else is wrong with a body that its schema refuses, so that everything is listed at once. */
  alsoWrong?: (caller: Caller, body: unknown) => ErrorDetail[];
  handle(call: Call<P, Q, B>): z.output<A> | Promise<z.output<A>>;
}

/** A route that answers something else than JSON: a stream, a page, metrics. */
interface RawRouteSpec<Q extends Fields> extends About {
  query?: Q;
  produces: Produces;
  example: { query?: In<Q>; answer: string };
  /** Fills `ctx`: status, type, body. */
  serve(ctx: ApiContext, call: Call<undefined, Q, undefined>): void | Promise<void>;
}

/** What a raw route answers with. */
interface Produces {
  type: string;
  description: string;
}

/** A route as the router, the document and the tests see it. */
export interface Route extends About {
  params: Fields;
  query: Fields;
  body: Fields;
  /** Undefined for a raw route. */
  answer: z.ZodObject | undefined;
  produces: Produces | undefined;
  /** The status of the example's answer, and every one that a success can have. */
  status: 200 | 201;
  statuses: readonly (200 | 201)[];
  example: { params?: unknown; query?: unknown; body?: unknown; answer: unknown };
  /** Checks what was sent, carries it out and fills `ctx`. */
  answerTo(ctx: ApiContext, caller: Caller, sent: Sent): Promise<void>;
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
  const { params, query, body, answer, status = 200, created, sliced, alsoWrong, handle, ...about } = spec;
  const statusOf = (fields: z.output<A>) => (created?.(fields) ? 201 : status);
  const shapes = { params, query, body };
  const takesNet = namesNet(body);
  const unknown = (caller: Caller, sent: unknown) => [
    ...(takesNet ? unknownNet(caller.shard.read, sent) : []),
    ...(alsoWrong?.(caller, sent) ?? []),
  ];
  return {
    ...about,
    ...shapes,
    answer,
    produces: undefined,
    status: statusOf(spec.example.answer),
    statuses: created ? [200, 201] : [status],
    async answerTo(ctx, caller, sent) {
      const values = checked(shapes, sent, () => unknown(caller, sent.body));
      const call = { ...caller, ctx, ...values } as Call<P, Q, B>;
      const fields = await (takesNet ? handled(handle, call) : handle(call));
      ctx.status = statusOf(fields);
      const whole = { ok: true, guildId: caller.shard.guildId, ...fields };
      if (sliced) ctx.type = 'application/json';
      ctx.body = sliced ? await slicedJson(whole) : whole;
    },
  };
}

/** Carries a call out; when the net that its body names is unknown, the error says where. */
async function handled<C extends { body: unknown }, A>(handle: (call: C) => A | Promise<A>, call: C): Promise<A> {
  try {
    return await handle(call);
  } catch (error) {
    throw pointAtNet(error, call.body);
  }
}

/** Makes a route that answers something else than JSON of its description. */
export function defineRawRoute<Q extends Fields = undefined>(spec: RawRouteSpec<Q>): Route {
  const { query, serve, ...about } = spec;
  const shapes = { params: undefined, query, body: undefined };
  return {
    ...about,
    ...shapes,
    answer: undefined,
    status: 200,
    statuses: [200],
    async answerTo(ctx, caller, sent) {
      await serve(ctx, { ...caller, ctx, ...checked(shapes, sent) } as Call<undefined, Q, undefined>);
    },
  };
}

/** What the schemas make of what was sent. @throws HttpError request.invalid with every field that is wrong */
export function checked(
  shapes: { params: Fields; query: Fields; body: Fields },
  sent: Sent,
  alsoWrong: () => readonly ErrorDetail[] = () => [],
) {
  const details: ErrorDetail[] = [];
  const values = {
    params: check(shapes.params, sent.params, details),
    query: check(shapes.query, sent.query, details),
    body: check(shapes.body, sent.body, details),
  };
  if (details.length > 0) throw invalid([...details, ...alsoWrong()]);
  return values;
}

/** What the schema makes of it; what is wrong is added to `details`. */
function check(schema: Fields, value: unknown, details: ErrorDetail[]): unknown {
  const outcome = schema?.safeParse(value);
  details.push(...invalidFields(outcome?.error?.issues ?? []));
  return outcome?.data ?? {};
}

function invalid(details: ErrorDetail[]): HttpError {
  const first = details[0];
  const where = first?.pointer ? `${first.pointer}: ` : '';
  const params = { count: details.length, first: `${where}${first?.detail}` };
  return new HttpError('request.invalid', params, { details: details.slice(0, MAX_DETAILS) });
}
