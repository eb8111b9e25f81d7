import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { ShardError } from '../../../shard/errors.ts';
import { call, snapshot } from './call.ts';
import { makeWorld, OTHER, type World } from './world.ts';

const disconnect = (world: World, body: object) => call(world, 'disconnectClient', { body });

describe('POST /clients/disconnect', () => {
  it('ends the connection for the reason given and says how many were ended', async () => {
    const world = await makeWorld();
    const answer = await disconnect(world, { userId: EXAMPLE.userId, reason: 'Reconnect' });
    expect(answer.body).to.include({ userId: EXAMPLE.userId, disconnected: 1 });
    expect(world.people.disconnected).to.deep.equal([{ userId: EXAMPLE.userId, reason: 'key 0: Reconnect' }]);
  });

  it('is 404 for who is not connected, has just left, or is connected to another guild', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    for (const userId of ['1', OTHER.userId]) {
      const answer = await disconnect(world, { userId });
      expect([answer.status, answer.body.code]).to.deep.equal([404, 'client.unknown']);
      expect(answer.body.error).to.include(userId);
    }
    expect(world.people.disconnected).to.deep.equal([]);
    world.people.count = 0;
    expect((await disconnect(world, { userId: EXAMPLE.userId })).status).to.equal(404);
    expect(snapshot(world)).to.equal(before);
  });

  it('is 400 for what is no id and for a reason that cannot be kept', async () => {
    const world = await makeWorld();
    for (const userId of ['me', 5, null, undefined, '1'.repeat(21)])
      expect((await disconnect(world, { userId })).status).to.equal(400);
    for (const reason of ['', 5, 'x'.repeat(301)])
      expect((await disconnect(world, { userId: EXAMPLE.userId, reason })).status).to.equal(400);
    expect(world.people.disconnected).to.deep.equal([]);
  });

  it('is 403 when Discord does not permit it, 503 when it does not answer', async () => {
    const world = await makeWorld();
    world.people.disconnect = () => Promise.reject(new ShardError('client.not-permitted'));
    const refused = await disconnect(world, { userId: EXAMPLE.userId });
    expect([refused.status, refused.body.code]).to.deep.equal([403, 'client.not-permitted']);
    expect(refused.body.error).to.include('Move Members');
    world.people.disconnect = () => Promise.reject(new Error('a secret of the network'));
    const broken = await disconnect(world, { userId: EXAMPLE.userId });
    expect([broken.status, broken.body.code]).to.deep.equal([503, 'client.unanswered']);
    expect(broken.text).not.to.include('secret');
  });

  it('takes no outcome from outside', async () => {
    const world = await makeWorld();
    const answer = await disconnect(world, { userId: '1', ended: 5 });
    expect(answer.status).to.equal(404);
  });

  it('is 503 with what was done when the disk does not take the event', async () => {
    const world = await makeWorld();
    world.store.failing = true;
    const answer = await disconnect(world, { userId: EXAMPLE.userId });
    expect([answer.status, answer.body.code]).to.deep.equal([503, 'client.unrecorded']);
    expect(answer.body.error).to.include('connection was ended');
  });
});
