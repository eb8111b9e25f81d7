import { expect } from 'chai';
import request from 'supertest';
import { EXAMPLE } from '../../../api/example.ts';
import type { AuditEntry } from '../../../shard/ledgers.ts';
import { call, send } from './call.ts';
import { makeWorld, type World } from './world.ts';

/** The entries of API calls with anything but GET /audit, newest first, as `method path status`. */
async function calls(world: World): Promise<string[]> {
  const { body } = await call(world, 'getAudit', { query: { limit: '1000' } });
  return body.entries
    .filter(({ source, path, requestId }: AuditEntry) => source === 'api' && requestId !== EXAMPLE.requestId && path)
    .map(({ method, path, status }: AuditEntry) => `${method} ${path.replace('/api/v1', '')} ${status}`);
}

describe('GET /audit', () => {
  it('shows every call with a key, made or refused, newest first', async () => {
    const world = await makeWorld();
    const few = await world.addKey({ scopes: ['read:status'] });
    const service = await world.addKey({ kind: 'service' });
    await send(world, 'get', '/status', { query: { secret: 'hidden' } });
    await send(world, 'post', '/operation', { body: { open: false } });
    await send(world, 'post', '/operation', { body: { open: 'no' } });
    await send(world, 'get', '/nowhere');
    await send(world, 'put', '/status');
    await send(world, 'post', '/operation', { key: few, body: { open: true } });
    await send(world, 'get', '/status', { key: service });
    expect(await calls(world)).to.deep.equal([
      'GET /status 403',
      'POST /operation 403',
      'PUT /status 405',
      'GET /nowhere 404',
      'POST /operation 400',
      'POST /operation 200',
      'GET /status 200',
    ]);
    expect((await calls(world))[0]).to.equal('GET /audit 200');
    expect(JSON.stringify(world.shard.audit.page(100))).not.to.include('hidden');
  });

  it('says whose key it was, under which request id, and what change was asked for', async () => {
    const world = await makeWorld();
    const key = world.shards.verifyKey(world.key).key;
    const headers = { 'X-Request-Id': 'mine-1' };
    await send(world, 'post', '/nets', { body: { name: 'Air Wing' }, headers });
    await send(world, 'post', '/nets', { body: { name: 'air wing' }, headers });
    await send(world, 'get', '/roster', { headers });
    const [read, refused, made] = world.shard.audit.page(3);
    const whole = { keyId: key.id, keyName: key.name, actor: key.name, requestId: 'mine-1', source: 'api' };
    expect(made).to.include({ ...whole, method: 'POST', path: '/api/v1/nets', status: 201, action: 'net.create' });
    expect(refused).to.include({ ...whole, status: 409, action: 'net.create' });
    expect(read)
      .to.include({ ...whole, status: 200 })
      .and.not.to.have.property('action');
  });

  it('shows calls with a key of the guild that has ended, and none with keys that nobody knows', async () => {
    const world = await makeWorld();
    const revoked = await world.addKey();
    await world.revoke(revoked);
    const expired = await world.addKey({ expiresAt: '2026-11-21T07:14:00.000Z' });
    await world.clock.advance(60_000);
    for (const key of [revoked, expired, null, world.key.slice(0, -1)]) await send(world, 'get', '/status', { key });
    expect(await calls(world)).to.deep.equal(['GET /status 401', 'GET /status 401']);
    const names = world.shard.audit.page(3).map(({ keyName }) => keyName);
    expect(names.slice(1)).to.deep.equal(['key 1', 'key 1']);
  });

  it('notes a limit that was reached once a minute, so that a flood does not push the rest out', async () => {
    const world = await makeWorld({ limits: { perKey: 2 } });
    for (let count = 0; count < 6; count += 1) await send(world, 'get', '/status');
    await world.clock.advance(60_000);
    expect(await calls(world)).to.deep.equal(['GET /status 429', 'GET /status 200', 'GET /status 200']);
  });

  it('is of the guild of the key alone', async () => {
    const world = await makeWorld();
    await send(world, 'get', '/status');
    const { body } = await call(world, 'getAudit', { key: world.otherKey });
    expect(body.entries.filter(({ source }: AuditEntry) => source === 'api')).to.deep.equal([]);
  });

  it('answers from an entry on, as many as asked for', async () => {
    const world = await makeWorld();
    for (let count = 0; count < 5; count += 1) await send(world, 'get', `/nowhere/${count}`);
    const page = async (query: Record<string, string>) => (await call(world, 'getAudit', { query })).body.entries;
    const last = await page({ limit: '2' });
    expect(last.map(({ path }: AuditEntry) => path)).to.deep.equal(['/api/v1/nowhere/4', '/api/v1/nowhere/3']);
    const [older] = await page({ limit: '1', before: last[1].id });
    expect(older.path).to.equal('/api/v1/nowhere/2');
  });

  it('refuses limits and entries that cannot be', async () => {
    const world = await makeWorld();
    for (const query of [
      { limit: '0' },
      { limit: '1001' },
      { limit: '1.5' },
      { limit: 'x' },
      { before: 'a b' },
      { before: '' },
    ]) {
      const answer = await call(world, 'getAudit', { query: query as unknown as Record<string, string> });
      expect([answer.status, answer.body.code], JSON.stringify(query)).to.deep.equal([400, 'request.invalid']);
    }
  });

  it('is not written for health, the document and what lies outside of the API', async () => {
    const world = await makeWorld();
    const before = world.shard.audit.page(1000).length;
    for (const path of ['/health', '/readyz', '/api/v1/openapi.json', '/favicon.ico']) {
      await request(world.app.callback()).get(path).set('Authorization', `Bearer ${world.key}`);
    }
    expect(world.shard.audit.page(1000)).to.have.length(before);
  });
});
