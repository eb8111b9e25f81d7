import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { actor } from '../../support/given-shard.ts';
import { call, snapshot } from './call.ts';
import { makeWorld, type World } from './world.ts';

const configure = (world: World, body: object) => call(world, 'setReadyCheck', { body });
const start = (world: World, body: object = { templateId: EXAMPLE.readyId }) =>
  call(world, 'startReadyCheck', { body });
const status = async (world: World, sessionId: string) =>
  (await call(world, 'getReadySession', { params: { sessionId } })).body;
const respond = (world: World, sessionId: string, answer: 'ready' | 'declined') =>
  world.shard.change(actor(EXAMPLE.userId), { type: 'ready.respond', sessionId, status: answer });

describe('POST /ready-checks', () => {
  it('makes one with 201 and changes it with 200, under the id that was sent', async () => {
    const world = await makeWorld();
    const made = await configure(world, { id: 'launch', message: 'Launch?', target: { squadLeaders: true } });
    expect([made.status, made.body.action]).to.deep.equal([201, 'created']);
    expect(made.body.readyCheck).to.deep.include({
      id: 'launch',
      name: 'Launch?',
      target: { everyone: false, squadLeaders: true, admins: false, roleIds: [] },
    });
    const changed = await configure(world, { id: 'launch', message: 'Launch now?', name: 'Launch' });
    expect([changed.status, changed.body.action]).to.deep.equal([200, 'updated']);
    expect(changed.body.readyCheck.target).to.deep.equal(made.body.readyCheck.target);
    const list = (await call(world, 'getReadyChecks')).body.readyChecks;
    expect(list.map((one: { id: string; name: string }) => [one.id, one.name])).to.deep.equal([
      [EXAMPLE.readyId, 'Form up'],
      ['launch', 'Launch'],
    ]);
  });

  it('lists every field that is wrong and changes nothing', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const wrong = {
      ...{ id: 'no spaces', name: 'x'.repeat(49), message: ' ', color: 'blue', keyCombo: 'x'.repeat(65) },
      target: { everyone: 'yes', roleIds: ['me'] },
    };
    const answer = await configure(world, wrong);
    expect(answer.status).to.equal(400);
    const pointers = answer.body.details.map((detail: { pointer: string }) => detail.pointer);
    expect(pointers.sort()).to.deep.equal(
      ['/color', '/id', '/keyCombo', '/message', '/name', '/target/everyone', '/target/roleIds/0'].sort(),
    );
    expect((await configure(world, {})).body.details[0].pointer).to.equal('/message');
    const combo = await configure(world, { message: 'x', keyCombo: '\u0000' });
    expect(combo.body.details[0].pointer).to.equal('/keyCombo');
    expect(snapshot(world)).to.equal(before);
  });

  it('is 409 for the 101st', async () => {
    const world = await makeWorld();
    for (let index = 0; index < 99; index += 1) await configure(world, { message: 'x' });
    const answer = await configure(world, { message: 'x' });
    expect([answer.status, answer.body.code]).to.deep.equal([409, 'ready.template-limit']);
  });
});

describe('DELETE /ready-checks/:id', () => {
  it('removes it, and is 404 for what is not there', async () => {
    const world = await makeWorld();
    const gone = await call(world, 'deleteReadyCheck');
    expect(gone.body.removedId).to.equal(EXAMPLE.readyId);
    const again = await call(world, 'deleteReadyCheck');
    expect([again.status, again.body.code]).to.deep.equal([404, 'ready.template-unknown']);
    expect((await call(world, 'getReadyChecks')).body.readyChecks).to.deep.equal([]);
    const started = await start(world);
    expect([started.status, started.body.code]).to.deep.equal([400, 'ready.template-unknown']);
  });
});

describe('POST /ready-checks/start', () => {
  it('asks who is connected and can be watched until all have answered', async () => {
    const world = await makeWorld();
    const { session, summary } = (await start(world)).body;
    expect(session).to.include({ status: 'active', initiatorName: 'key 0', source: 'api', guildId: EXAMPLE.guildId });
    expect(summary).to.include({ total: 1, pending: 1, allReady: false });
    await world.clock.advance(2000);
    await respond(world, session.id, 'ready');
    const seen = await status(world, session.id);
    expect(seen.session).to.include({ status: 'complete', completedAt: '2026-11-21T07:13:02.000Z' });
    expect(seen.session.participants).to.deep.equal([
      { userId: EXAMPLE.userId, name: 'Ada', status: 'ready', respondedAt: '2026-11-21T07:13:02.000Z' },
    ]);
    expect(seen.summary).to.deep.equal({
      ...{ total: 1, pending: 0, ready: 1, declined: 0, afk: 0, allReady: true },
      notReady: [],
    });
  });

  it('ends after 20 s with who did not answer', async () => {
    const world = await makeWorld();
    const { session } = (await start(world)).body;
    await world.clock.advance(20_000);
    const seen = await status(world, session.id);
    expect(seen.summary).to.include({ total: 1, afk: 1, pending: 0 });
    expect(seen.summary.notReady).to.deep.equal(seen.session.participants);
    const { sessions } = (await call(world, 'getReadySessions')).body;
    expect(sessions.map((one: { id: string }) => one.id)).to.deep.equal([session.id, EXAMPLE.sessionId]);
  });

  it('is complete and empty at once when it reaches nobody', async () => {
    const world = await makeWorld();
    world.shard.observe({ type: 'people', people: [] });
    const answer = await start(world);
    expect(answer.status).to.equal(200);
    expect(answer.body.session).to.deep.include({ status: 'complete', participants: [] });
    expect(answer.body.summary).to.include({ total: 0, allReady: false });
  });

  it('is 403 while the feature is switched off, and so is making one', async () => {
    const world = await makeWorld();
    await call(world, 'setFeatures', { body: { features: { readyCheckEnabled: false } } });
    const before = snapshot(world);
    for (const answer of [await start(world), await configure(world, { message: 'x' })]) {
      expect([answer.status, answer.body.code]).to.deep.equal([403, 'feature.off']);
      expect(answer.body.error).to.include('readyCheckEnabled');
    }
    expect(snapshot(world)).to.equal(before);
  });

  it('is 409 when ten are running', async () => {
    const world = await makeWorld();
    for (let index = 0; index < 10; index += 1) await start(world);
    const answer = await start(world);
    expect([answer.status, answer.body.code]).to.deep.equal([409, 'ready.active-limit']);
  });

  it('is 400 without a template and with a name that cannot be shown', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    for (const body of [{}, { templateId: 5 }, { templateId: EXAMPLE.readyId, initiatorName: '' }])
      expect((await start(world, body)).status).to.equal(400);
    expect(snapshot(world)).to.equal(before);
  });
});

describe('GET /ready-checks/status/:sessionId', () => {
  it('is 404 for what is not there, and a day after the start', async () => {
    const world = await makeWorld();
    const params = { sessionId: 'ready_nonsense' };
    const unknown = await call(world, 'getReadySession', { params });
    expect([unknown.status, unknown.body.code]).to.deep.equal([404, 'ready.session-unknown']);
    await world.clock.advance(24 * 3_600_000);
    expect((await call(world, 'getReadySession')).status).to.equal(404);
    expect((await call(world, 'getReadySessions')).body.sessions).to.deep.equal([]);
  });
});
