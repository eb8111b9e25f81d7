import { z } from 'zod';
import { EXAMPLE } from '../example.ts';
import { PROMETHEUS_TYPE, prometheusText } from '../metrics.ts';
import { MetricsAnswer, presentMetrics } from '../present/metrics.ts';
import type { ProcessMeasures } from '../process-measures.ts';
import { defineRawRoute, defineRoute, type Route } from '../route.ts';

/** A week: as long as measurements are kept. */
const MAX_MINUTES = 10_080;
const MINUTES_FORM = `sinceMinutes is a whole number from 1 to ${MAX_MINUTES}.`;

/** `GET /metrics` and `GET /metrics/prometheus`. */
export function metricsRoutes(measures: ProcessMeasures): Route[] {
  return [
    defineRoute({
      id: 'getMetrics',
      method: 'get',
      path: '/metrics',
      scope: 'read:metrics',
      tag: 'Metrics',
      summary: 'Talk time, occupancy and peaks over a window',
      description:
        'Talk time is kept in buckets of five minutes and counts from the start of the bucket that the window begins in; transmissions that last count as far as they have come. Occupancy is sampled every 15 s. Seven days are kept; a process that is killed loses at most the last minute.',
      query: z.object({
        sinceMinutes: z.coerce
          .number(MINUTES_FORM)
          .int(MINUTES_FORM)
          .min(1, MINUTES_FORM)
          .max(MAX_MINUTES, MINUTES_FORM)
          .default(60)
          .meta({ description: 'How far back the window reaches, in minutes: at most a week.' }),
      }),
      answer: MetricsAnswer,
      sliced: true,
      errors: [],
      example: { query: { sinceMinutes: 60 }, answer: exampleMetrics },
      handle: ({ shard, query }) => presentMetrics(shard, measures.requests, query.sinceMinutes),
    }),
    defineRawRoute({
      id: 'getPrometheusMetrics',
      method: 'get',
      path: '/metrics/prometheus',
      scope: 'read:metrics',
      tag: 'Metrics',
      summary: 'Metrics in the text format of Prometheus',
      description:
        'The process and the guild of the key. Base units; labels come from small fixed sets and never name a person, key or net. A scrape configuration and a dashboard are in docs/monitoring.',
      produces: { type: 'text/plain', description: 'The text exposition format, version 0.0.4.' },
      errors: [],
      example: {
        answer:
          '# HELP shard_connected_operators Operators connected now.\n# TYPE shard_connected_operators gauge\nshard_connected_operators 1\n',
      },
      async serve(ctx, { shard, live }) {
        ctx.type = PROMETHEUS_TYPE;
        ctx.body = await prometheusText(shard, measures, live);
      },
    }),
  ];
}

const talk = { ms: 90_000, transmissions: 4 };

const exampleMetrics = {
  uptimeSeconds: 0,
  startedAt: EXAMPLE.time,
  window: { sinceMinutes: 60, from: '2026-11-21T06:13:00.000Z', to: EXAMPLE.time },
  connected: { now: 1, peak: 3 },
  talkTime: {
    totalMs: talk.ms,
    byUser: [{ userId: EXAMPLE.userId, displayName: EXAMPLE.displayName, ...talk }],
    byNet: [{ netUid: EXAMPLE.netUid, netId: EXAMPLE.netId, name: EXAMPLE.netName, ...talk }],
  },
  occupancy: [
    { at: '2026-11-21T06:59:45.000Z', connected: 3, byNet: { [EXAMPLE.netUid]: 2 } },
    { at: EXAMPLE.time, connected: 1, byNet: {} },
  ],
  transmissions: { total: talk.transmissions },
  api: { requests: 0, errors: 0 },
  voice: {
    packetsIn: 0,
    packetsOut: 0,
    dropped: {},
    recoveries: 0,
    workers: { idle: 1, joining: 0, serving: 0, leaving: 0 },
  },
};
