import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import type { Approval } from '../../../shard/ports.ts';
import { settle } from '../../support/given.ts';
import { until } from '../../support/until.ts';
import { call, snapshot } from './call.ts';
import { makeWorld } from './world.ts';

describe('a request whose key ends while it waits', () => {
  it('for central is refused, and changes nothing', async () => {
    const world = await makeWorld();
    const key = await world.addKey();
    const approval = Promise.withResolvers<Approval>();
    let asked = 0;
    world.central.answer = () => {
      asked += 1;
      return asked === 1 ? approval.promise : Promise.resolve({ approved: true });
    };
    const waiting = call(world, 'createNet', { key, body: { name: 'Air Wing' } });
    await until(() => asked === 1);
    await world.revoke(key);
    const before = snapshot(world);
    approval.resolve({ approved: true });
    const { status, body } = await waiting;
    expect([status, body.code]).to.deep.equal([401, 'key.rejected']);
    expect(snapshot(world)).to.equal(before);
  });

  it('for its turn is refused, and changes nothing', async () => {
    const world = await makeWorld();
    const key = await world.addKey();
    const disk = Promise.withResolvers<void>();
    world.store.gate = () => disk.promise;
    const revoked = world.revoke(key);
    await settle();
    world.clock.leap(1000);
    const now = new Date(world.clock.now()).toISOString();
    let answered = false;
    const waiting = call(world, 'setAssignment', { key, body: { userId: '77', netUid: EXAMPLE.netUid } });
    void waiting.then(() => {
      answered = true;
    });
    const used = () => world.shard.read.keys().map(({ id }) => world.shard.keyUse.lastUsedAt(id));
    await until(() => used().includes(now));
    await settle();
    expect(answered).to.equal(false);
    disk.resolve();
    await revoked;
    const { status, body } = await waiting;
    expect([status, body.code]).to.deep.equal([401, 'key.rejected']);
    expect(world.shard.read.assignments().has('77')).to.equal(false);
  });

  it('or expires is refused in the words for that', async () => {
    const world = await makeWorld();
    const key = await world.addKey({ expiresAt: new Date(world.clock.now() + 1000).toISOString() });
    const approval = Promise.withResolvers<Approval>();
    let asked = 0;
    world.central.answer = () => {
      asked += 1;
      return approval.promise;
    };
    const waiting = call(world, 'createNet', { key, body: { name: 'Air Wing' } });
    await until(() => asked === 1);
    await world.clock.advance(1000);
    approval.resolve({ approved: true });
    const { status, body } = await waiting;
    expect([status, body.code]).to.deep.equal([401, 'key.expired']);
  });
});
