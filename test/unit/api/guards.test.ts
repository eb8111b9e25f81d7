import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { documentedPath } from '../../../api/paths.ts';
import { Api } from '../../../api/server.ts';
import { SYSTEM_CLOCK } from '../../../system.ts';
import { until } from '../../support/until.ts';
import { DOCUMENT, pathOf, requireDocumented, send } from './call.ts';
import { LIMIT, makeWorld, ROUTES, worldFor } from './world.ts';

const LARGE = 256 * 1024;
const json = { 'Content-Type': 'application/json' };

describe('what is read of a body', () => {
  for (const route of ROUTES.filter(({ body }) => body)) {
    const limit = route.largeBody ? LARGE : LIMIT;
    it(`${route.method} ${route.path} takes ${limit / 1024} KiB and not a byte more`, async () => {
      const world = await worldFor(route);
      const post = (size: number) => {
        const body = JSON.stringify(route.example.body).padEnd(size, ' ');
        return send(world, route.method, pathOf(route), { body, headers: json });
      };
      const refused = await post(limit + 1);
      expect([refused.status, refused.body.code]).to.deep.equal([413, 'body.too-large']);
      requireDocumented(route, refused);
      expect((await post(limit)).status).to.equal(route.status);
    });

    it(`${route.method} ${route.path} bounds every list it takes`, () => {
      const operation = DOCUMENT.paths?.[documentedPath(route.path)]?.[route.method];
      const body = operation?.requestBody as { content: Record<string, { schema: object }> } | undefined;
      const schema = body?.content['application/json']?.schema;
      expect(schema).to.be.an('object');
      expect(unboundedLists(schema)).to.deep.equal([]);
    });
  }

  it('is looked at for lists without an end', () => {
    const schema = {
      properties: { a: { type: 'array', items: {} }, b: { type: 'array', maxItems: 2, items: { type: 'array' } } },
    };
    expect(unboundedLists(schema)).to.deep.equal(['/properties/a', '/properties/b/items']);
    expect(unboundedLists({ $ref: '#/components/schemas/RuleInput' })).to.deep.equal([]);
  });
});

/** Where in a schema an array may be of any length; references are followed. */
function unboundedLists(schema: unknown, at = '', seen = new Set<unknown>()): string[] {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return [];
  seen.add(schema);
  const { type, maxItems, $ref } = schema as { type?: unknown; maxItems?: number; $ref?: string };
  const named = $ref && DOCUMENT.components?.schemas?.[$ref.split('/').at(-1) ?? ''];
  return [
    ...(type === 'array' && maxItems === undefined ? [at] : []),
    ...(named ? unboundedLists(named, $ref, seen) : []),
    ...Object.entries(schema).flatMap(([key, inner]) => unboundedLists(inner, `${at}/${key}`, seen)),
  ];
}

describe('a client that is slow', () => {
  it('with its header fields is answered 408 and let go', async () => {
    const world = await makeWorld();
    const options = { ...world.options, clock: SYSTEM_CLOCK, host: '127.0.0.1', port: 0 };
    const api = new Api({ ...options, headersMs: 50, checkMs: 10 });
    await api.start();
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    let received = '';
    let isClosed = false;
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      isClosed = true;
    });
    try {
      socket.write(`GET /api/v1/status HTTP/1.1\r\nHost: shard\r\nAuthorization: Bearer ${world.key}\r\nX-Slow: `);
      await until(() => isClosed);
      expect(received)
        .to.match(/^HTTP\/1\.1 408 /)
        .and.to.include('"code":"request.timeout"');
      expect(world.failures).to.deep.equal([]);
    } finally {
      socket.destroy();
      await api.stop();
    }
  });

  it('holds no connection for who sends requests and never reads the answers', async () => {
    const world = await makeWorld();
    const options = { ...world.options, clock: SYSTEM_CLOCK, host: '127.0.0.1', port: 0 };
    const api = new Api({ ...options, stalledMs: 100 });
    await api.start();
    const held: Socket[] = [];
    const note = (message: unknown) => void held.push((message as { socket: Socket }).socket);
    subscribe('http.server.request.start', note);
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    socket.on('error', () => {});
    try {
      // More than both ends of a connection take without anybody reading.
      const request = 'GET /api/v1/docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: shard\r\n\r\n';
      socket.write(request.repeat(20));
      await until(() => held.length > 0 && held.every((one) => one.destroyed), 4000);
      expect(socket.bytesRead).to.be.lessThan(20 * 1_000_000);
    } finally {
      unsubscribe('http.server.request.start', note);
      socket.destroy();
      await api.stop();
    }
  });
});
