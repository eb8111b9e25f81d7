import { expect } from 'chai';
import { createApp } from '../../../api/app.ts';
import { EXAMPLE } from '../../../api/example.ts';
import { Webhooks } from '../../../api/webhooks/webhooks.ts';
import { EVENT_TYPES } from '../../../shard/record/events.ts';
import { call, send, snapshot } from './call.ts';
import { makeWorld, type World } from './world.ts';

const URL = 'https://93.184.216.34:8443/hook';

/** A world in which these names resolve. */
async function worldWith(names: Record<string, string[]>, allow: object = {}): Promise<World> {
  const world = await makeWorld();
  const resolve = async (name: string) => names[name] ?? Promise.reject(new Error('ENOTFOUND'));
  const about = { allowHttp: false, allowPrivate: false, ...world.options, resolve, ...allow };
  return { ...world, app: createApp({ ...world.options, webhooks: new Webhooks(about) }) };
}

const register = (world: World, body: object, key?: string) =>
  call(world, 'createWebhook', { body: { url: URL, events: ['*'], ...body }, ...(key !== undefined && { key }) });

describe('webhooks by the Owner API', () => {
  it('show their secret once: at registration, and never again', async () => {
    const world = await makeWorld();
    const { body } = await register(world, { events: ['ptt.*', 'user.joined', 'ptt.*'] });
    expect(body.secret).to.match(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(body.webhook).to.deep.include({ url: URL, events: ['ptt.*', 'user.joined'], enabled: true });
    const list = await call(world, 'getWebhooks');
    expect(list.body.webhooks.at(-1)).to.deep.equal(body.webhook);
    expect(list.body.events).to.deep.equal(EVENT_TYPES);
    expect(list.text + JSON.stringify(world.shard.events.recent())).not.to.include(body.secret);
    expect((await register(world, {})).body.secret).not.to.equal(body.secret);
  });

  it('take a secret of 24 to 64 bytes', async () => {
    const world = await makeWorld();
    for (const bytes of [24, 64]) {
      const secret = `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;
      expect((await register(world, { secret })).body.secret).to.equal(secret);
    }
    for (const secret of [
      '',
      'whsec_',
      Buffer.alloc(32).toString('base64'),
      ...[23, 65].map((bytes) => `whsec_${Buffer.alloc(bytes).toString('base64')}`),
      `whsec_${Buffer.alloc(31, 7).toString('base64').replaceAll('=', '')}`,
      `whsec_${Buffer.alloc(32, 255).toString('base64url')}`,
    ]) {
      const answer = await register(world, { secret });
      expect([answer.status, answer.body.details[0].pointer], secret).to.deep.equal([400, '/secret']);
      if (secret) expect(answer.text).not.to.include(secret.slice(6) || 'nothing');
    }
  });

  it('are refused with every field that is wrong, and the types there are', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const answer = await register(world, {
      url: 'ftp://x.example',
      events: ['ptt.*', 'nonsense', 'user'],
      secret: 'x',
    });
    expect(answer.status).to.equal(400);
    const pointers = answer.body.details.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers).to.deep.equal(['/url', '/events/1', '/events/2', '/secret']);
    expect(answer.body.details[1].detail).to.include('ready-check.completed');
    for (const events of [[], undefined, 'ptt.start', [1], Array(51).fill('*')]) {
      expect((await register(world, { events })).status, String(events)).to.equal(400);
    }
    expect(snapshot(world)).to.equal(before);
  });

  it('are refused where nothing may be delivered to, in every notation', async () => {
    const names = {
      'inside.example': ['10.1.2.3'],
      'both.example': ['93.184.216.34', 'fd00::1'],
      'meta.example': ['169.254.169.254'],
    };
    const world = await worldWith(names);
    const before = snapshot(world);
    for (const url of [
      'http://93.184.216.34/',
      'https://localhost/',
      'https://127.0.0.1/',
      'https://127.0.0.1.:99/',
      'https://0x7f.1/',
      'https://2130706433/',
      'https://017700000001/',
      'https://[::1]/',
      'https://[::ffff:10.0.0.1]/',
      'https://[::7f00:1]/',
      'https://[64:ff9b::10.0.0.1]/',
      'https://[2002:a00:1::]/',
      'https://[fe80::1]/',
      'https://[fec0::1]/',
      'https://0.0.0.0/',
      'https://10.0.0.1/',
      'https://172.16.0.1/',
      'https://192.168.0.1/',
      'https://100.64.0.1/',
      'https://169.254.169.254/latest/meta-data',
      'https://168.63.129.16/',
      'https://224.0.0.1/',
      'https://255.255.255.255/',
      'https://inside.example/',
      'https://inside.example./',
      'https://both.example/',
      'https://meta.example/',
      'https://user:word@93.184.216.34/',
      'https://93.184.216.34/#part',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'https://',
      '//93.184.216.34/',
      `https://93.184.216.34/${'x'.repeat(3000)}`,
    ]) {
      const answer = await register(world, { url });
      // `localhost` and `inside.example.` are what the given names say of them: nothing, so they are accepted.
      const isUnknown = url.includes('localhost') || url.includes('example.');
      expect(answer.status, url).to.equal(isUnknown ? 201 : 400);
      if (!isUnknown) expect(answer.body.details[0].pointer, url).to.equal('/url');
      if (isUnknown) await call(world, 'deleteWebhook', { params: { id: answer.body.webhook.id } });
    }
    expect(snapshot(world).length).to.be.above(before.length);
    expect(world.shard.read.webhooks().map(({ id }) => id)).to.deep.equal([EXAMPLE.webhookId]);
  });

  it('may have http and addresses inside where the operator allows it, but never several receivers', async () => {
    const world = await worldWith({}, { allowHttp: true, allowPrivate: true });
    for (const url of ['http://127.0.0.1:9000/', 'https://[::1]/', 'http://192.168.0.7/x', 'https://169.254.1.1/']) {
      expect((await register(world, { url })).status, url).to.equal(201);
    }
    for (const url of ['http://224.0.0.1/', 'http://255.255.255.255/', 'http://0.0.0.0/', 'https://[::]/']) {
      expect((await register(world, { url })).status, url).to.equal(400);
    }
  });

  it('are accepted while their name does not resolve yet', async () => {
    const world = await worldWith({});
    expect((await register(world, { url: 'https://tomorrow.example/' })).status).to.equal(201);
  });

  it('are at most twenty', async () => {
    const world = await makeWorld();
    for (let count = 2; count <= 20; count += 1) expect((await register(world, {})).status).to.equal(201);
    const answer = await register(world, {});
    expect([answer.status, answer.body.code]).to.deep.equal([409, 'webhook.limit']);
    await call(world, 'deleteWebhook');
    expect((await register(world, {})).status).to.equal(201);
  });

  it('that are not there are 404', async () => {
    const world = await makeWorld();
    for (const id of ['deleteWebhook', 'enableWebhook', 'testWebhook', 'getDeliveries']) {
      const answer = await call(world, id, { params: { id: 'whk_zzzzzzzzzzzzzzzz' } });
      expect([answer.status, answer.body.code], id).to.deep.equal([404, 'webhook.unknown']);
    }
  });

  it('show their last delivery and as many of them as are asked for', async () => {
    const world = await makeWorld();
    for (let count = 0; count < 3; count += 1) await call(world, 'testWebhook');
    const { body } = await call(world, 'getDeliveries', { query: { limit: '2' } });
    expect(body.deliveries).to.have.length(2);
    expect((await call(world, 'getWebhooks')).body.webhooks[0].lastDelivery).to.deep.equal(body.deliveries[0]);
    for (const limit of ['0', '101', '-1', '1.5', 'x', '']) {
      expect((await call(world, 'getDeliveries', { query: { limit } })).status, limit).to.equal(400);
    }
  });

  it('are switched off with their key, with the reason, and taken over by the key that switches them on', async () => {
    const world = await makeWorld();
    const key = await world.addKey();
    const { body } = await register(world, {}, key);
    const { id } = body.webhook;
    await world.revoke(key);
    const off = (await call(world, 'getWebhooks')).body.webhooks.find((one: { id: string }) => one.id === id);
    expect(off).to.include({ enabled: false, disabledReason: 'The key that registered it was revoked.' });
    const { rows } = world.store;
    expect(
      rows.at(-1)?.rows.map(({ collection }) => collection),
      'in one change',
    ).to.deep.equal(['keys', 'webhooks']);
    const on = await call(world, 'enableWebhook', { params: { id } });
    expect(on.body).to.deep.include({ changed: true });
    expect(on.body.webhook).to.include({ enabled: true }).and.not.to.have.property('disabledReason');
    const { key: mine } = world.shards.verifyKey(world.key);
    expect(world.shard.read.webhook(id).keyId).to.equal(mine.id);
  });

  it('are switched off when their key expires', async () => {
    const world = await makeWorld();
    const key = await world.addKey({ expiresAt: new Date(world.clock.now() + 120_000).toISOString() });
    const { id } = (await register(world, {}, key)).body.webhook;
    await world.clock.advance(119_000);
    expect(world.shard.read.webhook(id).enabled).to.equal(true);
    await world.clock.advance(2000);
    expect(world.shard.read.webhook(id)).to.include({
      enabled: false,
      disabledReason: 'The key that registered it expired.',
    });
  });

  it('cannot be quarantined by a key', async () => {
    const world = await makeWorld();
    const { key } = world.shards.verifyKey(world.key);
    const actor = { kind: 'key' as const, keyId: key.id, name: key.name, scopes: ['read:events' as const] };
    const work = world.shard.change(actor, { type: 'webhook.quarantine', id: EXAMPLE.webhookId, reason: 'x' });
    expect(await work.catch((error: { code: string }) => error.code)).to.equal('authority.missing');
  });

  it('survive a broken resolver', async () => {
    const world = await worldWith({ 'odd.example': ['not an address'] });
    const answer = await send(world, 'post', '/webhooks', { body: { url: 'https://odd.example/', events: ['*'] } });
    expect([answer.status, answer.body.code]).to.deep.equal([400, 'webhook.url-refused']);
  });
});
