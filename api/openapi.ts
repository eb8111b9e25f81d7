import { z } from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { debugPath } from './debug-path.ts';
import { EXAMPLE } from './example.ts';
import { healthPaths } from './health-paths.ts';
import { listenPath } from './listen/listen-path.ts';
import { failures, headersOf, publicFailures, ResponseHeaders } from './openapi-errors.ts';
import { publicPaths } from './openapi-public.ts';
import { shareErrorExamples } from './openapi-share.ts';
import { openApiWebhooks } from './openapi-webhooks.ts';
import { documentedPath } from './paths.ts';
import { PUBLIC_ROUTES } from './public-routes.ts';
import type { Route } from './route.ts';
import { GuildId } from './schemas.ts';
import { documentTags } from './tags.ts';

/** What the document says of this server. */
export interface DocumentOptions {
  /** Where the server is reached from outside; null: the same place the document came from. */
  publicUrl: string | null;
  version: string;
}

/** The OpenAPI 3.1 document of these routes, made from the schemas that validate requests. */
export function openApiDocument(routes: readonly Route[], { publicUrl, version }: DocumentOptions) {
  const document = {
    openapi: '3.1.0' as const,
    info: {
      title: 'Owner API',
      version,
      description:
        'Automates a voice-comms shard. Every key belongs to one guild; nothing of another guild can be seen or changed with it.',
      license: { name: 'All rights reserved', identifier: 'LicenseRef-All-Rights-Reserved' },
    },
    servers: [{ url: publicUrl ?? '/' }],
    tags: documentTags([...routes, ...PUBLIC_ROUTES].map(({ tag }) => tag).concat('Health', 'Listening')),
    webhooks: openApiWebhooks(),
    paths: {
      ...routePaths(routes),
      '/api/v1/openapi.json': { get: thisDocument },
      ...publicPaths(PUBLIC_ROUTES),
      ...healthPaths,
      ...debugPath,
      ...listenPath,
    },
    components: {
      securitySchemes: {
        ownerKey: {
          type: 'http' as const,
          scheme: 'bearer',
          description: 'An owner key (`scok_…`), made with /key create. The names listed are the scopes it needs.',
        },
        serviceKey: {
          type: 'http' as const,
          scheme: 'bearer',
          description: 'A service key (`scsk_…`), made with /key create: it listens and does nothing else.',
        },
        shardToken: {
          type: 'http' as const,
          scheme: 'bearer',
          description: 'A shard token (`scsh_…`), made with /key create: diagnostics and nothing else.',
        },
      },
    },
  };
  return shareErrorExamples(createDocument(document, { override: ({ jsonSchema, io }) => allowMore(jsonSchema, io) }));
}

/** Answers may gain fields: clients must not reject what they do not know. */
function allowMore(jsonSchema: { additionalProperties?: unknown }, io: 'input' | 'output'): void {
  if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
}

const thisDocument: ZodOpenApiOperationObject = {
  operationId: 'getOpenApi',
  tags: ['Status'],
  summary: 'This document',
  security: [],
  responses: {
    '200': {
      description: 'OpenAPI 3.1',
      headers: ResponseHeaders,
      content: {
        'application/json': { schema: z.looseObject({ openapi: z.string() }), example: { openapi: '3.1.0' } },
      },
    },
    ...publicFailures('/openapi.json'),
  },
};

function routePaths(routes: readonly Route[]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const path = documentedPath(route.path);
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return paths;
}

function operation(route: Route): ZodOpenApiOperationObject {
  const { params, query, body, description } = route;
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(description && { description }),
    security: [{ ownerKey: [route.scope] }],
    requestParams: {
      ...(params && { path: params }),
      ...(query && { query }),
      ...(route.method === 'post' && { header: RequestHeaders }),
    },
    ...(body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: body, example: route.example.body } },
      },
    }),
    responses: { ...successes(route), ...failures(route) },
  } as ZodOpenApiOperationObject;
}

/** Headers that every POST takes. */
const RequestHeaders = z.object({
  'Idempotency-Key': z
    .string()
    .min(1)
    .max(255)
    .optional()
    .meta({
      description: 'Sent again with the same key within 24 hours, a request gets its first answer.',
      param: { id: 'IdempotencyKey' },
    }),
});

function successes(route: Route): Record<string, ZodOpenApiResponseObject> {
  const answers = route.statuses.map((status) => [String(status), success(route, status)]);
  const unchanged = route.cached ? [['304', { description: 'The same as `If-None-Match` names.' }]] : [];
  return Object.fromEntries([...answers, ...unchanged]);
}

function success(route: Route, status: number): ZodOpenApiResponseObject {
  const { answer, produces, example } = route;
  const headers = headersOf(route);
  const description = status === 201 ? 'Created' : 'OK';
  if (!answer) {
    const { type = '', description: words = '' } = produces ?? {};
    return {
      description: words,
      headers,
      content: { [type]: { schema: z.string(), example: example.answer } },
    };
  }
  const schema = z.object({ ok: z.literal(true), guildId: GuildId }).extend(answer.shape);
  const value = { ok: true, guildId: EXAMPLE.guildId, ...(example.answer as object) };
  return { description, headers, content: { 'application/json': { schema, example: value } } };
}
