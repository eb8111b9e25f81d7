import { expect } from 'chai';
import { call, snapshot } from './call.ts';
import { makeWorld, type World } from './world.ts';

const send = (world: World, body: object, key?: string) =>
  call(world, 'sendAcars', { body, ...(key !== undefined && { key }) });

describe('POST /acars', () => {
  it('needs nothing but a text', async () => {
    const world = await makeWorld();
    const answer = await send(world, { text: 'Briefing in 5' });
    expect(answer.body).to.include({
      delivered: true,
      clients: 1,
      routed: 1,
      durationMs: 8000,
      alertType: 'non-emergency',
    });
    expect(world.notices.alerts[0]).to.include({ text: 'Briefing in 5', senderName: 'Owner API', id: answer.body.id });
  });

  it('is 200, not delivered and routed to nobody when nobody is connected', async () => {
    const world = await makeWorld();
    world.shard.observe({ type: 'people', people: [] });
    const answer = await send(world, { text: 'Anybody?' });
    expect(answer.status).to.equal(200);
    expect(answer.body).to.include({ delivered: false, clients: 0, routed: 0 });
  });

  it('lists every field that is wrong, changes nothing, and takes no turn', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const wrong = { text: 'x'.repeat(281), senderName: '\u0000', durationMs: 6999, alertType: 'loud' };
    const answer = await send(world, wrong);
    expect([answer.status, answer.body.code]).to.deep.equal([400, 'request.invalid']);
    const pointers = answer.body.details.map((detail: { pointer: string }) => detail.pointer);
    expect(pointers.sort()).to.deep.equal(['/alertType', '/durationMs', '/senderName', '/text']);
    for (const text of [undefined, 5, null, '', ' \n ', ['x'], 'x'.repeat(100_000)])
      expect((await send(world, { text })).status, String(text).slice(0, 10)).to.be.oneOf([400, 413]);
    expect(snapshot(world)).to.equal(before);
    expect((await send(world, { text: 'now' })).status).to.equal(200);
  });

  it('is 429 with Retry-After within a minute with the same key, and not with another one', async () => {
    const world = await makeWorld();
    const second = await world.addKey();
    await send(world, { text: 'one' });
    await world.clock.advance(17_500);
    const before = snapshot(world);
    const answer = await send(world, { text: 'two' });
    expect([answer.status, answer.body.code, answer.get('Retry-After')]).to.deep.equal([429, 'acars.cooldown', '43']);
    expect(answer.body.error).to.include('in 43 s');
    expect(snapshot(world)).to.equal(before);
    expect((await send(world, { text: 'three' }, second)).status).to.equal(200);
    await world.clock.advance(42_500);
    expect((await send(world, { text: 'four' })).status).to.equal(200);
    expect(world.notices.alerts.map(({ text }) => text)).to.deep.equal(['one', 'three', 'four']);
  });

  it('is 403 while the feature is switched off', async () => {
    const world = await makeWorld();
    await call(world, 'setFeatures', { body: { features: { acarsEnabled: false } } });
    const before = snapshot(world);
    const answer = await send(world, { text: 'off' });
    expect([answer.status, answer.body.code]).to.deep.equal([403, 'feature.off']);
    expect(answer.body.error).to.include('acarsEnabled');
    expect(snapshot(world)).to.equal(before);
    await call(world, 'setFeatures', { body: { features: { acarsEnabled: true } } });
    expect((await send(world, { text: 'on' })).status).to.equal(200);
  });

  it('answers 503 when the disk does not take it, shows nobody anything and takes no turn', async () => {
    const world = await makeWorld();
    world.store.failing = true;
    const answer = await send(world, { text: 'lost' });
    expect([answer.status, answer.body.code]).to.deep.equal([503, 'store.failed']);
    expect(world.notices.alerts).to.deep.equal([]);
    world.store.failing = false;
    expect((await send(world, { text: 'kept' })).status).to.equal(200);
  });
});
