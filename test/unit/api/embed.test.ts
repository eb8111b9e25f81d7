import { expect } from 'chai';
import request, { type Response } from 'supertest';
import { createApp } from '../../../api/app.ts';
import { EXAMPLE } from '../../../api/example.ts';
import { documentedPath } from '../../../api/paths.ts';
import { PUBLIC_ROUTES } from '../../../api/public-routes.ts';
import { call, DOCUMENT } from './call.ts';
import { makeWorld, OTHER, type World } from './world.ts';

const SYSTEM = { kind: 'system' as const, name: 'test' };
const TOKEN = EXAMPLE.publicToken;

async function get(world: World, path: string, headers: Record<string, string> = {}): Promise<Response> {
  return request(world.app.callback()).get(`/api/v1${path}`).set(headers);
}

async function tokenOf(world: World, key = world.key): Promise<string> {
  return (await call(world, 'getPublicToken', { key })).body.token;
}

describe('GET /public-token', () => {
  it('is the same at every call, another one in every guild, and no key', async () => {
    const world = await makeWorld();
    const first = await tokenOf(world);
    expect(first).to.match(/^scpt_[A-Za-z0-9_-]{43}$/);
    expect(await tokenOf(world)).to.equal(first);
    expect(await tokenOf(world, world.otherKey)).not.to.equal(first);
    expect((await get(world, '/status', { Authorization: `Bearer ${first}` })).status).to.equal(401);
  });

  it('has absolute addresses that work: below PUBLIC_URL, or at the host that was asked', async () => {
    const world = await makeWorld();
    const { body } = await call(world, 'getPublicToken');
    expect(body.widgetUrl).to.equal(`${EXAMPLE.publicUrl}/api/v1/embed/widget?token=${TOKEN}`);
    const bare = createApp({ ...world.options, publicUrl: null });
    const at = async (host: string) => {
      const sent = request(bare.callback()).get('/api/v1/public-token').set('Authorization', `Bearer ${world.key}`);
      return (await sent.set('Host', host)).body.statusUrl;
    };
    const rest = `/api/v1/embed/status?token=${TOKEN}`;
    expect(await at('shard.local:8080')).to.equal(`http://shard.local:8080${rest}`);
    expect(await at('[::1]:8080')).to.equal(`http://[::1]:8080${rest}`);
    for (const host of ['evil.example/x?', 'a b', 'user@host', '']) expect(await at(host), host).to.equal(rest);
  });

  it('stops working once it is replaced, at once and for good', async () => {
    const world = await makeWorld();
    const old = await tokenOf(world);
    await world.shard.change(SYSTEM, { type: 'token.rotate' });
    const now = await tokenOf(world);
    expect(now).not.to.equal(old);
    expect((await get(world, `/embed/status?token=${old}`)).status).to.equal(401);
    expect((await get(world, `/embed/status?token=${now}`)).status).to.equal(200);
    expect((await get(world, `/embed/status?token=${await tokenOf(world, world.otherKey)}`)).status).to.equal(200);
  });

  it('cannot be replaced with a key', async () => {
    const world = await makeWorld();
    const actor = { kind: 'key' as const, keyId: 'k', name: 'k', scopes: [] };
    const refused = await world.shard.change(actor, { type: 'token.rotate' }).catch((error: unknown) => error);
    expect(refused).to.include({ code: 'authority.missing' });
  });
});

describe('GET /embed/status', () => {
  it('shows exactly what is public', async () => {
    const { status, body } = await get(await makeWorld(), `/embed/status?token=${TOKEN}`);
    expect(status).to.equal(200);
    expect(body).to.have.all.keys(
      ...['ok', 'guildId', 'guildName', 'operationOpen', 'connected', 'publicNet', 'nets', 'updatedAt'],
    );
    expect(body.publicNet).to.have.all.keys('id', 'uid', 'netUid', 'name', 'enabled', 'occupancy');
    expect(body.nets).to.deep.equal([
      { id: EXAMPLE.netId, name: EXAMPLE.netName, occupancy: 1, uid: EXAMPLE.netUid, netUid: EXAMPLE.netUid },
    ]);
  });

  it('shows the guild of the token and nothing of another', async () => {
    const world = await makeWorld();
    const answer = await get(world, `/embed/status?token=${await tokenOf(world, world.otherKey)}`);
    expect(answer.body).to.include({ guildId: OTHER.guildId, guildName: OTHER.guildName });
    expect(answer.text).not.to.include(EXAMPLE.guildId);
  });

  it('never names people, also while they speak', async () => {
    const world = await makeWorld();
    world.shard.radio.frame(EXAMPLE.channelId, EXAMPLE.userId, false);
    const { text } = await get(world, `/embed/status?token=${TOKEN}`);
    for (const word of [EXAMPLE.userId, EXAMPLE.displayName, EXAMPLE.roleId, EXAMPLE.channelId, EXAMPLE.channelName]) {
      expect(text).not.to.include(word);
    }
  });

  it('refuses every other token with 401 and the same sentence', async () => {
    const world = await makeWorld();
    const last = TOKEN.endsWith('A') ? 'B' : 'A';
    const wrong = ['', 'x', TOKEN.slice(0, -1), `${TOKEN}x`, `${TOKEN.slice(0, -1)}${last}`, world.key, 'scpt_', 'ä'];
    const answers = await Promise.all(
      wrong.map((token) => get(world, `/embed/status?token=${encodeURIComponent(token)}`)),
    );
    answers.push(await get(world, '/embed/status'));
    for (const { status, body } of answers) {
      expect([status, body.code, body.ok]).to.deep.equal([401, 'public-token.rejected', false]);
    }
    expect((await get(world, `/embed/status?token=${TOKEN}&token=${TOKEN}`)).status).to.equal(400);
    expect((await get(world, `/embed/status?token=${'x'.repeat(201)}`)).status).to.equal(400);
  });

  it('is not sent again to who has it already', async () => {
    const world = await makeWorld();
    const first = await get(world, `/embed/status?token=${TOKEN}`);
    const tag = first.get('ETag') ?? '';
    const again = await get(world, `/embed/status?token=${TOKEN}`, { 'If-None-Match': tag });
    expect([again.status, again.text]).to.deep.equal([304, '']);
    await call(world, 'setOperation', { body: { open: false } });
    expect((await get(world, `/embed/status?token=${TOKEN}`, { 'If-None-Match': tag })).body.operationOpen).to.equal(
      false,
    );
  });

  it('may be read by pages of any origin, without credentials, refused or not', async () => {
    const world = await makeWorld();
    for (const path of [`/embed/status?token=${TOKEN}`, '/embed/status?token=wrong', '/embed/nowhere']) {
      const answer = await get(world, path, { Origin: 'https://org.example' });
      expect(answer.get('Access-Control-Allow-Origin'), path).to.equal('*');
      expect(answer.headers).not.to.have.property('access-control-allow-credentials');
    }
    const other = await get(world, '/status', { Origin: 'https://org.example', Authorization: `Bearer ${world.key}` });
    expect(other.headers).not.to.have.property('access-control-allow-origin');
    const written = await request(world.app.callback()).post(`/api/v1/embed/status?token=${TOKEN}`);
    expect(written.status).to.equal(405);
    expect(written.headers).not.to.have.property('access-control-allow-origin');
  });

  it('has the Public Net in the list when there is one, and says so', async () => {
    const world = await makeWorld();
    const shown = await call(world, 'showPublicNet', { body: { name: 'Open' } });
    const uid = shown.body.publicNet.netUid;
    const { body } = await get(world, `/embed/status?token=${TOKEN}`);
    const flags = { virtual: true, public: true, protected: true };
    expect(body.nets[1]).to.deep.equal({ id: 250, name: 'Open', occupancy: 0, uid, netUid: uid, ...flags });
    expect(body.publicNet).to.deep.equal({ id: 250, uid, netUid: uid, name: 'Open', enabled: true, occupancy: 0 });
  });
});

describe('GET /embed/widget', () => {
  it('is a page that any site may frame and that may load nothing from elsewhere', async () => {
    const world = await makeWorld();
    const answer = await get(world, `/embed/widget?token=${TOKEN}`);
    expect([answer.status, answer.type]).to.deep.equal([200, 'text/html']);
    const policy = answer.get('Content-Security-Policy') ?? '';
    expect(policy).to.include("default-src 'none'").and.to.include('frame-ancestors *');
    expect(policy).not.to.match(/unsafe|https?:|data:/);
    expect(policy.match(/\*/g)).to.have.length(1);
    expect((await get(world, `/embed/status?token=${TOKEN}`)).get('Content-Security-Policy')).to.include(
      "frame-ancestors 'none'",
    );
  });

  it('has nothing inline, nothing of another host, and everything it loads is there', async () => {
    const world = await makeWorld();
    const { text } = await get(world, `/embed/widget?token=${TOKEN}`);
    expect(text).not.to.match(/<style|<script>|\son\w+=|\sstyle=|javascript:/i);
    const loaded = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(loaded).to.have.length(2);
    const script = await get(world, '/embed/widget/widget.js');
    const imports = [...script.text.matchAll(/from '\.\/([^']+)'/g)].map((match) => `widget/${match[1]}`);
    for (const path of [...loaded, ...imports]) {
      const file = await get(world, `/embed/${path}`);
      expect([file.status, file.get('X-Content-Type-Options')], path).to.deep.equal([200, 'nosniff']);
      expect(file.type, path).to.equal(path.endsWith('.css') ? 'text/css' : 'text/javascript');
      expect(file.text, path).not.to.match(/https?:|@import|innerHTML|eval\(|document\.write/);
      const again = await get(world, `/embed/${path}`, { 'If-None-Match': file.get('ETag') ?? '' });
      expect(again.status, path).to.equal(304);
    }
  });

  it('takes the colours it is told, and only those it knows', async () => {
    const world = await makeWorld();
    const theme = async (query: string) => (await get(world, `/embed/widget?token=${TOKEN}${query}`)).text;
    expect(await theme('')).to.include('data-theme="auto"');
    expect(await theme('&theme=dark')).to.include('data-theme="dark"');
    expect((await get(world, `/embed/widget?token=${TOKEN}&theme=%22%3E%3Cscript%3E`)).status).to.equal(400);
  });

  it('is the page with 401 when the token is wrong', async () => {
    const answer = await get(await makeWorld(), '/embed/widget?token=wrong');
    expect([answer.status, answer.type]).to.deep.equal([401, 'text/html']);
  });

  it('has a landmark, a heading, a language, a title, and live regions that speak when something happens', async () => {
    const { text } = await get(await makeWorld(), `/embed/widget?token=${TOKEN}`);
    for (const part of ['<html lang="en"', '<title>', '<main', '<h1', '<h2', 'role="status"', 'name="viewport"']) {
      expect(text).to.include(part);
    }
  });
});

describe('the files of public pages', () => {
  for (const path of [
    '/embed/widget/widget.html',
    '/embed/widget/..%2fdocs%2fdocs.js',
    '/embed/widget/%2e%2e%2f%2e%2e%2fpackage.json',
    '/embed/widget/__proto__',
    '/docs/package.json',
    '/docs/..%2f..%2fpackage.json',
    '/docs/%2fetc%2fpasswd',
    '/docs/widget.js',
    '/docs/constructor',
  ]) {
    it(`are no way to ${path}`, async () => {
      const answer = await get(await makeWorld(), path);
      expect([answer.status, answer.body.code]).to.deep.equal([404, 'route.unknown']);
    });
  }
});

describe('GET /docs', () => {
  it('is a page whose parts all come from here, under a strict policy', async () => {
    const world = await makeWorld();
    const page = await get(world, '/docs');
    expect([page.status, page.type]).to.deep.equal([200, 'text/html']);
    expect(page.text).not.to.match(/https?:|<style|<script>|\son\w+=/i);
    const policy = page.get('Content-Security-Policy') ?? '';
    expect(policy).to.include("default-src 'none'").and.to.include("frame-ancestors 'none'");
    expect(policy).not.to.match(/unsafe|https?:/);
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(loaded).to.have.length(4);
    for (const path of loaded) {
      const file = await get(world, `/${path}`);
      expect([file.status, file.text.length > 10], path).to.deep.equal([200, true]);
      expect(file.get('Cache-Control'), path).to.equal('public, max-age=3600');
    }
  });
});

describe('every public route', () => {
  for (const route of PUBLIC_ROUTES) {
    it(`${route.id} needs no key, and is answered as its example in the document says`, async () => {
      const world = await makeWorld();
      const { params = {}, query = {}, answer } = route.example as { [K in 'params' | 'query' | 'answer']?: object };
      const path = Object.entries(params).reduce((all, [name, word]) => all.replace(`:${name}`, word), route.path);
      const got = await request(world.app.callback()).get(`/api/v1${path}`).query(query);
      expect(got.status).to.equal(200);
      const operation = DOCUMENT.paths?.[documentedPath(route.path)]?.get;
      expect(operation?.security).to.deep.equal([]);
      expect(Object.keys(operation?.responses?.['200']?.content ?? {})).to.include(got.type);
      if (answer) expect(got.body).to.deep.equal({ ok: true, ...answer });
    });
  }
});
