import { expect } from 'chai';
import request from 'supertest';
import { EXAMPLE } from '../../../api/example.ts';
import { call, pathOf, readStart, requireDocumented, send, snapshot } from './call.ts';
import { makeWorld, ROUTES, type World, worldFor } from './world.ts';

const SCOPES_OF_OTHERS = (scope: string) =>
  [...new Set(ROUTES.map((route) => route.scope))].filter((other) => other !== scope);

describe('every route', () => {
  for (const route of ROUTES) {
    const ask = async (world: World, headers: Record<string, string | string[]>) => {
      const sent = request(world.app.callback())[route.method](`/api/v1${pathOf(route)}`);
      for (const [name, value] of Object.entries(headers)) sent.set(name, value as string);
      if (route.path === '/stream') sent.buffer(true).parse(readStart);
      const answer = await (route.body ? sent.send(route.example.body as object) : sent);
      requireDocumented(route, answer);
      return answer;
    };

    describe(`${route.method.toUpperCase()} ${route.path}`, () => {
      it('refuses who sends no key, a mistyped one, a revoked one, an expired one, each in its own words', async () => {
        const world = await worldFor(route);
        const revoked = await world.addKey();
        await world.revoke(revoked);
        const expired = await world.addKey({ expiresAt: '2026-11-21T07:14:00.000Z' });
        await world.clock.advance(60_000);
        const before = snapshot(world);
        const codes = [];
        for (const authorization of [undefined, world.key.slice(0, -1), revoked, expired]) {
          const answer = await ask(world, authorization ? { Authorization: `Bearer ${authorization}` } : {});
          expect(answer.status).to.equal(401);
          expect(answer.get('WWW-Authenticate')).to.equal('Bearer');
          codes.push(answer.body.code);
        }
        expect(codes).to.deep.equal(['key.missing', 'key.malformed', 'key.rejected', 'key.expired']);
        expect(snapshot(world)).to.equal(before);
      });

      it('refuses an Authorization header that is garbled or sent twice', async () => {
        const world = await worldFor(route);
        const { key } = world;
        for (const value of [
          key,
          `Basic ${key}`,
          `Bearer`,
          `Bearer ${key} ${key}`,
          `Bearer ${key},`,
          [`Bearer ${key}`, `Bearer ${key}`],
        ]) {
          const answer = await ask(world, { Authorization: value });
          expect(answer.status, String(value)).to.equal(401);
        }
      });

      it('refuses a key with every scope but the one it needs, and names it', async () => {
        const world = await worldFor(route);
        const key = await world.addKey({ scopes: SCOPES_OF_OTHERS(route.scope) });
        const before = snapshot(world);
        const answer = await ask(world, { Authorization: `Bearer ${key}` });
        expect([answer.status, answer.body.code]).to.deep.equal([403, 'scope.missing']);
        expect(answer.body.error).to.include(route.scope);
        expect(snapshot(world)).to.equal(before);
      });

      it('needs no other scope, and takes the scheme in lower case', async () => {
        const world = await worldFor(route);
        const key = await world.addKey({ scopes: [route.scope] });
        const answer = await ask(world, { Authorization: `bearer ${key}` });
        expect(answer.status).to.equal(route.status);
        if (!route.produces) expect(answer.body).to.include({ ok: true, guildId: EXAMPLE.guildId });
      });

      it('refuses service keys and shard tokens', async () => {
        const world = await worldFor(route);
        for (const kind of ['service', 'shard'] as const) {
          const answer = await ask(world, { Authorization: `Bearer ${await world.addKey({ kind })}` });
          expect([answer.status, answer.body.code]).to.deep.equal([403, 'key.wrong-kind']);
        }
      });

      it('has the same headers on good and bad answers', async () => {
        const world = await worldFor(route);
        for (const key of [world.key, 'nonsense']) {
          const answer = await ask(world, {
            Authorization: `Bearer ${key}`,
            'X-Request-Id': 'given-1',
            Origin: 'https://evil.example',
          });
          expect(answer.get('X-Request-Id')).to.equal('given-1');
          expect(answer.get('X-Content-Type-Options')).to.equal('nosniff');
          const kept = route.cached && answer.status === 200;
          expect(answer.get('Cache-Control')).to.equal(kept ? 'private, no-cache' : 'no-store');
          expect(answer.headers).not.to.have.property('access-control-allow-origin');
        }
      });
    });
  }
});

describe('a request', () => {
  it('is answered with the id it brought when that is sane, else with a new one', async () => {
    const world = await makeWorld();
    const idFor = async (given: string, path = '/status') =>
      (await send(world, 'get', path, { headers: { 'X-Request-Id': given } })).get('X-Request-Id');
    for (const given of ['a', 'x'.repeat(128), '0af7651916cd43dd-8448/eb211c80:319c='])
      expect(await idFor(given)).to.equal(given);
    for (const given of ['', ' ', 'x'.repeat(129), 'a b', 'a"b', '<script>', 'ä', `x/${world.key}`]) {
      expect(await idFor(given), given).to.match(/^req_[0-9a-f]{20}$/);
    }
    expect(await idFor('mine', '/nowhere')).to.equal('mine');
    expect(await idFor('')).not.to.equal(await idFor(''));
  });

  it('to nowhere is 404, with a key; without one it is 401', async () => {
    const world = await makeWorld();
    for (const path of ['', '/', '/nowhere', '/nets/1/2', '/%', '/%zz', '/STATUS', '/../status', '/status%00']) {
      const answer = await send(world, 'get', path);
      expect([answer.status, answer.body.code], path).to.deep.equal([404, 'route.unknown']);
      expect(answer.body).to.include({ ok: false, title: 'Not Found', status: 404, error: answer.body.detail });
      expect((await send(world, 'get', path, { key: null })).status, path).to.equal(401);
    }
  });

  it('outside of the API to nowhere is 404 with or without a key', async () => {
    const world = await makeWorld();
    for (const path of ['/', '/api', '/api/v10/status', '/api/v2/status', '/favicon.ico']) {
      const answer = await request(world.app.callback()).get(path);
      expect([answer.status, answer.body.code], path).to.deep.equal([404, 'route.unknown']);
    }
  });

  it('with the wrong method is 405 with what is possible', async () => {
    const world = await makeWorld();
    for (const [method, path, allow] of [
      ['put', '/status', 'GET, HEAD, OPTIONS'],
      ['get', '/nets', 'OPTIONS, POST'],
      ['patch', '/assignments', 'GET, HEAD, OPTIONS, POST'],
      ['post', '/nets/1', 'DELETE, OPTIONS, PATCH'],
      ['delete', '/nets/rename', 'DELETE, OPTIONS, PATCH, POST'],
      ['post', '/openapi.json', 'GET, HEAD, OPTIONS'],
    ] as const) {
      const answer = await send(world, method, path);
      if (method === 'delete') expect(answer.status).to.equal(404);
      else {
        expect([answer.status, answer.body.code], path).to.deep.equal([405, 'method.not-allowed']);
        expect(answer.get('Allow')).to.equal(allow);
      }
    }
    expect((await send(world, 'put', '/status', { key: null })).status).to.equal(401);
  });

  it('for OPTIONS is answered with Allow and nothing of CORS', async () => {
    const world = await makeWorld();
    const headers = { Origin: 'https://evil.example', 'Access-Control-Request-Method': 'POST' };
    const answer = await send(world, 'options', '/nets', { headers });
    expect(answer.status).to.equal(204);
    expect(answer.get('Allow')).to.equal('OPTIONS, POST');
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).to.deep.equal([]);
    expect((await send(world, 'options', '/nowhere')).status).to.equal(404);
  });

  it('for HEAD is answered like GET without the body', async () => {
    const world = await makeWorld();
    const got = await send(world, 'get', '/status');
    const head = await send(world, 'head', '/status');
    expect(head.status).to.equal(200);
    expect(head.get('Content-Length')).to.equal(got.get('Content-Length'));
    expect(head.text ?? '').to.equal('');
    expect((await send(world, 'head', '/status', { key: null })).status).to.equal(401);
  });

  it('that breaks something unexpected is told no more than the request id', async () => {
    const world = await makeWorld();
    world.shard.read.status = () => {
      throw new Error('secret inner thing');
    };
    const answer = await call(world, 'getStatus');
    expect(answer.status).to.equal(500);
    expect(answer.body).to.include({ error: 'Internal error', detail: 'Internal error', code: 'internal' });
    expect(answer.body.requestId).to.equal(answer.get('X-Request-Id'));
    expect(answer.text).not.to.include('secret inner thing');
    expect(world.failures).to.have.length(1);
  });

  it('whose sender left is no error of ours, and everything else that Koa reports is', async () => {
    const { app, failures } = await makeWorld();
    for (const code of ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE']) {
      app.emit('error', Object.assign(new Error('gone'), { code }));
    }
    expect(failures).to.deep.equal([]);
    app.emit('error', new Error('other'));
    expect(failures).to.have.length(1);
  });

  it('is logged with its id, key and outcome, and without any secret', async () => {
    const world = await makeWorld();
    const lines: object[] = [];
    world.options.log.debug = (fields) => lines.push(fields);
    await send(world, 'get', '/status', { query: { token: 'hidden' }, headers: { 'X-Request-Id': 'r1' } });
    await send(world, 'post', '/nets', { key: null, body: { name: 'hidden' } });
    expect(lines[0]).to.include({
      requestId: 'r1',
      guildId: EXAMPLE.guildId,
      method: 'GET',
      path: '/api/v1/status',
      status: 200,
    });
    expect(lines[1]).to.include({ method: 'POST', status: 401 }).and.not.to.have.property('keyId');
    expect(JSON.stringify(lines)).not.to.include('hidden').and.not.to.include(world.key);
  });

  it('is checked in the order key, route, scope, body type, body size, body', async () => {
    const world = await makeWorld();
    const key = await world.addKey({ scopes: ['read:status'] });
    const big = { 'Content-Type': 'application/xml' };
    const status = async (
      method: string,
      path: string,
      from: string | null,
      body: string,
      headers: Record<string, string>,
    ) => (await send(world, method, path, { key: from, body, headers })).status;
    const huge = 'x'.repeat(100_000);
    const json = { 'Content-Type': 'application/json' };
    expect(await status('post', '/nets', null, huge, big)).to.equal(401);
    expect(await status('put', '/nets', key, huge, big)).to.equal(405);
    expect(await status('post', '/nets', key, huge, big)).to.equal(403);
    expect(await status('post', '/nets', world.key, huge, big)).to.equal(415);
    expect(await status('post', '/nets', world.key, huge, json)).to.equal(413);
    expect(await status('post', '/nets', world.key, 'x', json)).to.equal(400);
  });
});
