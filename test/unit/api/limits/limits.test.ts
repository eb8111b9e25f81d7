import { expect } from 'chai';
import request from 'supertest';
import { mintSecret } from '../../../../shard/access/key-secret.ts';
import { givenIds } from '../../../support/given.ts';
import { call, send } from '../call.ts';
import { makeWorld, type World } from '../world.ts';

const NAMES = ['ratelimit-policy', 'ratelimit', 'x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset'];

/** The status of each of so many requests. */
async function statuses(times: number, ask: () => Promise<{ status: number }>): Promise<number[]> {
  const met: number[] = [];
  for (let count = 0; count < times; count += 1) met.push((await ask()).status);
  return met;
}

const unknownKey = mintSecret('owner', givenIds('nobody'));

describe('the limit of a key', () => {
  it('is told on every answer, whatever it is', async () => {
    const world = await makeWorld({ limits: { perKey: 120 } });
    const reset = String(world.clock.now() / 1000 + 60);
    const answers = [
      await send(world, 'get', '/status'),
      await send(world, 'get', '/nowhere'),
      await send(world, 'put', '/status'),
      await send(world, 'post', '/nets', { body: {} }),
      await send(world, 'options', '/status'),
    ];
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 404, 405, 400, 204]);
    for (const [index, answer] of answers.entries()) {
      const remaining = String(119 - index);
      expect(NAMES.map((name) => answer.get(name))).to.deep.equal([
        '"default";q=120;w=60',
        `"default";r=${remaining};t=60`,
        '120',
        remaining,
        reset,
      ]);
    }
  });

  it('refuses the request after it with 429, when to come back, and changes nothing', async () => {
    const world = await makeWorld({ limits: { perKey: 2 } });
    expect(await statuses(2, () => call(world, 'getStatus'))).to.deep.equal([200, 200]);
    await world.clock.advance(17_500);
    const refused = await call(world, 'createNet', { body: { name: 'Late' } });
    expect([refused.status, refused.body.code]).to.deep.equal([429, 'rate.limited']);
    expect(refused.get('Retry-After')).to.equal('43');
    expect(refused.get('RateLimit')).to.equal('"default";r=0;t=43');
    expect(refused.body.error).to.include('43 seconds');
    expect(world.shard.read.nets()).to.have.length(1);
    await world.clock.advance(42_500);
    expect((await call(world, 'createNet', { body: { name: 'Late' } })).status).to.equal(201);
  });

  it('comes after the key and before everything else', async () => {
    const world = await makeWorld({ limits: { perKey: 1 } });
    await call(world, 'getStatus');
    const few = await world.addKey({ scopes: ['read:roster'] });
    await send(world, 'get', '/roster', { key: few });
    const huge = { body: 'x'.repeat(100_000), headers: { 'Content-Type': 'application/xml' } };
    for (const [method, path] of [
      ['get', '/nowhere'],
      ['put', '/status'],
      ['post', '/nets'],
    ] as const) {
      expect((await send(world, method, path, { ...huge, key: few })).status, path).to.equal(429);
      expect((await send(world, method, path, { ...huge, key: null })).status, path).to.equal(401);
    }
  });

  it('is of each key alone, in the same guild and in another', async () => {
    const world = await makeWorld({ limits: { perKey: 1 } });
    const second = await world.addKey();
    for (const key of [world.key, second, world.otherKey]) {
      expect(await statuses(2, () => send(world, 'get', '/status', { key }))).to.deep.equal([200, 429]);
    }
  });
});

describe('the limit of an address', () => {
  it('counts every kind of failed authentication together', async () => {
    const world = await makeWorld({ limits: { perAddress: 4 } });
    const revoked = await world.addKey();
    await world.revoke(revoked);
    const asks = [null, world.key.slice(0, -1), unknownKey, revoked, null];
    const answers = [];
    for (const key of asks) answers.push(await send(world, 'get', '/status', { key }));
    expect(answers.map(({ status }) => status)).to.deep.equal([401, 401, 401, 401, 429]);
    expect(answers[0]?.get('RateLimit-Policy')).to.equal('"default";q=4;w=60');
    expect(answers[4]?.body.code).to.equal('rate.limited');
    expect(answers[4]?.get('Retry-After')).to.equal('60');
    await world.clock.advance(60_000);
    expect((await send(world, 'get', '/status', { key: null })).status).to.equal(401);
  });

  it('never blocks a good key', async () => {
    const world = await makeWorld({ limits: { perAddress: 1, perKey: 3 } });
    expect(await statuses(3, () => send(world, 'get', '/status', { key: null }))).to.deep.equal([401, 429, 429]);
    expect(await statuses(3, () => call(world, 'getStatus'))).to.deep.equal([200, 200, 200]);
  });

  it('counts public paths by any method, with or without a key', async () => {
    const world = await makeWorld({ limits: { perAddress: 3 } });
    const { key } = world;
    const answers = [
      await send(world, 'get', '/openapi.json', { key: null }),
      await send(world, 'get', '/openapi.json', { key }),
      await send(world, 'post', '/openapi.json', { key: null }),
      await send(world, 'get', '/openapi.json', { key: null }),
    ];
    expect(answers.map(({ status }) => status)).to.deep.equal([200, 200, 405, 429]);
    for (const answer of answers) expect(answer.headers).to.include.all.keys(NAMES);
  });

  it('leaves health alone', async () => {
    const world = await makeWorld({ limits: { perAddress: 1 } });
    for (const path of ['/health', '/livez', '/readyz', '/ready']) {
      const ask = () => request(world.app.callback()).get(path);
      expect(await statuses(3, async () => ask()), path).to.deep.equal([200, 200, 200]);
    }
  });

  it('is of whom a trusted proxy speaks for, and of the connection when nobody is trusted', async () => {
    const ask = (world: World, address: string) =>
      send(world, 'get', '/status', { key: null, headers: { 'X-Forwarded-For': address } });
    const trusting = await makeWorld({ limits: { perAddress: 1, trustProxy: 1 } });
    const from = [
      '198.51.100.7',
      '198.51.100.8',
      '6.6.6.6, 198.51.100.7',
      '2001:db8::1',
      '2001:db8::2',
      '2001:db8:0:1::1',
    ];
    const met = [];
    for (const address of from) met.push((await ask(trusting, address)).status);
    expect(met).to.deep.equal([401, 401, 429, 401, 429, 401]);
    const alone = await makeWorld({ limits: { perAddress: 1 } });
    expect([(await ask(alone, '198.51.100.7')).status, (await ask(alone, '198.51.100.8')).status]).to.deep.equal([
      401, 429,
    ]);
  });
});
