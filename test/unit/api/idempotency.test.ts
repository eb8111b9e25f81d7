import { expect } from 'chai';
import { createApp } from '../../../api/app.ts';
import { EXAMPLE } from '../../../api/example.ts';
import { Shards } from '../../../shard/shards.ts';
import { APPROVING, givenIds, givenOutside, SILENT } from '../../support/given.ts';
import { givenSearch } from '../../support/given-search.ts';
import { SYSTEM } from '../../support/given-shard.ts';
import { until } from '../../support/until.ts';
import { call, type Sending, send } from './call.ts';
import { makeWorld, ROUTES, type World, worldFor } from './world.ts';

const REPLAYED = 'Idempotency-Replayed';
const AIR = { name: 'Air Wing' };

const post = (world: World, id: string, key: string, body: unknown, more: Sending = {}) =>
  call(world, id, { ...more, body, headers: { 'Idempotency-Key': key, ...more.headers } });

/** The same data in a process that was started anew. */
async function restarted(world: World): Promise<World> {
  const { clock, store, otherStore, options } = world;
  const shards = new Shards({
    open: async (guildId) => (guildId === EXAMPLE.guildId ? store : otherStore),
    central: APPROVING,
    search: givenSearch(),
    outside: givenOutside,
    clock,
    ids: givenIds('again'),
    log: SILENT,
  });
  const [shard, other] = [await shards.open(world.shard.guildId), await shards.open(world.other.guildId)];
  // Discord tells the new process what it told the old one.
  for (const [now, before] of [[shard, world.shard] as const, [other, world.other] as const]) {
    const { name, roles, channels } = before.read.guild();
    now.observe({ type: 'guild', name, roles: [...roles.values()], channels: [...channels.values()] });
    const people = before.read.roster().flatMap(({ userId }) => before.read.person(userId) ?? []);
    now.observe({ type: 'people', people });
  }
  return { ...world, shards, shard, other, app: createApp({ ...options, shards }) };
}

/** What is on disk as a disk gives it back. */
function throughJson({ store }: World): void {
  store.rows.splice(0, store.rows.length, ...JSON.parse(JSON.stringify(store.rows)));
  for (const [key, record] of store.records) store.records.set(key, JSON.parse(JSON.stringify(record)));
}

describe('a POST with an Idempotency-Key', () => {
  it('sent again is answered as the first time and changes nothing', async () => {
    const world = await makeWorld();
    const first = await post(world, 'createNet', 'k1', AIR);
    expect([first.status, first.get(REPLAYED)]).to.deep.equal([201, undefined]);
    const again = await post(world, 'createNet', 'k1', AIR);
    expect([again.status, again.get(REPLAYED)]).to.deep.equal([201, 'true']);
    expect(again.text).to.equal(first.text);
    expect(again.get('X-Request-Id')).not.to.equal(first.get('X-Request-Id'));
    expect(world.shard.read.nets()).to.have.length(2);
  });

  it('is answered so for 24 hours, also after a restart', async () => {
    const world = await makeWorld();
    const first = await post(world, 'createNet', 'k1', AIR);
    await world.clock.advance(24 * 3600 * 1000 - 1);
    const later = await restarted(world);
    const again = await post(later, 'createNet', 'k1', AIR);
    expect([again.get(REPLAYED), again.text]).to.deep.equal(['true', first.text]);
    await world.clock.advance(1);
    const anew = await post(later, 'createNet', 'k1', AIR);
    expect([anew.status, anew.body.code, anew.get(REPLAYED)]).to.deep.equal([409, 'net.name-taken', undefined]);
  });

  it('that was cut off after its change is answered from what is on disk, without a second change', async () => {
    const world = await makeWorld();
    const end = Promise.withResolvers<void>();
    let writes = 0;
    world.store.gate = () => {
      writes += 1;
      return writes === 2 ? end.promise.then(() => Promise.reject(new Error('killed'))) : Promise.resolve();
    };
    const cutOff = post(world, 'createNet', 'k1', AIR);
    await until(() => writes === 2);
    world.store.gate = async () => {};
    const later = await restarted(world);
    const again = await post(later, 'createNet', 'k1', AIR);
    expect([again.status, again.body.name, again.get(REPLAYED)]).to.deep.equal([201, 'Air Wing', undefined]);
    expect(later.shard.read.nets()).to.have.length(2);
    expect((await post(later, 'createNet', 'k1', AIR)).get(REPLAYED)).to.equal('true');
    end.resolve();
    await cutOff;
  });

  it('is 409 while the first is running, and answered once that is done', async () => {
    const world = await makeWorld();
    const approval = Promise.withResolvers<{ approved: true }>();
    let asked = false;
    world.central.answer = () => {
      asked = true;
      return approval.promise;
    };
    const first = post(world, 'createNet', 'k1', AIR);
    await until(() => asked);
    const second = await post(world, 'createNet', 'k1', AIR);
    expect([second.status, second.body.code]).to.deep.equal([409, 'idempotency.running']);
    const other = await post(world, 'createNet', 'k1', { name: 'Other' });
    expect([other.status, other.body.code]).to.deep.equal([422, 'idempotency.mismatch']);
    approval.resolve({ approved: true });
    expect((await first).status).to.equal(201);
    expect((await post(world, 'createNet', 'k1', AIR)).get(REPLAYED)).to.equal('true');
  });

  it('is 422 with another body, another path or another query', async () => {
    const world = await makeWorld();
    await post(world, 'createNet', 'k1', AIR);
    for (const [id, body, query] of [
      ['createNet', { name: 'Other' }, {}],
      ['setOperation', { open: false }, {}],
      ['createNet', AIR, { x: '1' }],
    ] as const) {
      const answer = await post(world, id, 'k1', body, { query });
      expect([answer.status, answer.body.code]).to.deep.equal([422, 'idempotency.mismatch']);
    }
    expect(world.shard.read.operation().open).to.equal(true);
    const spaced = await post(world, 'createNet', 'k1', undefined, {
      headers: { 'Content-Type': 'application/json' },
      ...{ body: '{ "name" : "Air Wing" }' },
    });
    expect(spaced.status, 'no body is another body').to.equal(422);
  });

  it('is 422 at another path also while the first request is running', async () => {
    const world = await makeWorld();
    const disk = Promise.withResolvers<void>();
    let writes = 0;
    world.store.gate = () => {
      writes += 1;
      return disk.promise;
    };
    const first = post(world, 'createNet', 'k1', AIR);
    await until(() => writes === 1);
    const other = post(world, 'setOperation', 'k1', { open: false });
    const late = new Promise((resolve) => setTimeout(resolve, 500, 'it waits its turn'));
    const outcome = await Promise.race([other.then(({ status }) => status), late]);
    disk.resolve();
    expect(outcome).to.equal(422);
    expect((await first).status).to.equal(201);
    expect(world.shard.read.operation().open).to.equal(true);
  });

  it('keeps no secret of a webhook, neither of one that is made nor of one that is switched on', async () => {
    const world = await makeWorld();
    const { webhookId: id, webhookSecret } = EXAMPLE;
    await world.shard.change(SYSTEM, { type: 'webhook.quarantine', id, reason: 'It failed.' });
    const on = await call(world, 'enableWebhook', { headers: { 'Idempotency-Key': 'k1' } });
    expect(on.body.changed).to.equal(true);
    const url = 'https://93.184.216.34/hook';
    const made = await post(world, 'createWebhook', 'k2', { url, events: ['*'] });
    const kept = world.store.rows.flatMap(({ rows }) => rows).filter(({ collection }) => collection === 'idempotency');
    expect(kept).to.have.length(4);
    for (const secret of [webhookSecret, made.body.secret]) expect(JSON.stringify(kept)).not.to.include(secret);
  });

  it('is of the API key that sent it', async () => {
    const world = await makeWorld();
    const second = await world.addKey();
    await post(world, 'createNet', 'k1', AIR);
    const others = await post(world, 'createNet', 'k1', { name: 'Other' }, { key: second });
    expect([others.status, others.get(REPLAYED)]).to.deep.equal([201, undefined]);
    expect((await post(world, 'createNet', 'k1', AIR, { key: world.otherKey })).status).to.equal(201);
  });

  it('keeps refusals that would be the same, in the usual form', async () => {
    const world = await makeWorld();
    const body = { userId: '42', netUid: 'net_nowhere' };
    const first = await post(world, 'setAssignment', 'k1', body);
    expect([first.status, first.body.code]).to.deep.equal([400, 'net.unknown']);
    const again = await post(world, 'setAssignment', 'k1', body);
    expect([again.status, again.type, again.get(REPLAYED)]).to.deep.equal([400, 'application/problem+json', 'true']);
    expect(again.body).to.deep.equal(first.body);
  });

  it('keeps no conflict and no failure: it is carried out when it comes again', async () => {
    const world = await makeWorld();
    const same = { name: EXAMPLE.netName };
    expect((await post(world, 'createNet', 'k1', same)).status).to.equal(409);
    await call(world, 'removeNet', { body: { netId: 1, permanent: true } });
    expect((await post(world, 'createNet', 'k1', same)).status).to.equal(201);
    world.store.failing = true;
    expect((await post(world, 'createNet', 'k2', AIR)).status).to.equal(503);
    world.store.failing = false;
    expect((await post(world, 'createNet', 'k2', AIR)).status).to.equal(201);
  });

  it('that changes nothing is kept too: a dry run, a repetition of what is so', async () => {
    const world = await makeWorld();
    const dry = { rules: [], dryRun: true };
    await post(world, 'setRules', 'k1', dry);
    expect((await post(world, 'setRules', 'k1', dry)).get(REPLAYED)).to.equal('true');
    await post(world, 'setOperation', 'k2', { open: true });
    await call(world, 'setOperation', { body: { open: false } });
    const again = await post(world, 'setOperation', 'k2', { open: true });
    expect([again.body.changed, again.get(REPLAYED)]).to.deep.equal([false, 'true']);
    expect(world.shard.read.operation().open).to.equal(false);
  });

  it('is answered also when its answer cannot be kept', async () => {
    const world = await makeWorld();
    let writes = 0;
    world.store.gate = async () => {
      writes += 1;
      world.store.failing = writes === 2;
    };
    expect((await post(world, 'createNet', 'k1', AIR)).status).to.equal(201);
    expect(world.failures).to.have.length.above(0);
    world.store.failing = false;
    world.store.gate = async () => {};
    expect((await post(world, 'createNet', 'k1', AIR)).status).to.equal(201);
    expect(world.shard.read.nets()).to.have.length(2);
  });

  it('with a key that is no key is 400 and changes nothing', async () => {
    const world = await makeWorld();
    for (const key of ['', ' ', 'x'.repeat(256), 'ä', 'a\tb']) {
      const answer = await post(world, 'createNet', key, AIR);
      expect([answer.status, answer.body.code], JSON.stringify(key)).to.deep.equal([400, 'idempotency.key-invalid']);
    }
    const twice = { 'Idempotency-Key': ['a', 'b'] as unknown as string };
    expect((await send(world, 'post', '/nets', { body: AIR, headers: twice })).status).to.equal(400);
    expect(world.shard.read.nets()).to.have.length(1);
    for (const key of ['x'.repeat(255), '"8e03978e-40d5-43dd-bc93-6894a57f9324"', 'a b']) {
      expect((await post(world, 'setOperation', key, { open: true })).status, key).to.equal(200);
    }
  });

  it('is counted and noted like any other', async () => {
    const world = await makeWorld({ limits: { perKey: 3 } });
    const met = [];
    for (let count = 0; count < 4; count += 1) met.push((await post(world, 'createNet', 'k1', AIR)).status);
    expect(met).to.deep.equal([201, 201, 201, 429]);
    expect(world.shard.audit.page(4).map(({ status }) => status)).to.deep.equal([429, 201, 201, 201]);
  });

  it('needs its scope all the same', async () => {
    const world = await makeWorld();
    const few = await world.addKey({ scopes: ['read:status'] });
    const answer = await post(world, 'createNet', 'k1', AIR, { key: few });
    expect([answer.status, answer.body.code]).to.deep.equal([403, 'scope.missing']);
  });

  for (const route of ROUTES.filter(({ method }) => method === 'post')) {
    it(`works on ${route.path}`, async () => {
      const world = await worldFor(route);
      const first = await post(world, route.id, 'k1', route.example.body);
      expect(first.status).to.be.oneOf(route.statuses);
      const rows = world.store.rows.length;
      const again = await post(world, route.id, 'k1', route.example.body);
      expect(again.get(REPLAYED)).to.equal('true');
      if (route.answersSecret) expect([again.status, again.body.code]).to.deep.equal([410, 'idempotency.withheld']);
      else expect([again.status, again.text]).to.deep.equal([first.status, first.text]);
      expect(world.store.rows).to.have.length(rows);
    });

    it(`on ${route.path} is answered from what is on disk when it was cut off after its change`, async () => {
      const world = await worldFor(route);
      // Every append but the first is that of a process that was killed.
      let writes = 0;
      world.store.gate = async () => {
        writes += 1;
        world.store.failing = writes > 1;
      };
      const first = await post(world, route.id, 'k1', route.example.body);
      world.store.gate = async () => {};
      world.store.failing = false;
      if (writes === 1) return; // Nothing but the answer was written: the example changes nothing.
      throughJson(world);
      const later = await restarted(world);
      const rows = world.store.rows.length;
      const again = await post(later, route.id, 'k1', route.example.body);
      if (route.answersSecret) expect([again.status, again.body.code]).to.deep.equal([410, 'idempotency.withheld']);
      else expect([again.status, again.body]).to.deep.equal([first.status, first.body]);
      expect(world.store.rows.slice(rows).map(({ command }) => command)).to.deep.equal(['request.answered']);
    });
  }
});

describe('an Idempotency-Key', () => {
  it('means nothing to other methods', async () => {
    const world = await makeWorld();
    const headers = { 'Idempotency-Key': 'k1' };
    await call(world, 'getStatus', { headers });
    const removed = await call(world, 'deleteNet', { params: { ref: '1' }, headers });
    const again = await call(world, 'deleteNet', { params: { ref: '1' }, headers });
    expect([removed.status, again.status]).to.deep.equal([200, 404]);
  });
});
