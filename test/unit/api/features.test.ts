import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { call, snapshot } from './call.ts';
import { makeWorld, type World } from './world.ts';

const set = (world: World, features: object) => call(world, 'setFeatures', { body: { features } });
const events = ({ shard }: World) => shard.events.recent().filter(({ type }) => type === 'config.changed');

describe('GET /features', () => {
  it('shows the defaults of a guild that changed nothing, and what it is entitled to', async () => {
    const { body } = await call(await makeWorld(), 'getFeatures');
    expect(body.features).to.deep.equal({
      maxNets: 50,
      globalPttEnabled: false,
      acarsEnabled: true,
      readyCheckEnabled: true,
      publicNet: { enabled: false, name: 'Public Net', roleIds: [] },
      orgLink: { enabled: false, roleIds: [], netUid: null },
    });
    expect(body.entitled.maxNets).to.equal(249);
    expect(body.entitled.features).to.include('acars');
  });
});

describe('POST /features', () => {
  it('changes what is named and leaves the rest, also within publicNet and orgLink', async () => {
    const world = await makeWorld();
    await set(world, { globalPttEnabled: true, maxNets: 12, orgLink: { roleIds: ['5', '5', '6'] } });
    await set(world, { acarsEnabled: false, orgLink: { enabled: true }, publicNet: { name: ' Rally ' } });
    const { body } = await set(world, { readyCheckEnabled: false, orgLink: { netUid: EXAMPLE.netUid } });
    expect(body.action).to.equal('features.set');
    expect(body.features).to.deep.equal({
      maxNets: 12,
      globalPttEnabled: true,
      acarsEnabled: false,
      readyCheckEnabled: false,
      publicNet: { enabled: false, name: 'Rally', roleIds: [] },
      orgLink: { enabled: true, roleIds: ['5', '6'], netUid: EXAMPLE.netUid },
    });
    expect((await call(world, 'getFeatures')).body.features).to.deep.equal(body.features);
    expect((await call(world, 'getStatus')).body.features).to.deep.equal(body.features);
    expect((await set(world, { orgLink: { netUid: null } })).body.features.orgLink.netUid).to.equal(null);
  });

  it('tells what changed once, with the key, and writes nothing when it is so already', async () => {
    const world = await makeWorld();
    await set(world, { globalPttEnabled: true });
    await world.clock.advance(50);
    const told = events(world).filter(({ data }) => 'action' in data && data.action === 'features.set');
    expect(told).to.have.length(1);
    expect(told[0]?.data).to.have.property('keyId').that.matches(/^key_/);
    const before = snapshot(world);
    await set(world, { globalPttEnabled: true, publicNet: { enabled: false } });
    await set(world, {});
    expect(snapshot(world)).to.equal(before);
  });

  it('shows the Public Net when it is switched on there, and hides it when it is switched off', async () => {
    const world = await makeWorld();
    const { body } = await set(world, { publicNet: { enabled: true, name: 'Rally' } });
    expect(body.publicNet).to.include({ enabled: true, name: 'Rally', netId: 250, occupancy: 0 });
    const { nets } = (await call(world, 'getStatus')).body;
    expect(nets.at(-1)).to.include({ id: 250, uid: body.publicNet.netUid, name: 'Rally' });
    await set(world, { publicNet: { enabled: false } });
    expect((await call(world, 'getStatus')).body.nets).to.have.length(1);
  });

  it('refuses a limit below the nets there are, and one of no or too many nets', async () => {
    const world = await makeWorld();
    await call(world, 'createNet', { body: { name: 'Second' } });
    await set(world, { publicNet: { enabled: true } });
    const before = snapshot(world);
    const low = await set(world, { maxNets: 1 });
    expect([low.status, low.body.code]).to.deep.equal([409, 'features.max-nets-in-use']);
    expect(low.body.error).to.include('2 nets');
    for (const maxNets of [0, 250, 1.5, '10', null]) expect((await set(world, { maxNets })).status).to.equal(400);
    expect(snapshot(world)).to.equal(before);
    expect((await set(world, { maxNets: 2 })).status, 'the Public Net does not count').to.equal(200);
    const full = await call(world, 'createNet', { body: { name: 'Third' } });
    expect([full.status, full.body.code]).to.deep.equal([409, 'net.slots-full']);
    expect((await set(world, { maxNets: 249 })).status).to.equal(200);
  });

  it('lists every invalid field, and refuses a net that does not exist', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const answer = await set(world, {
      acarsEnabled: 'yes',
      publicNet: { name: '', roleIds: ['x'] },
      orgLink: { roleIds: 5 },
    });
    expect(answer.status).to.equal(400);
    expect(answer.body.details.map(({ pointer }: { pointer: string }) => pointer)).to.have.members([
      '/features/acarsEnabled',
      '/features/publicNet/name',
      '/features/publicNet/roleIds/0',
      '/features/orgLink/roleIds',
    ]);
    const unknown = await set(world, { orgLink: { netUid: 'net_nowhere' } });
    expect([unknown.status, unknown.body.code]).to.deep.equal([400, 'net.unknown']);
    expect((await call(world, 'setFeatures', { body: {} })).status).to.equal(400);
    expect(snapshot(world)).to.equal(before);
  });

  it('refuses a name of a live net for the Public Net, and then changes none of it', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const answer = await set(world, {
      globalPttEnabled: true,
      publicNet: { enabled: true, name: EXAMPLE.netName.toUpperCase() },
    });
    expect([answer.status, answer.body.code]).to.deep.equal([409, 'net.name-taken']);
    expect(snapshot(world)).to.equal(before);
  });
});
