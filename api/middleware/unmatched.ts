import type { ApiContext, ApiMiddleware } from '../context.ts';
import { HttpError } from '../problem.ts';

/**
 * What no route took: 404 where nothing is, 405 with `Allow` where something is, and the plain answer to OPTIONS.
 * There is no CORS: a browser page of another origin has no business here.
 */
export function unmatched(): ApiMiddleware {
  return (ctx: ApiContext & { matched?: { methods: string[] }[] }) => {
    const methods = new Set((ctx.matched ?? []).flatMap((layer) => layer.methods));
    if (methods.size === 0) throw new HttpError('route.unknown', { path: ctx.path.slice(0, 200) });
    const allow = [...methods, 'OPTIONS'].sort().join(', ');
    if (ctx.method !== 'OPTIONS') {
      throw new HttpError('method.not-allowed', { method: ctx.method, allow }, { headers: { Allow: allow } });
    }
    ctx.set('Allow', allow);
    ctx.status = 204;
  };
}
