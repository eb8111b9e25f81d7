import { expect } from 'chai';
import request from 'supertest';
import { EXAMPLE } from '../../../api/example.ts';
import { call, snapshot } from './call.ts';
import { LIMIT, makeWorld, type World } from './world.ts';

const GOOD = JSON.stringify({ userId: '42', netId: 1 });

/** Sends exactly these bytes to POST /assignments. */
async function post(world: World, bytes: string | Buffer, type?: string, headers: Record<string, string> = {}) {
  const sent = request(world.app.callback())
    .post('/api/v1/assignments')
    .set({ Authorization: `Bearer ${world.key}`, ...headers })
    .set('Content-Type', type ?? '')
    .serialize((body: unknown) => body as string);
  if (type === undefined) sent.unset('Content-Type');
  return sent.send(bytes);
}

describe('a body', () => {
  it('of JSON is accepted under its own name and those that curl and simple clients give it', async () => {
    const world = await makeWorld();
    for (const type of [
      'application/json',
      'application/json; charset=utf-8',
      'Application/JSON;charset="UTF-8"',
      'text/plain',
      'text/plain;charset=utf-8',
      'application/x-www-form-urlencoded',
    ]) {
      expect((await post(world, GOOD, type)).status, type).to.equal(200);
    }
    const untyped = await post(world, Buffer.from(GOOD));
    expect(untyped.status).to.equal(200);
  });

  it('of another type, charset or encoding is 415', async () => {
    const world = await makeWorld();
    for (const type of [
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/octet-stream',
      'json',
      'text/html',
    ]) {
      const answer = await post(world, GOOD, type);
      expect([answer.status, answer.body.code], type).to.deep.equal([415, 'body.type-unsupported']);
    }
    for (const [type, headers] of [
      ['application/json; charset=iso-8859-1', {}],
      ['application/json', { 'Content-Encoding': 'gzip' }],
    ] as const) {
      const answer = await post(world, GOOD, type, headers);
      expect([answer.status, answer.body.code], type).to.deep.equal([415, 'body.encoding-unsupported']);
    }
  });

  it('that is missing or blank counts as {}', async () => {
    const world = await makeWorld();
    const missing = await request(world.app.callback())
      .post('/api/v1/assignments')
      .set('Authorization', `Bearer ${world.key}`);
    for (const answer of [
      missing,
      await post(world, ' \r\n', 'application/json'),
      await post(world, '{}', 'application/json'),
    ]) {
      expect([answer.status, answer.body.code]).to.deep.equal([400, 'request.invalid']);
      expect(answer.body.details.map((detail: { pointer: string }) => detail.pointer)).to.have.members([
        '/userId',
        '/netUid',
      ]);
    }
  });

  it('that is no JSON, no UTF-8 or nested too deep is 400, each in its own words', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const code = async (bytes: string | Buffer) => {
      const answer = await post(world, bytes, 'application/json');
      expect(answer.status).to.equal(400);
      return answer.body.code;
    };
    for (const bytes of ['{', "{'userId':'1'}", 'userId=42&netId=1', '{"a":1,}', 'NaN', '\u0000', `${GOOD}${GOOD}`]) {
      expect(await code(bytes), bytes).to.equal('body.not-json');
    }
    expect(await code(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).to.equal('body.not-utf8');
    expect(await code(Buffer.from('{"name":"ä"}', 'latin1'))).to.equal('body.not-utf8');
    expect(await code('['.repeat(30_000) + ']'.repeat(30_000))).to.equal('body.too-deep');
    expect(await code(`{"x":${'['.repeat(32)}${']'.repeat(32)}}`)).to.equal('body.too-deep');
    expect(await code(`{"x":${'['.repeat(31)}${']'.repeat(31)}}`)).to.equal('request.invalid');
    for (const bytes of ['null', '[]', '1', '"x"', 'true']) expect(await code(bytes)).to.equal('request.invalid');
    expect(snapshot(world)).to.equal(before);
  });

  it('with a byte order mark, unknown fields or a __proto__ is read for what is known', async () => {
    const world = await makeWorld();
    for (const bytes of [
      `\ufeff${GOOD}`,
      '{"userId":"42","netId":1,"extra":{"a":[1]},"toString":1,"constructor":{"prototype":{"polluted":1}}}',
      '{"userId":"42","netId":1,"__proto__":{"polluted":1,"action":"unassign"}}',
    ]) {
      const answer = await post(world, bytes, 'application/json');
      expect([answer.status, answer.body.action], bytes).to.deep.equal([200, 'assign']);
    }
    expect(({} as { polluted?: number }).polluted).to.equal(undefined);
  });

  it('is read up to the limit and not a byte further', async () => {
    const world = await makeWorld();
    const padded = (size: number) => GOOD.padEnd(size, ' ');
    expect((await post(world, padded(LIMIT), 'application/json')).status).to.equal(200);
    const answer = await post(world, padded(LIMIT + 1), 'application/json');
    expect([answer.status, answer.body.code]).to.deep.equal([413, 'body.too-large']);
  });

  it('with very many invalid fields is answered with a bounded list', async () => {
    const world = await makeWorld();
    const rules = Array.from({ length: 200 }, () => ({ roleId: '1', netUids: Array.from({ length: 100 }, () => 0) }));
    const answer = await call(world, 'setRules', { body: { rules } });
    expect(answer.status).to.equal(400);
    expect(answer.body.details).to.have.length(1000);
    expect(answer.body.error).to.include('20000');
  });

  it('of a DELETE is not looked at', async () => {
    const world = await makeWorld();
    const answer = await call(world, 'deleteNet', { body: '{{{', headers: { 'Content-Type': 'application/xml' } });
    expect([answer.status, answer.body.netUid]).to.deep.equal([200, EXAMPLE.netUid]);
  });
});
