import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject, ZodOpenApiResponseObject } from 'zod-openapi';
import { publicFailures, ResponseHeaders } from './openapi-errors.ts';
import { documentedPath } from './paths.ts';
import type { PublicRoute } from './public-route.ts';

/** The public routes below `/api/v1`, as the document shows them. */
export function publicPaths(routes: readonly PublicRoute[]): ZodOpenApiPathsObject {
  return Object.fromEntries(routes.map((route) => [documentedPath(route.path), { get: operation(route) }]));
}

function operation(route: PublicRoute): ZodOpenApiOperationObject {
  const { id, tag, summary, description, params, query } = route;
  return {
    operationId: id,
    tags: [tag],
    summary,
    description,
    security: [],
    ...((params || query) && { requestParams: { ...(params && { path: params }), ...(query && { query }) } }),
    responses: {
      '200': success(route),
      ...(route.cached && { '304': { description: 'The same as `If-None-Match` names.', headers: ResponseHeaders } }),
      ...publicFailures(route.path, [...(query ? (['request.invalid'] as const) : []), ...route.errors]),
    },
  } as ZodOpenApiOperationObject;
}

function success({ answer, produces, example }: PublicRoute): ZodOpenApiResponseObject {
  if (answer) {
    const schema = z.object({ ok: z.literal(true) }).extend(answer.shape);
    const content = { 'application/json': { schema, example: { ok: true, ...(example.answer as object) } } };
    return { description: 'OK', headers: ResponseHeaders, content };
  }
  const { types = [], description = '' } = produces ?? {};
  const content = Object.fromEntries(types.map((type) => [type, { schema: z.string() }]));
  return { description, headers: ResponseHeaders, content };
}
