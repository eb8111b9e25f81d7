import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { call, send } from './call.ts';
import { makeWorld } from './world.ts';

describe('GET /status', () => {
  it('shows operation, nets, features and shard under every name that clients read', async () => {
    const { status, body } = await call(await makeWorld(), 'getStatus');
    expect(status).to.equal(200);
    expect(body).to.have.all.keys(
      ...['ok', 'guildId', 'guildName', 'operation', 'operationOpen', 'connected', 'transmitting', 'netCount', 'shard'],
      ...['features', 'publicNet', 'nets', 'reduced', 'updatedAt'],
    );
    expect(body).to.include({
      ok: true,
      guildId: EXAMPLE.guildId,
      operation: 'open',
      operationOpen: true,
      netCount: 1,
    });
    expect(body.publicNet).to.deep.equal(body.features.publicNet);
    expect(body.nets[0]).to.have.all.keys(
      ...['id', 'uid', 'netUid', 'name', 'occupancy', 'transmitting', 'relayTargetNetIds', 'relayTargetNetUids'],
      ...['channels', 'priority', 'mode', 'workers', 'gainDb', 'timeLimitSeconds', 'access', 'monitors'],
    );
    expect(body.nets[0]).to.include({ id: EXAMPLE.netId, uid: EXAMPLE.netUid, netUid: EXAMPLE.netUid, occupancy: 1 });
    expect(body.nets[0].channels[0]).to.include({ guildId: EXAMPLE.guildId, channelId: EXAMPLE.channelId });
  });

  it('names who transmits and the nets they transmit on', async () => {
    const world = await makeWorld();
    await call(world, 'createNet', { body: { name: 'Far' } });
    const ears = { userId: '5', displayName: 'Eve', bot: false, roleIds: [], channelId: '31' };
    await call(world, 'deleteNet', { params: { ref: '2' } });
    const net = await call(world, 'removeNet', { body: { netId: 1, permanent: true } });
    expect(net.status).to.equal(200);
    const both = await call(world, 'createNet', { body: { name: 'Near', channelIds: [EXAMPLE.channelId, '31'] } });
    await call(world, 'setAssignment', { body: { userId: EXAMPLE.userId, netUid: both.body.netUid } });
    world.shard.observe({ type: 'person', person: ears });
    expect(world.shard.radio.frame(EXAMPLE.channelId, EXAMPLE.userId, false)?.sinks).to.deep.equal(['31']);
    const { body } = await call(world, 'getStatus');
    expect(body.transmitting).to.deep.equal(['Near']);
    expect(body.nets[0].transmitting).to.deep.equal([EXAMPLE.userId]);
    expect(body.nets[0].workers).to.equal('missing');
    expect(body.connected).to.equal(2);
    expect(body.shard.connectedOperators).to.equal(2);
  });

  it('says closed after the operation was closed, and when that was', async () => {
    const world = await makeWorld();
    await world.clock.advance(60_000);
    await call(world, 'setOperation', { body: { open: false } });
    const { body } = await call(world, 'getStatus');
    expect(body).to.include({ operation: 'closed', operationOpen: false, updatedAt: '2026-11-21T07:14:00.000Z' });
  });

  it('is not sent again to whoever has it, as roster and assignments are not, until something changes', async () => {
    const world = await makeWorld();
    for (const [index, id] of ['getStatus', 'getRoster', 'getAssignments'].entries()) {
      const first = await call(world, id);
      const headers = { 'If-None-Match': first.get('ETag') ?? '' };
      const path = `/${id.slice(3).toLowerCase()}`;
      expect((await send(world, 'get', path, { headers })).status, id).to.equal(304);
      const userId = String(70 + index);
      await call(world, 'setAssignment', { body: { userId, netId: 1 } });
      await call(world, 'assignForAWhile', { body: { userId, netId: 1 } });
      const { displayName, roleId, channelId } = EXAMPLE;
      const person = { userId, displayName, bot: false, roleIds: [roleId], channelId };
      world.shard.observe({ type: 'person', person });
      expect((await send(world, 'get', path, { headers })).status, id).to.equal(200);
    }
  });
});
