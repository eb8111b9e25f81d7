import { expect } from 'chai';
import { Api } from '../../../api/server.ts';
import { SYSTEM_CLOCK } from '../../../system.ts';
import { call, pathOf, send } from './call.ts';
import { makeWorld, ROUTES } from './world.ts';

const KEPT = ROUTES.filter((route) => route.cached);

describe('an answer with an ETag', () => {
  it('is that of status, roster and assignments', () => {
    expect(KEPT.map(({ id }) => id)).to.include.members(['getStatus', 'getRoster', 'getAssignments']);
  });

  for (const route of KEPT) {
    it(`of ${route.path} is 304 without a body to whoever has it, in every form of If-None-Match`, async () => {
      const world = await makeWorld();
      const path = pathOf(route);
      const first = await send(world, 'get', path);
      const tag = first.get('ETag') ?? '';
      expect(tag).to.match(/^"[\w-]{20,}"$/);
      for (const header of [tag, `W/${tag}`, '*', `"other", ${tag}`, `W/"a,b",${tag}, "c"`]) {
        for (const method of ['get', 'head']) {
          const answer = await send(world, method, path, { headers: { 'If-None-Match': header } });
          expect([answer.status, answer.text ?? '', answer.get('ETag')], header).to.deep.equal([304, '', tag]);
          expect(answer.headers).to.include.keys('x-request-id', 'ratelimit').and.not.include.keys('content-type');
        }
      }
      for (const header of ['"other"', tag.slice(1, -1), '', 'W/"*"']) {
        const answer = await send(world, 'get', path, { headers: { 'If-None-Match': header } });
        expect([answer.status, answer.text], header).to.deep.equal([200, first.text]);
      }
    });

    it(`of ${route.path} is refused like any other without a key or its scope`, async () => {
      const world = await makeWorld();
      const path = pathOf(route);
      const tag = (await send(world, 'get', path)).get('ETag') ?? '';
      const few = await world.addKey({ scopes: ['write:nets'] });
      const headers = { 'If-None-Match': tag };
      expect((await send(world, 'get', path, { headers, key: null })).status).to.equal(401);
      const refused = await send(world, 'get', path, { headers, key: few });
      expect([refused.status, refused.get('ETag')]).to.deep.equal([403, undefined]);
    });
  }

  it('has another tag once something in it changed', async () => {
    const world = await makeWorld();
    const tags = async () =>
      Promise.all(['/status', '/assignments'].map(async (path) => (await send(world, 'get', path)).get('ETag')));
    const before = await tags();
    await call(world, 'setAssignment', { body: { userId: '42', netId: 1 } });
    await world.clock.advance(1);
    await call(world, 'createNet', { body: { name: 'Air Wing' } });
    const after = await tags();
    for (const [index, tag] of after.entries()) expect(tag).not.to.equal(before[index]);
  });

  it('differs for keys that see more', async () => {
    const world = await makeWorld();
    const few = await world.addKey({ scopes: ['read:roster'] });
    const [all, less] = [await send(world, 'get', '/roster'), await send(world, 'get', '/roster', { key: few })];
    expect(all.get('ETag')).not.to.equal(less.get('ETag'));
    const answer = await send(world, 'get', '/roster', {
      key: few,
      headers: { 'If-None-Match': all.get('ETag') ?? '' },
    });
    expect([answer.status, answer.body.operators[0]]).to.satisfy(
      ([status, operator]: [number, object]) => status === 200 && !('roles' in operator),
    );
  });

  it('is 304 to fetch, which sends Cache-Control: no-cache along', async () => {
    const world = await makeWorld();
    const api = new Api({ ...world.options, clock: SYSTEM_CLOCK, host: '127.0.0.1', port: 0 });
    await api.start();
    try {
      const headers = { Authorization: `Bearer ${world.key}` };
      const ask = (more: object = {}) => fetch(`${api.url}/api/v1/status`, { headers: { ...headers, ...more } });
      const first = await ask();
      await first.text();
      const again = await ask({ 'If-None-Match': first.headers.get('ETag') ?? '' });
      expect([again.status, await again.text()]).to.deep.equal([304, '']);
    } finally {
      await api.stop();
    }
  });
});
