import type { PublicRoute } from './public-route.ts';
import { docsRoutes } from './routes/docs.ts';
import { embedRoutes } from './routes/embed.ts';

/** Every route below `/api/v1` that needs no key, but the document itself. */
export const PUBLIC_ROUTES: readonly PublicRoute[] = [...docsRoutes, ...embedRoutes];
