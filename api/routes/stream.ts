import { z } from 'zod';
import { EventFilter } from '../event-filter.ts';
import { EXAMPLE_EVENTS } from '../events.ts';
import { EXAMPLE } from '../example.ts';
import { defineRawRoute, type Route } from '../route.ts';
import { frame } from '../streams/frames.ts';

const Query = z.object({
  events: EventFilter.optional().meta({
    description: 'Types wanted, with commas between them; groups such as `ptt.*`. All when left out.',
    example: 'user.joined,ptt.*',
  }),
  lastEventId: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'For clients that cannot send the header `Last-Event-ID`, which wins over it.' }),
});

const DESCRIPTION = [
  'Server-Sent Events: `event` is the type, `id` the id, `data` one line of JSON with the whole envelope. A comment every 15 s.',
  'With `Last-Event-ID` what was missed comes first, from the last 10,000 events or one hour, also across a restart. When that id is older, one `event: stream.reset` comes before everything that is still kept: reload what you know.',
  'A reader that falls more than 1 MiB behind is cut off. A key has at most 10 streams; they end within a second of its end.',
];

/** `GET /stream`. */
export const streamRoutes: Route[] = [
  defineRawRoute({
    id: 'streamEvents',
    method: 'get',
    path: '/stream',
    scope: 'read:events',
    tag: 'Events',
    summary: 'Events as they happen',
    description: DESCRIPTION.join('\n\n'),
    query: Query,
    produces: { type: 'text/event-stream', description: 'A stream that does not end by itself.' },
    errors: ['stream.limit', 'shard.stopping'],
    example: {
      query: { events: 'ptt.*', lastEventId: EXAMPLE.earlierEventId },
      answer: `: connected\n\n${frame({ id: EXAMPLE.eventId, type: 'ptt.start', data: EXAMPLE_EVENTS['ptt.start'] })}`,
    },
    serve(ctx, { shard, key, live, query }) {
      live.streams.requireRoom(shard, key.id);
      ctx.status = 200;
      ctx.type = 'text/event-stream';
      // Proxies must pass on each event as it comes.
      ctx.set('X-Accel-Buffering', 'no');
      if (ctx.method === 'HEAD') return;
      const sent = ctx.get('Last-Event-ID') || query.lastEventId;
      ctx.respond = false;
      ctx.flushHeaders();
      live.streams.open(shard, ctx.res, { key, wanted: query.events ?? null, lastEventId: sent || undefined });
    },
  }),
];
