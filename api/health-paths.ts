import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { EXAMPLE } from './example.ts';
import { outsideFailures } from './openapi-errors.ts';

const json = (schema: z.ZodType, example: unknown) => ({ 'application/json': { schema, example } });

/** Name and version, nothing else. */
const Health = z.object({ ok: z.literal(true), app: z.string(), version: z.string() }).meta({ id: 'Health' });

const Alive = z.object({ ok: z.literal(true) });

const Readiness = z
  .object({
    ok: z.boolean(),
    checks: z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string().optional() })),
  })
  .meta({ id: 'Readiness', description: 'Whether each part is usable now.' });

/** These paths refuse nothing but what is no request at all. */
const refused = outsideFailures('', ['request.headers-too-large']);

const ready = (operationId: string) => ({
  get: {
    operationId,
    tags: ['Health'],
    summary: 'Whether every part is usable',
    security: [],
    responses: {
      '200': {
        description: 'All are.',
        content: json(Readiness, { ok: true, checks: [{ name: 'store', ok: true }] }),
      },
      '503': {
        description: 'The failing parts are named; also while shutting down.',
        content: json(Readiness, { ok: false, checks: [{ name: 'discord', ok: false, detail: 'reconnecting' }] }),
      },
      ...refused,
    },
  },
});

const live = (operationId: string) => ({
  get: {
    operationId,
    tags: ['Health'],
    summary: 'Whether the process answers',
    security: [],
    responses: { '200': { description: 'It does.', content: json(Alive, { ok: true }) }, ...refused },
  },
});

/** The public paths outside `/api/v1`, as the document shows them. */
export const healthPaths: ZodOpenApiPathsObject = {
  '/health': {
    get: {
      operationId: 'getHealth',
      tags: ['Health'],
      summary: 'Name and version',
      security: [],
      responses: {
        '200': {
          description: 'OK',
          content: json(Health, { ok: true, app: EXAMPLE.shardName, version: EXAMPLE.version }),
        },
        ...refused,
      },
    },
  },
  '/livez': live('getLivez'),
  '/health/live': live('getHealthLive'),
  '/readyz': ready('getReadyz'),
  '/health/ready': ready('getHealthReady'),
  '/ready': ready('getReady'),
};
