import type { z } from 'zod';
import type { Shards } from '../shard/shards.ts';
import type { ApiContext } from './context.ts';
import type { ProblemCode } from './problem.ts';
import { checked } from './route.ts';

type Fields = z.ZodObject | undefined;
type Out<F extends Fields> = F extends z.ZodObject ? z.output<F> : Record<never, never>;
type In<F extends Fields> = F extends z.ZodObject ? z.input<F> : undefined;

/** What a public route answers with when it is no JSON. */
interface Produces {
  types: readonly string[];
  description: string;
}

/** What every public route says of itself. */
interface About {
  /** Unique; client generators make a function name of it. */
  id: string;
  /** Below `/api/v1`, with `:name` for parameters. */
  path: string;
  tag: string;
  summary: string;
  description: string;
  /** What can go wrong here beyond what can go wrong at every public path. */
  errors: readonly ProblemCode[];
  /** Answers carry an `ETag` and honour `If-None-Match`. */
  cached?: boolean;
}

interface Call<P extends Fields, Q extends Fields> {
  shards: Shards;
  params: Out<P>;
  query: Out<Q>;
}

/** A public route that answers JSON. */
interface JsonSpec<P extends Fields, Q extends Fields, A extends z.ZodObject> extends About {
  params?: P;
  query?: Q;
  /** The fields beside `ok`. */
  answer: A;
  example: { params?: In<P>; query?: In<Q>; answer: z.output<A> };
  handle(call: Call<P, Q>): z.output<A>;
}

/** A public route that answers a page or a file of one. */
interface FileSpec<P extends Fields, Q extends Fields> extends About {
  params?: P;
  query?: Q;
  produces: Produces;
  example: { params?: In<P>; query?: In<Q> };
  /** Fills `ctx`: type, body and headers of its own. */
  serve(ctx: ApiContext, call: Call<P, Q>): void | Promise<void>;
}

/** A route for everybody, by GET: there is no key, and no guild but the one that a public token names. */
export interface PublicRoute extends About {
  params: Fields;
  query: Fields;
  answer: z.ZodObject | undefined;
  produces: Produces | undefined;
  example: { params?: unknown; query?: unknown; answer?: unknown };
  answerTo(ctx: ApiContext, shards: Shards, sent: { params: unknown; query: unknown }): Promise<void>;
}

/** Makes a public route that answers JSON of its description. */
export function definePublicRoute<A extends z.ZodObject, P extends Fields = undefined, Q extends Fields = undefined>(
  spec: JsonSpec<P, Q, A>,
): PublicRoute {
  const { params, query, answer, handle, ...about } = spec;
  return {
    ...about,
    params,
    query,
    answer,
    produces: undefined,
    async answerTo(ctx, shards, sent) {
      ctx.body = { ok: true, ...handle({ shards, ...checkedCall({ params, query }, sent) } as Call<P, Q>) };
    },
  };
}

/** Makes a public route that answers a page or a file of its description. */
export function definePublicFile<P extends Fields = undefined, Q extends Fields = undefined>(
  spec: FileSpec<P, Q>,
): PublicRoute {
  const { params, query, serve, ...about } = spec;
  return {
    ...about,
    params,
    query,
    answer: undefined,
    async answerTo(ctx, shards, sent) {
      await serve(ctx, { shards, ...checkedCall({ params, query }, sent) } as Call<P, Q>);
    },
  };
}

function checkedCall(shapes: { params: Fields; query: Fields }, sent: { params: unknown; query: unknown }) {
  return checked({ ...shapes, body: undefined }, { ...sent, body: undefined });
}
