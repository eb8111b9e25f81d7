import { expect } from 'chai';
import { call, snapshot } from './call.ts';
import { makeWorld, ROUTES, type World, worldFor } from './world.ts';

/** How long the shard waits for central. */
const APPROVAL_MS = 3000;

/** What central must approve, by the contract; the same list follows from the errors that the routes document. */
const PRIVILEGED = [
  'createNet',
  'renameNet',
  'removeNet',
  'deleteNet',
  'updateNet',
  'setRelays',
  'setRules',
  'setOperation',
  'setFeatures',
  'setPublicNet',
  'showPublicNet',
  'hidePublicNet',
  'removePublicNet',
  'restorePublicNet',
  'savePreset',
  'deletePreset',
  'applyPreset',
  'restoreArchived',
];

/** What changes nothing is no matter for central: before these, something is done that they change. */
const PREPARE: Record<string, (world: World) => Promise<unknown>> = {
  hidePublicNet: (world) => call(world, 'showPublicNet', { body: {} }),
  removePublicNet: (world) => call(world, 'showPublicNet', { body: {} }),
};

const privileged = ROUTES.filter(({ errors }) => errors.includes('central.refused'));

async function prepared(id: string): Promise<World> {
  const world = await worldFor({ id });
  await PREPARE[id]?.(world);
  return world;
}

const ask = (world: World, id: string) => {
  const example = ROUTES.find((one) => one.id === id)?.example;
  const { params, body } = { ...example } as { params?: object; body?: object };
  return call(world, id, { params: { ...params }, body });
};

describe('central', () => {
  it('is asked about everything that is privileged', () => {
    expect(privileged.map(({ id }) => id)).to.include.members(PRIVILEGED);
    for (const { id, errors } of privileged) expect(errors, id).to.include('central.unreachable');
  });

  for (const { id } of privileged) {
    describe(`asked about ${id}`, () => {
      it('can refuse it, and its reason is told', async () => {
        const world = await prepared(id);
        const before = snapshot(world);
        world.central.answer = async () => ({ approved: false, reason: 'this guild has not paid.' });
        const answer = await ask(world, id);
        expect([answer.status, answer.body.code]).to.deep.equal([403, 'central.refused']);
        expect(answer.body.error).to.include('this guild has not paid.');
        expect(snapshot(world)).to.equal(before);
        world.central.answer = async () => ({ approved: true });
        expect((await ask(world, id)).status).to.be.oneOf([200, 201]);
        expect(snapshot(world)).not.to.equal(before);
      });

      it('that cannot be reached makes it 503, and nothing changes', async () => {
        const world = await prepared(id);
        const before = snapshot(world);
        world.central.answer = () => Promise.reject(new Error('secret inner thing'));
        const answer = await ask(world, id);
        expect([answer.status, answer.body.code]).to.deep.equal([503, 'central.unreachable']);
        expect(answer.get('Retry-After')).to.be.a('string');
        expect(answer.text).not.to.include('secret inner thing');
        expect(snapshot(world)).to.equal(before);
      });

      it('that does not answer makes it 503 after three seconds, and holds up nothing else meanwhile', async () => {
        const world = await prepared(id);
        const before = snapshot(world);
        const asked = new Promise<void>((resolve) => {
          world.central.answer = () => {
            resolve();
            return new Promise(() => {});
          };
        });
        let answered = false;
        const waiting = ask(world, id).finally(() => {
          answered = true;
        });
        await asked;
        await world.clock.advance(APPROVAL_MS - 1);
        expect((await call(world, 'getStatus')).status).to.equal(200);
        expect(answered).to.equal(false);
        await world.clock.advance(1);
        const answer = await waiting;
        expect([answer.status, answer.body.code]).to.deep.equal([503, 'central.unreachable']);
        expect(snapshot(world)).to.equal(before);
      });
    });
  }

  it('that is away leaves reads, assignments and the archive as they are', async () => {
    const world = await makeWorld();
    world.central.answer = () => new Promise(() => {});
    for (const { id, scope, method, produces } of ROUTES) {
      if (method !== 'get' || produces || !scope.startsWith('read:')) continue;
      expect((await ask(world, id)).status, id).to.equal(200);
    }
    expect((await ask(world, 'getPresets')).status).to.equal(200);
    const { body } = await call(world, 'setAssignment', { body: { userId: '5', netId: 1 } });
    expect(body.changed).to.equal(true);
    expect((await call(world, 'putArchive', { body: { name: 'Old layout' } })).status).to.equal(201);
  });

  it('is not asked about a dry run, nor about what changes nothing', async () => {
    const world = await makeWorld();
    let asked = 0;
    world.central.answer = async () => {
      asked += 1;
      return { approved: true };
    };
    await call(world, 'setRules', { body: { rules: [], dryRun: true } });
    await call(world, 'applyPreset', { params: { name: 'Friday Convoy' }, body: { dryRun: true, mode: 'replace' } });
    await call(world, 'setFeatures', { body: { features: { acarsEnabled: true } } });
    await call(world, 'setOperation', { body: { open: true } });
    await call(world, 'hidePublicNet', { body: {} });
    expect(asked).to.equal(0);
    await call(world, 'setOperation', { body: { open: false } });
    expect(asked).to.equal(1);
  });
});
