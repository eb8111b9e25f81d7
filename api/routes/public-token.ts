import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { EXAMPLE } from '../example.ts';
import type { AboutProcess } from '../present/status.ts';
import { defineRoute, type Route } from '../route.ts';

/** `GET /public-token`. */
export function publicTokenRoutes({ publicUrl }: AboutProcess): Route[] {
  return [
    defineRoute({
      id: 'getPublicToken',
      method: 'get',
      path: '/public-token',
      scope: 'read:status',
      tag: 'Public',
      summary: 'The token and addresses for pages on the web',
      description:
        'The token is the same at every call until an administrator replaces it with `/key rotate`. The addresses begin with PUBLIC_URL; where that is not set, with the host this request was sent to.',
      answer: z.object({ token: z.string(), statusUrl: z.string(), widgetUrl: z.string() }),
      errors: [],
      example: {
        answer: {
          token: EXAMPLE.publicToken,
          statusUrl: `${EXAMPLE.publicUrl}/api/v1/embed/status?token=${EXAMPLE.publicToken}`,
          widgetUrl: `${EXAMPLE.publicUrl}/api/v1/embed/widget?token=${EXAMPLE.publicToken}`,
        },
      },
      handle({ shard, ctx }) {
        const token = shard.publicToken;
        const url = (page: string) => `${publicUrl ?? hostOf(ctx)}/api/v1/embed/${page}?token=${token}`;
        return { token, statusUrl: url('status'), widgetUrl: url('widget') };
      },
    }),
  ];
}

/** A host name or address with an optional port, and nothing that could make a different address of it. */
const HOST = /^(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** Where this request was sent to; nothing, which makes relative addresses, when it does not say so plainly. */
function hostOf({ req }: ApiContext): string {
  const host = req.headers.host ?? '';
  const secure = 'encrypted' in req.socket && req.socket.encrypted === true;
  return HOST.test(host) ? `${secure ? 'https' : 'http'}://${host}` : '';
}
