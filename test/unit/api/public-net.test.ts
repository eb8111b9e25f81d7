import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { Shard } from '../../../shard/shard.ts';
import { APPROVING, givenIds, givenOutside, SILENT } from '../../support/given.ts';
import { givenSearch } from '../../support/given-search.ts';
import { MemoryStore } from '../../support/memory-store.ts';
import { call, send, snapshot } from './call.ts';
import { CHANNELS, makeWorld, type World } from './world.ts';

const SYSTEM = { kind: 'system' as const, name: 'test' };

const get = async (world: World) => (await call(world, 'getPublicNet')).body.publicNet;
const post = async (world: World, id: string, body: object = {}) => (await call(world, id, { body })).body;
const bind = (world: World, channelId: string = CHANNELS.free) =>
  world.shard.change(SYSTEM, { type: 'net.bind', net: { netId: 250 }, channelId });

describe('the Public Net', () => {
  it('is hidden at first, without a uid', async () => {
    expect(await get(await makeWorld())).to.deep.equal({
      enabled: false,
      name: 'Public Net',
      roleIds: [],
      netId: 250,
      netUid: null,
      occupancy: 0,
      channels: [],
    });
  });

  it('is shown by the plain path and by /show alike, with or without a body', async () => {
    for (const path of ['/public-net', '/public-net/show']) {
      const world = await makeWorld();
      const answer = await send(world, 'post', path);
      expect([answer.status, answer.body.action]).to.deep.equal([200, 'public-net.show']);
      expect(answer.body.publicNet).to.include({ enabled: true, name: 'Public Net' });
      expect(answer.body.features.publicNet).to.deep.equal({ enabled: true, name: 'Public Net', roleIds: [] });
      const renamed = await send(world, 'post', path, { body: { name: 'Rally', roleIds: ['1', '1', '2'] } });
      expect(renamed.body.features.publicNet).to.deep.equal({ enabled: true, name: 'Rally', roleIds: ['1', '2'] });
      expect(renamed.body.publicNet.netUid).to.equal(answer.body.publicNet.netUid);
    }
  });

  it('is a virtual, protected net in the status while it is shown, and counts with nobody', async () => {
    const world = await makeWorld();
    const { publicNet } = await post(world, 'showPublicNet');
    await bind(world);
    const { nets } = (await call(world, 'getStatus')).body;
    expect(nets).to.have.length(2);
    expect(nets[1]).to.include({ id: 250, netUid: publicNet.netUid, virtual: true, public: true, protected: true });
    expect(nets[1].channels[0].channelId).to.equal(CHANNELS.free);
    expect(nets[0]).not.to.have.any.keys('virtual', 'public', 'protected');
    await post(world, 'hidePublicNet');
    expect((await call(world, 'getStatus')).body.nets).to.have.length(1);
  });

  it('keeps name, roles, channels and uid while it is hidden', async () => {
    const world = await makeWorld();
    const { publicNet } = await post(world, 'showPublicNet', { name: 'Rally', roleIds: ['7'] });
    await bind(world);
    const { body } = await call(world, 'hidePublicNet', { body: {} });
    expect(body).to.include({ action: 'public-net.hide' });
    expect(body.publicNet).to.deep.include({ enabled: false, name: 'Rally', roleIds: ['7'], netUid: publicNet.netUid });
    expect(body.publicNet.channels.map((channel: { channelId: string }) => channel.channelId)).to.deep.equal([
      CHANNELS.free,
    ]);
    const again = (await post(world, 'showPublicNet')).publicNet;
    expect(again).to.deep.include({ enabled: true, name: 'Rally', roleIds: ['7'], netUid: publicNet.netUid });
    expect(world.shard.read.net({ netId: 250 }).channelIds).to.deep.equal([CHANNELS.free]);
  });

  it('comes back without a channel that another net took meanwhile', async () => {
    const world = await makeWorld();
    await post(world, 'showPublicNet');
    await bind(world);
    await post(world, 'hidePublicNet');
    await call(world, 'createNet', { body: { name: 'Taker', channelIds: [CHANNELS.free] } });
    expect((await post(world, 'showPublicNet')).publicNet.channels).to.deep.equal([]);
  });

  it('is reset by a removal, and a restore brings back what it was shown with last', async () => {
    const world = await makeWorld();
    const { publicNet } = await post(world, 'showPublicNet', { name: 'Rally', roleIds: ['7'] });
    await bind(world);
    await call(world, 'setAssignment', { body: { userId: '5', netId: 250 } });
    const removed = await post(world, 'removePublicNet');
    expect(removed.action).to.equal('public-net.remove');
    expect(removed.publicNet).to.deep.include({ enabled: false, name: 'Public Net', roleIds: [], channels: [] });
    expect((await call(world, 'getAssignments')).body.assignments).not.to.have.property('5');
    const restored = await post(world, 'restorePublicNet');
    expect(restored.action).to.equal('public-net.restore');
    expect(restored.publicNet).to.deep.include({
      enabled: true,
      name: 'Rally',
      roleIds: ['7'],
      netUid: publicNet.netUid,
      channels: [],
    });
    await post(world, 'removePublicNet');
    const other = await post(world, 'restorePublicNet', { roleIds: [] });
    expect(other.features.publicNet).to.deep.equal({ enabled: true, name: 'Rally', roleIds: [] });
  });

  it('is restored with the defaults when it was never shown', async () => {
    const { features } = await post(await makeWorld(), 'restorePublicNet');
    expect(features.publicNet).to.deep.equal({ enabled: true, name: 'Public Net', roleIds: [] });
  });

  it('cannot take the name of a net, nor a net its name', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    for (const id of ['setPublicNet', 'showPublicNet', 'restorePublicNet']) {
      const answer = await call(world, id, { body: { name: EXAMPLE.netName.toLowerCase() } });
      expect([answer.status, answer.body.code], id).to.deep.equal([409, 'net.name-taken']);
    }
    expect(snapshot(world)).to.equal(before);
    await post(world, 'showPublicNet');
    const taken = await call(world, 'createNet', { body: { name: 'PUBLIC net' } });
    expect([taken.status, taken.body.code]).to.deep.equal([409, 'net.name-taken']);
    await post(world, 'hidePublicNet');
    expect((await call(world, 'createNet', { body: { name: 'PUBLIC net' } })).status).to.equal(201);
    expect((await call(world, 'showPublicNet', { body: {} })).status).to.equal(409);
  });

  it('can be neither renamed nor removed as a net', async () => {
    const world = await makeWorld();
    const { netUid } = (await post(world, 'showPublicNet')).publicNet;
    const before = snapshot(world);
    for (const [id, sending] of [
      ['renameNet', { body: { netId: 250, name: 'Mine' } }],
      ['removeNet', { body: { netUid } }],
      ['removeNet', { body: { netUid, permanent: true } }],
      ['deleteNet', { params: { ref: '250' } }],
      ['deleteNet', { params: { ref: netUid } }],
    ] as const) {
      const answer = await call(world, id, sending);
      expect([answer.status, answer.body.code], id).to.deep.equal([403, 'net.protected']);
    }
    expect(snapshot(world)).to.equal(before);
  });

  it('has everyone connected as a member, or those with one of its roles', async () => {
    const world = await makeWorld();
    const sources = async () => {
      const { body } = await call(world, 'getAssignments', { query: { effective: 'true' } });
      return body.effective[EXAMPLE.userId].find((one: { netId: number }) => one.netId === 250)?.sources;
    };
    expect(await sources()).to.equal(undefined);
    await post(world, 'showPublicNet');
    expect(await sources()).to.deep.equal(['public']);
    await post(world, 'showPublicNet', { roleIds: ['404'] });
    expect(await sources()).to.equal(undefined);
    await post(world, 'showPublicNet', { roleIds: ['404', EXAMPLE.roleId] });
    expect(await sources()).to.deep.equal(['public']);
    expect((await call(world, 'getRoster')).body.operators[0].nets).to.deep.equal([1, 250]);
    await call(world, 'setAssignment', { body: { userId: EXAMPLE.userId, netId: 250 } });
    await call(world, 'setRules', { body: { rules: [{ roleId: EXAMPLE.roleId, netIds: [1, 250] }] } });
    expect(await sources()).to.deep.equal(['explicit', `role:${EXAMPLE.roleId}`, 'public']);
    await post(world, 'hidePublicNet');
    expect(await sources()).to.equal(undefined);
    await post(world, 'showPublicNet');
    expect(await sources(), 'what named it slept').to.deep.equal(['explicit', `role:${EXAMPLE.roleId}`, 'public']);
  });

  it('counts who sits in its channels', async () => {
    const world = await makeWorld();
    await post(world, 'showPublicNet');
    await bind(world);
    const { userId, displayName } = EXAMPLE;
    const person = { userId, displayName, bot: false, roleIds: [], channelId: CHANNELS.free };
    world.shard.observe({ type: 'person', person });
    expect((await get(world)).occupancy).to.equal(1);
    await post(world, 'hidePublicNet');
    expect((await get(world)).occupancy).to.equal(0);
  });

  it('tells each change once, with the uid and the key; what changes nothing is not told and not written', async () => {
    const world = await makeWorld();
    const steps = ['showPublicNet', 'showPublicNet', 'hidePublicNet', 'hidePublicNet', 'restorePublicNet'];
    for (const id of [...steps, 'removePublicNet', 'removePublicNet']) await post(world, id);
    await world.clock.advance(50);
    const told = world.shard.events
      .recent()
      .flatMap(({ type, data }) => (type === 'config.changed' && data.action.startsWith('public-net') ? [data] : []));
    expect(told.map(({ action }) => action)).to.deep.equal([
      'public-net.show',
      'public-net.hide',
      'public-net.restore',
      'public-net.remove',
    ]);
    const { netUid } = await get(world);
    for (const data of told) expect(data).to.include({ uid: netUid }).and.to.have.property('keyId');
    expect(world.store.rows.filter(({ command }) => command.startsWith('public-net'))).to.have.length(4);
  });

  it('lists every invalid field', async () => {
    const world = await makeWorld();
    for (const id of ['setPublicNet', 'showPublicNet', 'restorePublicNet']) {
      const { status, body } = await call(world, id, { body: { name: '\n', roleIds: ['1', 2] } });
      expect(status).to.equal(400);
      expect(body.details.map(({ pointer }: { pointer: string }) => pointer)).to.deep.equal(['/name', '/roleIds/1']);
    }
  });

  it('is the same after a restart, shown or hidden', async () => {
    const world = await makeWorld();
    await post(world, 'showPublicNet', { name: 'Rally', roleIds: ['7'] });
    await bind(world);
    const shown = await get(world);
    const records = () => structuredClone([...world.store.records.values()].filter(({ value }) => value !== null));
    const reopen = async () => {
      const outside = givenOutside();
      const store = new MemoryStore(records());
      const given = { guildId: EXAMPLE.guildId, store, central: APPROVING, ids: givenIds('x'), log: SILENT };
      const shard = new Shard({ ...given, ...outside, search: givenSearch(), clock: world.clock });
      await shard.start();
      return shard.read.publicNet();
    };
    expect(await reopen()).to.deep.include({ enabled: true, name: 'Rally', roleIds: ['7'], netUid: shown.netUid });
    await post(world, 'hidePublicNet');
    expect(await reopen()).to.deep.include({ enabled: false, name: 'Rally', roleIds: ['7'], netUid: shown.netUid });
  });
});
