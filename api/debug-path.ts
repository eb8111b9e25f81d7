import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { DebugAnswer } from './debug.ts';
import { EXAMPLE } from './example.ts';
import { outsideFailures, ResponseHeaders } from './openapi-errors.ts';

const example = {
  ok: true,
  app: EXAMPLE.shardName,
  guildId: EXAMPLE.guildId,
  guildName: EXAMPLE.guildName,
  publicUrl: EXAMPLE.publicUrl,
  runtime: 'node 24.21.0 linux-x64',
  startedAt: EXAMPLE.time,
  clients: 1,
  users: [
    {
      userId: EXAMPLE.userId,
      name: EXAMPLE.displayName,
      connectedAt: EXAMPLE.time,
      voice: false,
      assignedNetIds: [EXAMPLE.netId],
      audioIn: 0,
      audioOut: 0,
      audioDropped: 0,
    },
  ],
  channels: [{ id: EXAMPLE.channelId, name: EXAMPLE.channelName, userIds: [EXAMPLE.userId] }],
  voice: {
    packetsIn: 0,
    packetsOut: 0,
    dropped: {},
    recoveries: 0,
    workers: { idle: 1, joining: 0, serving: 0, leaving: 0 },
  },
};

/** `/debug`, as the document shows it. */
export const debugPath: ZodOpenApiPathsObject = {
  '/debug': {
    get: {
      operationId: 'getDebug',
      tags: ['Health'],
      summary: 'What the shard of a guild holds now',
      description: 'For whoever looks after the shard: people, channels and voice workers, in numbers.',
      security: [{ shardToken: [] }],
      responses: {
        '200': {
          description: 'OK',
          headers: ResponseHeaders,
          content: { 'application/json': { schema: DebugAnswer, example } },
        },
        ...outsideFailures('/debug', [
          'key.missing',
          'key.header-invalid',
          'key.malformed',
          'key.rejected',
          'key.expired',
          'key.shard-only',
          'rate.limited',
          'internal',
        ]),
      },
    },
  },
};
