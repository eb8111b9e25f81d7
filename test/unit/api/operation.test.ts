import { expect } from 'chai';
import { call } from './call.ts';
import { makeWorld } from './world.ts';

describe('POST /operation', () => {
  it('opens and closes, and says whether that changed anything', async () => {
    const world = await makeWorld();
    const set = async (open: boolean) => (await call(world, 'setOperation', { body: { open } })).body;
    expect(await set(true)).to.include({ action: 'operation.set', open: true, changed: false });
    expect(await set(false)).to.include({ action: 'operation.set', open: false, changed: true });
    expect(world.shard.read.operation().open).to.equal(false);
    expect(await set(true)).to.include({ open: true, changed: true });
  });

  it('takes nothing but a boolean', async () => {
    const world = await makeWorld();
    for (const open of ['false', 0, null, undefined, []]) {
      const answer = await call(world, 'setOperation', { body: { open } });
      expect(answer.status, JSON.stringify(open)).to.equal(400);
      expect(answer.body.details[0].pointer).to.equal('/open');
    }
    expect(world.shard.read.operation().open).to.equal(true);
  });

  it('is refused with the reason when central refuses', async () => {
    const world = await makeWorld();
    world.central.answer = async () => ({ approved: false, reason: 'the guild is suspended.' });
    const answer = await call(world, 'setOperation', { body: { open: false } });
    expect([answer.status, answer.body.code]).to.deep.equal([403, 'central.refused']);
    expect(answer.body.error).to.include('the guild is suspended.');
    expect(world.shard.read.operation().open).to.equal(true);
  });

  it('answers 503 when central cannot be reached or the disk does not take it', async () => {
    const world = await makeWorld();
    world.central.answer = () => Promise.reject(new Error('down'));
    const away = await call(world, 'setOperation', { body: { open: false } });
    expect([away.status, away.body.code, away.get('Retry-After')]).to.deep.equal([503, 'central.unreachable', '5']);
    world.central.answer = async () => ({ approved: true });
    world.store.gate = () => Promise.reject(new Error('disk full'));
    const full = await call(world, 'setOperation', { body: { open: false } });
    expect([full.status, full.body.code]).to.deep.equal([503, 'store.failed']);
    expect(full.text).not.to.include('disk full');
    expect(world.shard.read.operation().open).to.equal(true);
  });

  it('answers 503 while the shard stops', async () => {
    const world = await makeWorld();
    await world.shard.stop();
    const answer = await call(world, 'setOperation', { body: { open: false } });
    expect([answer.status, answer.body.code]).to.deep.equal([503, 'shard.stopping']);
  });
});
