import { z } from 'zod';
import { DOCS_FILES } from '../../web/pages.ts';
import { definePublicFile, type PublicRoute } from '../public-route.ts';
import { serveFile, servePage } from '../serve-file.ts';

/** What the page may load. Swagger UI has its icons as data URLs. */
const POLICY = [
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
];

/** `GET /docs` and what its page loads. */
export const docsRoutes: PublicRoute[] = [
  definePublicFile({
    id: 'getDocs',
    path: '/docs',
    tag: 'Status',
    summary: 'This document as a page',
    description: 'Everything on it comes from this server. Requests can be tried out with a key of yours.',
    produces: { types: ['text/html'], description: 'The page.' },
    errors: [],
    example: {},
    serve: (ctx) => servePage(ctx, 'docs.html', POLICY),
  }),
  definePublicFile({
    id: 'getDocsFile',
    path: '/docs/:file',
    tag: 'Status',
    summary: 'A file of the page',
    description: 'Style and script of the page above.',
    params: z.object({ file: z.string().meta({ description: `One of ${DOCS_FILES.join(', ')}.` }) }),
    produces: { types: ['text/css', 'text/javascript'], description: 'The file.' },
    errors: ['route.unknown'],
    example: { params: { file: 'docs.js' } },
    serve: (ctx, { params }) => serveFile(ctx, params.file, DOCS_FILES),
  }),
];
