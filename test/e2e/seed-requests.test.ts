import { expect } from 'chai';
import { type Client, CURL, OLD_CURL, POWERSHELL_5, powershell7, type Written } from '../support/clients.ts';
import { exchange } from '../support/raw-http.ts';
import { RunningShard } from '../support/running-shard.ts';
import { until } from '../support/until.ts';

type Fields = Record<string, unknown>;

/** The clients whose requests the public documents of the Owner API show. */
const POWERSHELLS = [
  POWERSHELL_5,
  powershell7('7.2.2'),
  powershell7('7.4.6'),
  powershell7('7.4.6', 'application/json; charset=utf-8'),
];
const CLIENTS = [CURL, ...POWERSHELLS];

const PERSON = '123456789012345678';
const ROLE = '1505521308744679464';

describe('the requests of the public documents, byte for byte as the clients send them', function () {
  this.timeout(60_000);
  let shard: RunningShard;
  let netUid = '';

  before(async () => {
    shard = await RunningShard.start();
    const { body } = await shard.api<{ nets: { netUid: string }[] }>('GET', '/api/v1/status');
    netUid = body.nets[0]?.netUid ?? '';
  });

  after(() => shard.dispose());

  /** Sends it as the client does; requires a good answer of this guild and gives its fields. */
  async function send(client: Client, request: Written): Promise<Fields> {
    const { apiUrl, ownerKey, guildId } = shard.ready;
    const { head, body, waits } = client.write(request, new URL(apiUrl).host, ownerKey);
    const answer = waits ? await exchange(apiUrl, head, { body }) : await exchange(apiUrl, Buffer.concat([head, body]));
    const about = `${client.name}: ${request.method} ${request.path}: ${answer?.text}`;
    expect(answer?.status, about).to.be.within(200, 299);
    expect(answer?.headers['content-type'], about).to.match(/^application\/json/);
    const fields = JSON.parse(answer?.text ?? '') as Fields;
    expect(fields, about).to.include({ ok: true, guildId });
    return fields;
  }

  for (const client of CLIENTS) {
    it(`${client.name}: smoke test of a key`, async () => {
      const status = await send(client, { method: 'GET', path: '/api/v1/status' });
      expect(status).to.include({ operation: 'closed', connected: 0, netCount: 4 });
      expect(status['transmitting']).to.deep.equal([]);
      expect(status['nets']).to.be.an('array').with.length(4);
    });

    it(`${client.name}: puts a person on a net and takes them off again`, async () => {
      for (const action of ['assign', 'unassign']) {
        const body = { userId: PERSON, netUid, action };
        const answer = await send(client, { method: 'POST', path: '/api/v1/assignments', body });
        expect(answer).to.include({ ...body, changed: true });
        const { body: stored } = await shard.api<{ netUids: Fields }>('GET', '/api/v1/assignments');
        expect(stored.netUids[PERSON]).to.deep.equal(action === 'assign' ? [netUid] : undefined);
      }
    });

    it(`${client.name}: maps a role to a net`, async () => {
      const rules = [{ roleId: ROLE, netUids: [netUid] }];
      const answer = await send(client, { method: 'POST', path: '/api/v1/rules', body: { rules } });
      expect(answer).to.include({ action: 'rules.set' });
      expect((answer['rules'] as Fields[])[0]).to.deep.include({ roleId: ROLE, netUids: [netUid] });
      const { body } = await shard.api<{ rules: Fields[] }>('GET', '/api/v1/rules');
      expect(body.rules).to.deep.equal(answer['rules']);
    });
  }

  for (const client of [CURL, OLD_CURL]) {
    it(`${client.name}: assigns in bulk`, async () => {
      const people = Array.from({ length: 42 }, (_, index) => ({ userId: `90000000000000${100 + index}`, netUid }));
      for (const action of ['assign', 'unassign']) {
        const body = { action, assignments: people };
        const answer = await send(client, { method: 'POST', path: '/api/v1/assignments/bulk', body });
        expect(answer).to.include({ applied: 42, skipped: 0 });
      }
    });
  }

  it('curl: every line of the endpoint reference', async () => {
    const post = (path: string, body: unknown) => send(CURL, { method: 'POST', path: `/api/v1${path}`, body });
    const get = (path: string) => send(CURL, { method: 'GET', path: `/api/v1${path}` });

    for (const path of ['/roster', '/assignments', '/features', '/public-net', '/rules', '/presets', '/archive']) {
      await get(path);
    }
    for (const path of ['/archive/sync/status', '/webhooks', '/metrics?sinceMinutes=60', '/audit?limit=100']) {
      await get(path);
    }

    await post('/assignments', { userId: '123', netUid, action: 'assign' });
    await post('/assignments/bulk', { assignments: [{ userId: '123', netUid, action: 'unassign' }] });
    const temporary = await post('/assignments/temporary', { userId: '123', netUid, expiresMinutes: 30 });
    expect(Date.parse(String(temporary['expiresAt'])) - Date.now()).to.be.within(29 * 60_000, 30 * 60_000);

    const made = await post('/nets', { name: 'Strike Net' });
    expect(made).to.include({ action: 'net.create', netId: 5, name: 'Strike Net' });
    const uid = String(made['netUid']);
    expect(await post('/nets/rename', { netUid: uid, name: 'Air Wing' })).to.include({ netUid: uid, name: 'Air Wing' });
    expect(await send(CURL, { method: 'DELETE', path: `/api/v1/nets/${uid}` })).to.include({ archived: true });
    expect((await get(`/archive/${uid}`))['entry']).to.include({ uid, name: 'Air Wing' });
    expect(await post(`/archive/${uid}/restore`, {})).to.include({ uid, netId: 5 });
    expect(await post('/nets/remove', { netUid: uid })).to.include({ netUid: uid, archived: true });

    for (const method of ['POST', 'PATCH'] as const) {
      const body = { name: `Air Wing ${method}`, notes: 'Kept.', tags: ['old'] };
      expect((await send(CURL, { method, path: `/api/v1/archive/${uid}`, body }))['entry']).to.deep.include(body);
    }
    expect(await post('/archive', { name: 'Old Net' })).to.include({ action: 'created' });
    expect(await send(CURL, { method: 'DELETE', path: `/api/v1/archive/${uid}` })).to.include({ uid, deleted: true });

    expect(await post('/operation', { open: true })).to.include({ open: true, changed: true });
    const { features } = await post('/features', { features: { globalPttEnabled: true } });
    expect(features).to.include({ globalPttEnabled: true });

    const shown = await post('/public-net', { name: 'Public Rally Net', roleIds: ['123'] });
    expect(shown['publicNet']).to.deep.include({ enabled: true, name: 'Public Rally Net', roleIds: ['123'] });
    expect((await post('/public-net/hide', {}))['publicNet']).to.include({ enabled: false, name: 'Public Rally Net' });
    expect((await post('/public-net/restore', {}))['publicNet']).to.include({ enabled: true });
    expect((await post('/public-net/remove', undefined))['publicNet']).to.include({ enabled: false });

    await post('/rules', { rules: [{ roleId: '456', netUids: [netUid] }] });
    expect((await post('/presets', { name: 'Friday Op', nets: [], assignments: [] }))['preset']).to.include({
      name: 'Friday Op',
    });
    await post('/presets/Friday%20Op/apply', {});
    expect(await send(CURL, { method: 'DELETE', path: '/api/v1/presets/Friday%20Op' })).to.include({
      name: 'Friday Op',
    });

    const hook = await post('/webhooks', { url: 'https://example.com/starcomms', events: ['user.joined'] });
    expect(hook['secret']).to.match(/^whsec_/);
    const { id } = hook['webhook'] as { id: string };
    expect(await send(CURL, { method: 'DELETE', path: `/api/v1/webhooks/${id}` })).to.include({ id });

    const { statusUrl } = await get('/public-token');
    expect(statusUrl).to.be.a('string');
  });

  it('curl: alerts an operator and disconnects them', async () => {
    const post = (path: string, body: unknown) => send(CURL, { method: 'POST', path: `/api/v1${path}`, body });
    const state = await shard.sandbox<{ guilds: { channels: Named[]; members: Named[] }[] }>('GET', '/state');
    const [userId, channelId] = [
      find(state.guilds[0]?.members, 'Lena Brandt'),
      find(state.guilds[0]?.channels, 'Alpha'),
    ];
    await shard.sandbox('POST', `/members/${userId}/voice`, { channelId });
    const connected = async () => (await shard.api<{ connected: number }>('GET', '/api/v1/status')).body.connected;
    await until(async () => (await connected()) === 1);
    const alert = { text: 'Rally at OM-1 in 5 minutes.', senderName: 'Ops Bot' };
    expect(await post('/acars', alert)).to.include({ delivered: true, clients: 1 });
    expect(await post('/clients/disconnect', { userId })).to.include({ userId, disconnected: 1 });
    await until(async () => (await connected()) === 0);
  });

  it('curl: reads the stream of events', async () => {
    const { apiUrl, ownerKey } = shard.ready;
    const { head } = CURL.write({ method: 'GET', path: '/api/v1/stream' }, new URL(apiUrl).host, ownerKey);
    const answer = await exchange(apiUrl, head);
    expect([answer?.status, answer?.headers['content-type']?.split(';')[0]]).to.deep.equal([200, 'text/event-stream']);
  });
});

interface Named {
  id: string;
  name: string;
}

function find(list: readonly Named[] = [], name: string): string {
  const found = list.find((one) => one.name === name);
  if (!found) throw new Error(`the demo guild has no ${name}`);
  return found.id;
}
