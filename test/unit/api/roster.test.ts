import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { call } from './call.ts';
import { makeWorld } from './world.ts';

describe('GET /roster', () => {
  it('lists connected operators with their nets', async () => {
    const world = await makeWorld();
    const key = await world.addKey({ scopes: ['read:roster'] });
    const { body } = await call(world, 'getRoster', { key });
    expect(body.operators).to.deep.equal([
      {
        userId: EXAMPLE.userId,
        displayName: EXAMPLE.displayName,
        nets: [EXAMPLE.netId],
        netUids: [EXAMPLE.netUid],
        transport: 'discord',
        transmitting: false,
        since: EXAMPLE.time,
        service: false,
      },
    ]);
  });

  it('shows roles only to a key that also has read:roster:roles', async () => {
    const world = await makeWorld();
    const without = await call(world, 'getRoster', { key: await world.addKey({ scopes: ['read:roster'] }) });
    expect(without.body.operators[0]).not.to.have.property('roles');
    const scopes = ['read:roster', 'read:roster:roles'];
    const withRoles = await call(world, 'getRoster', { key: await world.addKey({ scopes }) });
    expect(withRoles.body.operators[0].roles).to.deep.equal([EXAMPLE.roleId]);
    const only = await call(world, 'getRoster', { key: await world.addKey({ scopes: ['read:roster:roles'] }) });
    expect(only.status).to.equal(403);
  });

  it('is empty once everybody has left', async () => {
    const world = await makeWorld();
    world.shard.observe({ type: 'people', people: [] });
    expect((await call(world, 'getRoster')).body.operators).to.deep.equal([]);
  });
});
