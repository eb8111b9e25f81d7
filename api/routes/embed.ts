import { z } from 'zod';
import type { Shards } from '../../shard/shards.ts';
import { WIDGET_FILES } from '../../web/pages.ts';
import { EXAMPLE } from '../example.ts';
import { EmbedStatus, presentEmbed } from '../present/embed.ts';
import { definePublicFile, definePublicRoute, type PublicRoute } from '../public-route.ts';
import { serveFile, servePage } from '../serve-file.ts';

const Token = z
  .string()
  .max(200)
  .default('')
  .meta({ description: 'The public token of the guild, from `GET /public-token`.' });

/** What the widget may load, and that any site may frame it. */
const POLICY = ["script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", 'frame-ancestors *'];

const getEmbedStatus = definePublicRoute({
  id: 'getEmbedStatus',
  path: '/embed/status',
  tag: 'Public',
  summary: 'What anybody may know of the guild',
  description:
    'For pages on the web: it needs no key but the public token, names nobody, and pages of any origin may read it. Ask every ten seconds at most, with `If-None-Match`.',
  query: z.object({ token: Token }),
  answer: EmbedStatus,
  cached: true,
  errors: ['public-token.rejected'],
  example: {
    query: { token: EXAMPLE.publicToken },
    answer: {
      guildId: EXAMPLE.guildId,
      guildName: EXAMPLE.guildName,
      operationOpen: true,
      connected: 1,
      publicNet: { id: 250, uid: null, netUid: null, name: 'Public Net', enabled: false, occupancy: 0 },
      nets: [{ id: EXAMPLE.netId, name: EXAMPLE.netName, occupancy: 1, uid: EXAMPLE.netUid, netUid: EXAMPLE.netUid }],
      updatedAt: EXAMPLE.time,
    },
  },
  handle: ({ shards, query }) => presentEmbed(shards.verifyPublicToken(query.token)),
});

const getWidget = definePublicFile({
  id: 'getWidget',
  path: '/embed/widget',
  tag: 'Public',
  summary: 'A page with the status, to be put in a frame',
  description:
    'Live, for light and dark pages, narrow and wide; docs/website-widget.md shows how to put it in a site. With a token that is not valid any more the page says so, with status 401.',
  query: z.object({
    token: Token,
    theme: z
      .enum(['auto', 'light', 'dark'])
      .default('auto')
      .meta({ description: "Colours: `auto` follows the visitor's system." }),
  }),
  produces: { types: ['text/html'], description: 'The page.' },
  errors: [],
  example: { query: { token: EXAMPLE.publicToken } },
  async serve(ctx, { shards, query }) {
    await servePage(ctx, 'widget.html', POLICY, (html) =>
      html.replace('data-theme="auto"', `data-theme="${query.theme}"`),
    );
    if (isKnown(shards, query.token)) return;
    ctx.status = 401;
    ctx.set('WWW-Authenticate', 'Bearer');
  },
});

const getWidgetFile = definePublicFile({
  id: 'getWidgetFile',
  path: '/embed/widget/:file',
  tag: 'Public',
  summary: 'A file of the widget',
  description: 'Style and script of the page above.',
  params: z.object({ file: z.string().meta({ description: `One of ${WIDGET_FILES.join(', ')}.` }) }),
  produces: { types: ['text/css', 'text/javascript'], description: 'The file.' },
  errors: ['route.unknown'],
  example: { params: { file: 'widget.js' } },
  serve: (ctx, { params }) => serveFile(ctx, params.file, WIDGET_FILES),
});

/** `GET /embed/…`: what is public of a guild. */
export const embedRoutes: PublicRoute[] = [getEmbedStatus, getWidget, getWidgetFile];

function isKnown(shards: Shards, token: string): boolean {
  try {
    return shards.verifyPublicToken(token) !== undefined;
  } catch {
    return false;
  }
}
