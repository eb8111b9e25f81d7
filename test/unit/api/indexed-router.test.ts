import { Router } from '@koa/router';
import { expect } from 'chai';
import fc from 'fast-check';
import type { RequestState } from '../../../api/context.ts';
import { indexedRouter } from '../../../api/indexed-router.ts';
import { ROUTES } from './world.ts';

const PATHS = [
  ...ROUTES.map(({ path, method }) => ({ path: `/api/v1${path}`, method })),
  ...['/health', '/health/live', '/livez', '/debug', '/api/v1/docs/:file'].map((path) => ({
    path,
    method: 'get' as const,
  })),
];

function filled(router: Router<RequestState>): Router<RequestState> {
  for (const { path, method } of PATHS) router.register(path, [method], () => {});
  return router;
}

/** A path that is a route's, or nearly. */
const somePath = fc
  .tuple(
    fc.constantFrom(...PATHS.map(({ path }) => path)),
    fc.array(fc.constantFrom('1', 'a%2Fb', '%', 'remove', 'net_a', ''), { minLength: 4, maxLength: 4 }),
    fc.constantFrom('', '', '', '/', '//', '/x', '?', '%20', 'S'),
    fc.constantFrom('', '', '', '/', '/api', '/API/v1'),
  )
  .map(([path, values, end, front]) => {
    let at = 0;
    return front + path.replaceAll(/:\w+/g, () => values[at++ % 4] ?? '') + end;
  });

describe('the indexed router', () => {
  it('finds what trying every route would find', () => {
    const [indexed, plain] = [filled(indexedRouter({ sensitive: true })), filled(new Router({ sensitive: true }))];
    const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'PUT', 'get');
    const layers = (router: Router<RequestState>, path: string, sent: string) => {
      const { path: all, pathAndMethod, route } = router.match(path, sent);
      return { all: all.map((layer) => layer.path), these: pathAndMethod.map((layer) => layer.path), route };
    };
    let found = 0;
    const property = fc.property(somePath, method, (path, sent) => {
      const expected = layers(plain, path, sent);
      found += expected.these.length;
      expect(layers(indexed, path, sent), `${sent} ${path}`).to.deep.equal(expected);
    });
    fc.assert(property, { numRuns: 5000 });
    expect(found).to.be.above(500);
  });

  it('takes routes that are added later', () => {
    const router = indexedRouter({});
    router.get('/a/b', () => {});
    expect(router.match('/a/b', 'GET').route).to.equal(true);
    router.get('/a/c', () => {});
    expect(router.match('/a/c', 'GET').route).to.equal(true);
  });

  it('refuses a route that it could not find', () => {
    const router = indexedRouter({});
    router.get('/api/:version/status', () => {});
    expect(() => router.match('/api/v1/status', 'GET')).to.throw('/api/:version/status');
  });
});
