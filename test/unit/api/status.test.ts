import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { call } from './call.ts';
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
});
