import { expect } from 'chai';
import { call, send } from './call.ts';
import { makeWorld } from './world.ts';

const json = { 'Content-Type': 'application/json' };

describe('what a path names and is not there', () => {
  for (const [method, path, code] of [
    ['patch', '/nets/77', 'net.unknown'],
    ['patch', '/archive/net_none', 'archive.unknown'],
    ['post', '/archive/net_none/restore', 'archive.unknown'],
    ['post', '/presets/None/apply', 'preset.unknown'],
  ] as const) {
    it(`is 404 before anything is said of the body: ${method} ${path}`, async () => {
      const world = await makeWorld();
      for (const [body, headers] of [
        ['{', json],
        ['{"priority":"x","name":1,"mode":7,"assignments":3}', json],
        ['<x/>', { 'Content-Type': 'application/xml' }],
        ['x'.repeat(300 * 1024), json],
      ] as const) {
        const answer = await send(world, method, path, { body, headers });
        expect([answer.status, answer.body.code], body.slice(0, 20)).to.deep.equal([404, code]);
      }
    });

    it(`is not told to a key without the scope: ${method} ${path}`, async () => {
      const world = await makeWorld();
      const key = await world.addKey({ scopes: ['read:status'] });
      expect((await send(world, method, path, { key, body: '{}', headers: json })).status).to.equal(403);
    });
  }

  it('is answered as before to a request that is sent again', async () => {
    const world = await makeWorld();
    const headers = { 'Idempotency-Key': 'again' };
    const first = await call(world, 'restoreArchived', { body: {}, headers });
    const second = await call(world, 'restoreArchived', { body: {}, headers });
    expect([first.status, second.status]).to.deep.equal([200, 200]);
    expect(second.body).to.deep.equal(first.body);
  });
});
