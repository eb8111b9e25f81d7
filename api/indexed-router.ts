import { type Layer, type MatchResult, Router, type RouterOptions } from '@koa/router';
import type { RequestState } from './context.ts';

/** What two paths must have in common before they are compared: `/api/v1/nets` of `/api/v1/nets/:ref`. */
const SEGMENTS = 3;

/**
 * A router that tries only the routes that begin as the path does, instead of all of them: with sixty routes in four
 * routers that was the dearest part of a request. The first three segments of its paths must be plain words.
 */
export function indexedRouter(options: RouterOptions): Router<RequestState> {
  const router = new Router<RequestState>(options);
  const index = new RouteIndex(router);
  router.match = (path, method) => index.match(path, method);
  return router;
}

class RouteIndex {
  readonly #router: Router<RequestState>;
  readonly #byStart = new Map<string, Layer<RequestState>[]>();
  #indexed = 0;

  constructor(router: Router<RequestState>) {
    this.#router = router;
  }

  match(path: string, method: string): MatchResult<RequestState> {
    if (this.#indexed < this.#router.stack.length) this.#index();
    const found: MatchResult<RequestState> = { path: [], pathAndMethod: [], route: false };
    for (const layer of this.#byStart.get(startOf(path)) ?? []) {
      if (!layer.match(path)) continue;
      found.path.push(layer);
      if (!layer.methods.includes(method.toUpperCase())) continue;
      found.pathAndMethod.push(layer);
      found.route = true;
    }
    return found;
  }

  #index(): void {
    const { stack } = this.#router;
    for (const layer of stack.slice(this.#indexed)) {
      const start = startOf(String(layer.path));
      if (start.includes(':')) throw new Error(`${layer.path} has a parameter where it must have a word`);
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), layer]);
    }
    this.#indexed = stack.length;
  }
}

/** The first three segments, without a slash at the end. */
function startOf(path: string): string {
  let end = 0;
  for (let count = 0; count < SEGMENTS && end >= 0; count += 1) end = path.indexOf('/', end + 1);
  const start = end < 0 ? path : path.slice(0, end);
  return start.endsWith('/') ? start.slice(0, -1) : start;
}
