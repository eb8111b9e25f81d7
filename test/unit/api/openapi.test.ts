import { expect } from 'chai';
import request from 'supertest';
import { EXAMPLE } from '../../../api/example.ts';
import { documentedPath } from '../../../api/paths.ts';
import { call, DOCUMENT } from './call.ts';
import { makeWorld, ROUTES, type World, worldFor } from './world.ts';

/** `GET /api/v1/status` and so on, from the routers that the application really has. */
function routed({ app }: World): string[] {
  const routers = app.middleware as { router?: { stack: { path: string; methods: string[] }[] } }[];
  return routers
    .flatMap(({ router }) => router?.stack ?? [])
    .flatMap(({ path, methods }) => methods.filter((method) => method !== 'HEAD').map((method) => `${method} ${path}`))
    .map((line) => line.replaceAll(/:(\w+)/g, '{$1}'))
    .sort();
}

function documented(): string[] {
  return Object.entries(DOCUMENT.paths ?? {})
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    .sort();
}

describe('the OpenAPI document', () => {
  it('names exactly what the router serves', async () => {
    const lines = routed(await makeWorld());
    expect(lines).to.have.length.above(15);
    expect(documented()).to.deep.equal(lines);
  });

  it('is served to everybody', async () => {
    const world = await makeWorld();
    const answer = await request(world.app.callback()).get('/api/v1/openapi.json');
    expect([answer.status, answer.type]).to.deep.equal([200, 'application/json']);
    expect(answer.body).to.include({ openapi: '3.1.0' });
    expect(answer.body.servers).to.deep.equal([{ url: EXAMPLE.publicUrl }]);
    expect(answer.body.paths).to.deep.equal(JSON.parse(JSON.stringify(DOCUMENT.paths)));
  });

  it('gives every operation an id of its own, a summary, its scope, every error and an example', () => {
    const operations = Object.values(DOCUMENT.paths ?? {}).flatMap((methods) => Object.values(methods));
    const ids = operations.map((operation) => operation.operationId);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const route of ROUTES) {
      const operation = DOCUMENT.paths?.[documentedPath(route.path)]?.[route.method];
      expect(operation?.security, route.id).to.deep.equal([{ ownerKey: [route.scope] }]);
      expect(operation?.summary, route.id).to.be.a('string');
      const statuses = Object.keys(operation?.responses ?? {});
      expect(statuses, route.id).to.include.members([String(route.status), '401', '403', '500']);
      if (route.body) expect(statuses, route.id).to.include.members(['400', '408', '413', '415', '503']);
    }
  });

  it('leaves answers room to grow', () => {
    const { schemas } = DOCUMENT.components ?? {};
    expect(JSON.stringify([schemas, DOCUMENT.paths])).not.to.include('"additionalProperties":false');
  });
});

describe('the example of every operation', () => {
  for (const route of ROUTES) {
    it(`${route.id} is answered as documented`, async () => {
      const world = await worldFor(route);
      const { params, query, body, answer } = route.example as { [K in 'params' | 'query' | 'answer']: object } & {
        body?: object;
      };
      const response = await call(world, route.id, { params, query: { ...(query as Record<string, string>) }, body });
      expect(response.status).to.equal(route.status);
      if (route.produces) return expect(response.text).to.include(answer);
      const expected = { ok: true, guildId: EXAMPLE.guildId, ...answer };
      expect(asExampled(response.body, JSON.stringify(expected))).to.deep.equal(expected);
    });
  }
});

/** An id that was just minted: a prefix and what follows. */
const MINTED = /\b([a-z]+)_(?:[A-Za-z0-9+/]{43}=|[a-z0-9]{12,26}\b)/g;

/** An id that was just minted cannot be the one in the document: that is put in its place. */
function asExampled(body: object, expected: string): unknown {
  const documented = new Map([...expected.matchAll(MINTED)].map(([id, prefix]) => [prefix, id]));
  const text = JSON.stringify(body).replaceAll(MINTED, (id, prefix: string) =>
    expected.includes(id) ? id : (documented.get(prefix) ?? id),
  );
  return JSON.parse(text);
}
