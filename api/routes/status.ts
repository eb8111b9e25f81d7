import { EXAMPLE } from '../example.ts';
import { EXAMPLE_NET } from '../present/net.ts';
import { type AboutProcess, presentStatus, StatusAnswer } from '../present/status.ts';
import { defineRoute, type Route } from '../route.ts';
import { EXAMPLE_FEATURES } from '../schemas.ts';

/** `GET /status`. */
export function statusRoutes(about: AboutProcess): Route[] {
  return [
    defineRoute({
      id: 'getStatus',
      method: 'get',
      path: '/status',
      scope: 'read:status',
      tag: 'Status',
      summary: 'The guild at this moment',
      description: 'Operation, features, nets with who is in them and who transmits.',
      cached: 'unchanged',
      answer: StatusAnswer,
      errors: [],
      example: { answer: exampleStatus },
      handle: ({ shard }) => presentStatus(shard, about),
    }),
  ];
}

const exampleStatus = {
  guildName: EXAMPLE.guildName,
  operation: 'open' as const,
  operationOpen: true,
  connected: 1,
  transmitting: [],
  netCount: 1,
  shard: {
    name: EXAMPLE.shardName,
    publicUrl: EXAMPLE.publicUrl,
    version: EXAMPLE.version,
    startedAt: EXAMPLE.time,
    connectedOperators: 1,
  },
  features: EXAMPLE_FEATURES,
  publicNet: EXAMPLE_FEATURES.publicNet,
  nets: [EXAMPLE_NET],
  reduced: [],
  updatedAt: EXAMPLE.time,
};
