import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { outsideFailures, ResponseHeaders } from '../openapi-errors.ts';
import type { ProblemCode } from '../problem.ts';
import { LISTEN_PATH } from './listen-router.ts';

/** What a program can be refused with before the protocol changes. */
export const LISTEN_ERRORS: readonly ProblemCode[] = [
  'key.missing',
  'key.header-invalid',
  'key.malformed',
  'key.rejected',
  'key.expired',
  'key.service-only',
  'upgrade.required',
  'listen.limit',
  'listen.full',
  'shard.stopping',
  'rate.limited',
  'internal',
];

/** `/ws`, as the document shows it. */
export const listenPath: ZodOpenApiPathsObject = {
  [LISTEN_PATH]: {
    get: {
      operationId: 'listen',
      tags: ['Listening'],
      summary: 'Listen to nets with a program',
      description:
        'Changes the protocol to WebSocket. The program joins with a message, is assigned to nets like a person, and gets what is spoken on them as Opus packets. [Listening programs](listening.md) describes the messages and the packets.',
      security: [{ serviceKey: [] }],
      responses: {
        '101': { description: 'The protocol is WebSocket from here on.', headers: ResponseHeaders },
        ...outsideFailures(LISTEN_PATH, LISTEN_ERRORS),
      },
    },
  },
};
