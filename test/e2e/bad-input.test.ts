import { expect } from 'chai';
import { OpsNight } from '../support/ops-night.ts';
import type { Answer } from '../support/running-shard.ts';

interface Problem extends Record<string, unknown> {
  error: string;
  code: string;
  requestId: string;
}

describe('bad input gets a clear error and changes nothing', function () {
  this.timeout(60_000);
  let night: OpsNight;
  let before_: string;

  before(async () => {
    night = await OpsNight.start();
    before_ = await everything();
  });

  afterEach(async () => {
    expect(await everything()).to.equal(before_);
  });

  after(() => night.shard.dispose());

  /** All that can be read and that an error must leave alone. */
  async function everything(): Promise<string> {
    const paths = ['/api/v1/status', '/api/v1/assignments', '/api/v1/rules', '/api/v1/roster'];
    const bodies = await Promise.all(paths.map(async (path) => (await night.shard.api('GET', path)).body));
    return JSON.stringify(bodies.map((body) => ({ ...body, updatedAt: null })));
  }

  function expectProblem({ status, body, headers }: Answer<Problem>, expected: number): void {
    expect(status, JSON.stringify(body)).to.equal(expected);
    expect(headers.get('content-type')).to.match(/^application\/problem\+json/);
    expect(body).to.include({ ok: false, status: expected });
    expect(body.error).to.be.a('string').with.length.above(10);
    expect(body.requestId).to.equal(headers.get('x-request-id'));
  }

  const requests: [what: string, status: number, method: string, path: string, body: unknown][] = [
    ['bad JSON', 400, 'POST', '/api/v1/nets', '{"name":'],
    ['a wrong type', 400, 'POST', '/api/v1/nets', { name: 7 }],
    ['a missing field', 400, 'POST', '/api/v1/nets', {}],
    ['a duplicate name in another case', 409, 'POST', '/api/v1/nets', { name: 'aLPHa' }],
    ['a name of 300 characters', 400, 'POST', '/api/v1/nets', { name: 'x'.repeat(300) }],
    ['an unknown net in the body', 400, 'POST', '/api/v1/assignments', { userId: '5', netUid: 'net_nowhere' }],
    ['an unknown net in the path', 404, 'DELETE', '/api/v1/nets/net_nowhere', undefined],
    ['an id that is no id', 400, 'POST', '/api/v1/assignments', { userId: 'me', netId: 1 }],
    ['rules with unknown nets', 400, 'POST', '/api/v1/rules', { rules: [{ roleId: '5', netIds: [1, 99] }] }],
    ['a mebibyte of body', 413, 'POST', '/api/v1/nets', { name: 'x'.repeat(1024 * 1024) }],
  ];
  for (const [what, status, method, path, body] of requests) {
    it(`over HTTP: ${what} is ${status}`, async () => {
      expectProblem(await night.shard.api<Problem>(method, path, body), status);
    });
  }

  it('over HTTP: keys that are missing, mistyped, of another kind, of another guild', async () => {
    const { ownerKey, serviceKey, otherOwnerKey } = night.shard.ready;
    const post = (key: string | null) => night.shard.api<Problem>('POST', '/api/v1/operation', { open: true }, key);
    expectProblem(await post(null), 401);
    const typo = await post(`${ownerKey.slice(0, -1)}${ownerKey.endsWith('a') ? 'b' : 'a'}`);
    expectProblem(typo, 401);
    expect(typo.body.code).to.equal('key.malformed');
    expectProblem(await post(serviceKey), 403);
    const other = await night.shard.api('GET', '/api/v1/status', undefined, otherOwnerKey);
    expect(other.body).to.deep.include({ guildId: night.shard.ready.otherGuildId, nets: [] });
    const uid = (await night.shard.api<{ nets: { uid: string }[] }>('GET', '/api/v1/status')).body.nets[0]?.uid;
    expectProblem(await night.shard.api<Problem>('DELETE', `/api/v1/nets/${uid}`, undefined, otherOwnerKey), 404);
  });

  it('over HTTP: a key that lacks the scope is told which, and a revoked key is told so at once', async () => {
    const text = await night.order('/key create name:reader scopes:read:status');
    const key = /scok_\w+/.exec(text)?.[0] ?? '';
    const refused = await night.shard.api<Problem>('POST', '/api/v1/operation', { open: true }, key);
    expectProblem(refused, 403);
    expect(refused.body.error).to.include('write:operation');
    await night.order('/key revoke key:reader');
    const revoked = await night.shard.api<Problem>('GET', '/api/v1/status', undefined, key);
    expectProblem(revoked, 401);
    expect(revoked.body.code).to.equal('key.rejected');
  });

  it('in Discord: without authority nothing happens, and the person alone is told why', async () => {
    for (const command of [
      '/op open',
      '/net create name:Mine',
      '/assign user:Jonas Weil net:Alpha',
      '/rule add role:Pilot net:Ground',
    ]) {
      const said = await night.say('Jonas Weil', command);
      expect(said, command).to.include({ error: true, ephemeral: true });
      expect(said.text).to.include('Only');
    }
  });

  it('in Discord: commands that only admins may see are refused by Discord itself', async () => {
    for (const command of ['/key list', '/config show']) {
      const error = await night.say('Sorin Dalca', command).catch((reason: Error) => reason);
      expect(error, command).to.be.an.instanceOf(Error);
      expect((error as Error).message).to.include('403');
    }
  });

  it('in Discord: unknown nets, taken names, and channels the bot cannot see', async () => {
    const { guildId } = night.shard.ready;
    const hidden = {
      name: 'Hidden',
      type: 'voice',
      overwrites: [{ id: guildId, type: 'role', allow: '0', deny: String((1 << 10) | (1 << 20)) }],
    };
    await night.shard.sandbox('POST', `/guilds/${guildId}/channels`, hidden);
    for (const [command, sentence] of [
      ['/net bind net:Alpha channel:Hidden', 'cannot see'],
      ['/net bind net:Alpha channel:Ground', 'belongs to'],
      ['/net remove net:Nowhere', 'Nowhere'],
      ['/net create name:alpha', 'exists already'],
      ['/assign user:Jonas Weil net:99', '99'],
      ['/net unbind channel:Medical', 'not bound'],
    ] as const) {
      const said = await night.say('Mara Voss', command);
      expect(said, command).to.include({ error: true, ephemeral: true });
      expect(said.text, command).to.include(sentence);
    }
  });
});
