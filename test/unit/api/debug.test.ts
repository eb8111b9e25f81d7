import { expect } from 'chai';
import request, { type Response } from 'supertest';
import { EXAMPLE } from '../../../api/example.ts';
import { DOCUMENT } from './call.ts';
import { makeWorld, OTHER, type World } from './world.ts';

async function debug(world: World, key?: string): Promise<Response> {
  const sent = request(world.app.callback()).get('/debug');
  return key === undefined ? sent : sent.set('Authorization', `Bearer ${key}`);
}

describe('GET /debug', () => {
  it('shows what the shard holds, to a shard token', async () => {
    const world = await makeWorld();
    const { status, body } = await debug(world, await world.addKey({ kind: 'shard' }));
    expect(status).to.equal(200);
    expect(body).to.have.all.keys(
      ...['ok', 'app', 'guildId', 'guildName', 'publicUrl', 'runtime', 'startedAt', 'clients', 'users', 'channels'],
      'voice',
    );
    expect(body.users[0]).to.have.all.keys(
      ...['userId', 'name', 'connectedAt', 'voice', 'assignedNetIds', 'audioIn', 'audioOut', 'audioDropped'],
    );
    const documented = DOCUMENT.paths?.['/debug']?.get?.responses?.['200'] as {
      content: { 'application/json': { example: object } };
    };
    const { example } = documented.content['application/json'];
    expect({ ...body, runtime: '' }).to.deep.equal({ ...example, runtime: '' });
    expect(body.runtime).to.include(process.versions.node);
    expect(JSON.stringify(body)).not.to.include(OTHER.guildId);
  });

  it('shows the packets of each person and the channels that a worker serves', async () => {
    const world = await makeWorld();
    const speakers = new Map([[EXAMPLE.userId, { in: 9, dropped: 2 }]]);
    Object.assign(world.voice.did, { speakers, channels: new Map([[EXAMPLE.channelId, 7]]), packetsOut: 7 });
    const { body } = await debug(world, await world.addKey({ kind: 'shard' }));
    expect(body.users[0]).to.include({ voice: true, audioIn: 9, audioOut: 7, audioDropped: 2 });
    expect(body.voice).to.include({ packetsOut: 7 });
  });

  it('lists the channels of nets and the Ready Room, also empty ones', async () => {
    const world = await makeWorld();
    const system = { kind: 'system' as const, name: 'test' };
    await world.shard.change(system, { type: 'settings.set', readyRoomId: '31' });
    await world.shard.change(system, { type: 'net.create', name: 'Far', channelIds: ['35'] });
    const { body } = await debug(world, await world.addKey({ kind: 'shard' }));
    expect(body.channels).to.deep.equal([
      { id: EXAMPLE.channelId, name: EXAMPLE.channelName, userIds: [EXAMPLE.userId] },
      { id: '35', name: null, userIds: [] },
      { id: '31', name: 'free', userIds: [] },
    ]);
  });

  it('refuses everybody else: no key, a wrong one, an owner’s, a listener’s', async () => {
    const world = await makeWorld();
    for (const key of [undefined, 'nonsense', 'scsh_x']) {
      const answer = await debug(world, key);
      expect(answer.status, key).to.equal(401);
      expect(answer.get('WWW-Authenticate')).to.equal('Bearer');
    }
    for (const key of [world.key, await world.addKey({ kind: 'service' })]) {
      const answer = await debug(world, key);
      expect([answer.status, answer.body.code]).to.deep.equal([403, 'key.shard-only']);
      expect(answer.body.instance).to.equal('/debug');
      expect(answer.text).not.to.include(EXAMPLE.displayName);
    }
  });

  it('takes GET only, and has nothing below it', async () => {
    const world = await makeWorld();
    const key = await world.addKey({ kind: 'shard' });
    const app = world.app.callback();
    const posted = await request(app).post('/debug').set('Authorization', `Bearer ${key}`);
    expect([posted.status, posted.get('Allow')]).to.deep.equal([405, 'GET, HEAD, OPTIONS']);
    expect((await request(app).get('/debug/users').set('Authorization', `Bearer ${key}`)).status).to.equal(404);
    expect((await request(app).get('/debug/users')).status).to.equal(401);
    expect((await request(app).get('/debugger')).status).to.equal(404);
  });
});
