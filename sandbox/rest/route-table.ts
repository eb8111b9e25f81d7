/** A request's path and method as one route takes them; `:name` in the path stands for one segment. */
export interface RoutePattern {
  method: string;
  path: string;
}

/** What a table found: the route with the values of its `:name` segments, or why there is none. */
export type RouteMatch<R> =
  | { kind: 'route'; route: R; params: Record<string, string> }
  | { kind: 'wrong-method' }
  | { kind: 'unknown' };

/** Finds the first route that takes a method and a path; literal segments come first where they are listed first. */
export function matchRoute<R extends RoutePattern>(routes: readonly R[], method: string, path: string): RouteMatch<R> {
  const segments = path.split('/');
  let isKnown = false;
  for (const route of routes) {
    const params = matchPath(route.path.split('/'), segments);
    if (!params) continue;
    if (route.method === method) return { kind: 'route', route, params };
    isKnown = true;
  }
  return { kind: isKnown ? 'wrong-method' : 'unknown' };
}

function matchPath(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  if (pattern.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (const [n, wanted] of pattern.entries()) {
    const segment = segments[n] ?? '';
    if (!wanted.startsWith(':')) {
      if (wanted !== segment) return null;
    } else {
      const value = decode(segment);
      if (!value) return null;
      params[wanted.slice(1)] = value;
    }
  }
  return params;
}

function decode(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    return null;
  }
}
