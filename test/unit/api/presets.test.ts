import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { call, send, snapshot } from './call.ts';
import { CHANNELS, makeWorld, type World } from './world.ts';

const { userId, netName, roleId } = EXAMPLE;

interface Step {
  step: string;
  target: string;
  net?: string;
  action: string;
  ok: boolean;
  reason?: string;
}

const save = (world: World, body: object, key?: string) => call(world, 'savePreset', { body, ...(key && { key }) });
const apply = (world: World, name: string, body: object = {}, key?: string) =>
  call(world, 'applyPreset', { params: { name }, body, ...(key && { key }) });
const list = async (world: World) => (await call(world, 'getPresets')).body.presets;
const names = ({ shard }: World) => shard.read.nets().map(({ name }) => name);

/** `net Alpha create`, and so on. */
const lines = (results: Step[]) =>
  results.map(({ step, target, net, action, ok }) => [step, target, net, ok ? action : `no ${action}`].join(' '));

describe('POST /presets', () => {
  it('makes a preset, replaces it under its name in any case, and keeps when it was made', async () => {
    const world = await makeWorld();
    const made = await save(world, { name: ' Fleet Night ', nets: [{ name: ' Fleet ' }], assignments: [] });
    expect([made.status, made.body.action]).to.deep.equal([201, 'created']);
    expect(made.body.preset).to.deep.equal({
      name: 'Fleet Night',
      nets: [{ name: 'Fleet' }],
      assignments: {},
      createdAt: EXAMPLE.time,
      updatedAt: EXAMPLE.time,
    });
    await world.clock.advance(1000);
    const again = await save(world, { name: 'FLEET NIGHT', description: 'bigger', open: false });
    expect([again.status, again.body.action]).to.deep.equal([200, 'updated']);
    expect(again.body.preset).to.deep.equal({
      name: 'FLEET NIGHT',
      description: 'bigger',
      nets: [],
      assignments: {},
      open: false,
      createdAt: EXAMPLE.time,
      updatedAt: '2026-11-21T07:13:01.000Z',
    });
    expect((await list(world)).map(({ name }: { name: string }) => name)).to.deep.equal([
      'FLEET NIGHT',
      'Friday Convoy',
    ]);
  });

  it('takes assignments as a map or as a list, and rules in every form; what it answers can be sent back', async () => {
    const world = await makeWorld();
    const { body } = await save(world, {
      name: 'Forms',
      nets: [{ id: 7, name: 'Alpha', relayTargets: ['Bravo'], channelIds: ['31'], priority: 9, mode: 'floor' }],
      assignments: [
        { userId: '1', net: 'Alpha' },
        { userId: '1', netId: 7 },
        { userId: '1', net: 'Alpha' },
        { userId: '2', netUid: EXAMPLE.netUid },
      ],
      rules: [
        { roleId: '5', netUids: [EXAMPLE.netUid], netIds: [7] },
        { roleId: '5', nets: ['Alpha'], netId: 7 },
        { roleId: '6', nets: [] },
      ],
      features: { acarsEnabled: false },
    });
    expect(body.preset).to.deep.include({
      assignments: { '1': ['Alpha', 7], '2': [EXAMPLE.netUid] },
      rules: [{ roleId: '5', nets: [EXAMPLE.netUid, 7, 'Alpha'], netUids: [EXAMPLE.netUid], netIds: [7] }],
      features: { acarsEnabled: false },
    });
    const back = await save(world, body.preset);
    expect(back.body.preset).to.deep.equal(body.preset);
  });

  it('captures the live layout', async () => {
    const world = await makeWorld();
    await call(world, 'createNet', { body: { name: 'Air', channelIds: [CHANNELS.free], priority: 8 } });
    await call(world, 'showPublicNet', { body: { roleIds: ['9'] } });
    const { body } = await save(world, { name: 'Now', capture: true, nets: [{ name: 'ignored' }] });
    const [strike, air] = world.shard.read.nets();
    const features = world.shard.read.features();
    const settings = { priority: 5, mode: 'open', gainDb: 0, timeLimitSeconds: null, access: 'open' };
    expect(body.preset).to.deep.include({
      nets: [
        {
          uid: strike?.uid,
          id: 1,
          name: netName,
          relayTargets: [],
          channelIds: [EXAMPLE.channelId],
          ...settings,
        },
        { uid: air?.uid, id: 2, name: 'Air', relayTargets: [], channelIds: [CHANNELS.free], ...settings, priority: 8 },
      ],
      assignments: { [userId]: [netName] },
      rules: [{ roleId, nets: [EXAMPLE.netUid], netUids: [EXAMPLE.netUid], netIds: [] }],
      features,
      open: true,
    });
  });

  it('captures of rules and features what the key may set', async () => {
    const world = await makeWorld();
    const bare = await save(world, { name: 'a', capture: true }, await world.addKey({ scopes: ['write:presets'] }));
    expect(bare.status).to.equal(201);
    expect(bare.body.preset).not.to.have.any.keys('rules', 'features');
    const key = await world.addKey({ scopes: ['write:presets', 'write:rules'] });
    expect((await save(world, { name: 'b', capture: true }, key)).body.preset)
      .to.have.property('rules')
      .with.length(1);
  });

  it('lists every invalid field at once', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const { status, body } = await save(world, {
      name: '..',
      description: 5,
      nets: [{ name: '' }, { id: 250, name: 'x', channelIds: ['a'] }],
      assignments: [{ userId: 'x', net: 'Alpha' }, { userId: '1' }],
      rules: [{ nets: ['Alpha'] }],
      features: { maxNets: 0 },
      open: 'yes',
    });
    expect(status).to.equal(400);
    const pointers = body.details.map(({ pointer }: { pointer: string }) => pointer);
    for (const pointer of ['/name', '/description', '/nets/0/name', '/nets/1/id', '/nets/1/channelIds/0', '/open']) {
      expect(pointers).to.include(pointer);
    }
    expect(pointers).to.include('/rules/0/roleId').and.to.include('/features/maxNets');
    expect(pointers).to.include('/assignments/0/userId').and.to.include('/assignments/1/net');
    expect(snapshot(world)).to.equal(before);
  });

  it('says of each assignment what is wrong with it, in a map as in a list', async () => {
    const world = await makeWorld();
    const wrong = async (assignments: unknown) => {
      const { status, body } = await save(world, { name: 'Wrong', assignments });
      expect(status).to.equal(400);
      return body.details.map(({ pointer, detail }: { pointer: string; detail: string }) => `${pointer}: ${detail}`);
    };
    expect(await wrong({ x: [1], '5': [0, 'Alpha', true], '6': 'Alpha' })).to.deep.equal([
      '/assignments/5/0: netId is a whole number from 1 to 255, not a string.',
      '/assignments/5/2: A net is named by its slot, name or uid.',
      '/assignments/6: Invalid input: expected array, received string',
      '/assignments/x: The id of a person is a string of 1 to 20 digits.',
    ]);
    expect(await wrong('Alpha')).to.deep.equal(['/assignments: Send a map of person to nets, or a list of pairs.']);
    expect(await wrong([{ userId: 'x', net: 'Alpha' }, 7])).to.deep.equal([
      '/assignments/0/userId: The id of a person is a string of 1 to 20 digits.',
      '/assignments/1: Invalid input: expected object, received number',
    ]);
  });

  it('refuses an assignment whose uid and slot are different nets', async () => {
    const world = await makeWorld();
    await call(world, 'createNet', { body: { name: 'Air Wing' } });
    const before = snapshot(world);
    const both = (netId: number) => ({ userId: '42', netUid: EXAMPLE.netUid, netId });
    const { status, body } = await save(world, { name: 'Two', assignments: [both(EXAMPLE.netId), both(2)] });
    expect([status, body.code]).to.deep.equal([400, 'net.ref-mismatch']);
    expect(body.details).to.deep.equal([{ pointer: '/assignments/1/netUid', detail: body.error }]);
    expect(snapshot(world)).to.equal(before);
    expect((await save(world, { name: 'One', assignments: [both(EXAMPLE.netId)] })).status).to.equal(201);
  });

  it('refuses two nets that are the same one, a channel of two nets, and a net that hears itself', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const { status, body } = await save(world, {
      name: 'Twice',
      nets: [
        { name: 'Alpha', uid: 'net_a', id: 1, channelIds: ['31'] },
        { name: 'ALPHA', uid: 'net_a', id: 1, channelIds: ['31'], relayTargets: ['alpha'] },
      ],
    });
    expect([status, body.code]).to.deep.equal([400, 'preset.invalid']);
    expect(body.details.map(({ pointer }: { pointer: string }) => pointer)).to.deep.equal([
      '/nets/1/relayTargets',
      '/nets/1/name',
      '/nets/1/uid',
      '/nets/1/id',
      '/nets/1/channelIds',
    ]);
    expect(snapshot(world)).to.equal(before);
  });

  it('refuses more than 2,000 assignments, 100 presets, and 20,000 assignments in all presets', async function () {
    this.timeout(20_000);
    const world = await makeWorld();
    const people = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at + 1}`, [1]]));
    const large = await save(world, { name: 'Large', assignments: people(2001) });
    expect([large.status, large.body.code]).to.deep.equal([409, 'preset.too-large']);
    for (let at = 0; at < 9; at += 1) await save(world, { name: `Large ${at}`, assignments: people(2000) });
    const room = await save(world, { name: 'More', assignments: people(2000) });
    expect([room.status, room.body.code]).to.deep.equal([409, 'preset.room']);
    for (let at = 0; at < 90; at += 1) expect((await save(world, { name: `Small ${at}` })).status).to.equal(201);
    const full = await save(world, { name: 'One more' });
    expect([full.status, full.body.code]).to.deep.equal([409, 'preset.limit']);
    expect((await save(world, { name: 'Small 3', open: true })).status, 'replacing needs no room').to.equal(200);
  });

  it('takes bodies that are larger than others may be', async () => {
    const world = await makeWorld();
    const assignments = Array.from({ length: 1900 }, (_, at) => ({ userId: `${10 ** 18 + at}`, net: 'Strike Net' }));
    expect(JSON.stringify(assignments).length).to.be.above(64 * 1024);
    expect((await save(world, { name: 'Wide', assignments })).status).to.equal(201);
  });
});

describe('GET /presets', () => {
  it('is answered with 304 to whoever has it already, until one changes', async () => {
    const world = await makeWorld();
    const tag = (await call(world, 'getPresets')).get('ETag') ?? '';
    const headers = { 'If-None-Match': tag };
    expect((await send(world, 'get', '/presets', { headers })).status).to.equal(304);
    await save(world, { name: 'Another' });
    expect((await send(world, 'get', '/presets', { headers })).status).to.equal(200);
  });
});

describe('DELETE /presets/:name', () => {
  it('takes names with any characters, in any case, and is 404 for others', async () => {
    const world = await makeWorld();
    for (const name of ['a/b', '50% & more?', 'Ünï #1', '日本語', '%2F', 'x:y', '...', 'a\\b']) {
      expect((await save(world, { name })).status, name).to.equal(201);
      const upper = await call(world, 'deletePreset', { params: { name: name.toUpperCase() } });
      expect([upper.status, upper.body.name], name).to.deep.equal([200, name]);
    }
    const gone = await call(world, 'deletePreset', { params: { name: 'a/b' } });
    expect([gone.status, gone.body.code]).to.deep.equal([404, 'preset.unknown']);
    expect(gone.body.error).to.include('a/b');
  });
});

describe('POST /presets/:name/apply', () => {
  it('makes what is missing and takes nothing away, as one change, told as of a preset', async () => {
    const world = await makeWorld();
    await call(world, 'setOperation', { body: { open: false } });
    await call(world, 'createNet', { body: { name: 'Extra' } });
    await world.clock.advance(50);
    const rows = world.store.rows.length;
    const { body } = await apply(world, 'friday convoy');
    expect(body.preset.name).to.equal('Friday Convoy');
    expect(body.applied).to.equal(true);
    expect(lines(body.results)).to.deep.equal([
      'net Strike Net  keep',
      'net Haulers  create',
      'relay Haulers  set',
      `assignment ${userId} Strike Net keep`,
      'assignment 223456789012345678 Haulers assign',
      'operation operation  open',
    ]);
    expect(names(world)).to.deep.equal([netName, 'Extra', 'Haulers']);
    const haulers = world.shard.read.net({ text: 'Haulers' });
    expect(haulers.relayTargetNetUids).to.deep.equal([EXAMPLE.netUid]);
    expect(world.shard.read.assignments().get('223456789012345678')).to.deep.equal([haulers]);
    expect(world.shard.read.operation().open).to.equal(true);
    expect(world.store.rows).to.have.length(rows + 1);
    const events = world.store.rows.at(-1)?.events ?? [];
    const sources = events.flatMap(({ data }) => ('source' in data ? [data.source] : []));
    expect(new Set(sources)).to.deep.equal(new Set(['preset']));
    const told = events.find(({ data }) => 'preset' in data);
    expect(told?.data).to.include({ action: 'preset.apply', preset: 'Friday Convoy' });
    expect(told?.data).to.have.property('result', 'merge: 4 changed, 0 left out');
  });

  it('changes nothing in a dry run, asks central nothing, and answers the same', async () => {
    const world = await makeWorld();
    for (const mode of ['merge', 'replace']) {
      const before = snapshot(world);
      world.central.answer = () => Promise.reject(new Error('down'));
      const dry = await apply(world, 'Friday Convoy', { mode, dryRun: true });
      expect([dry.status, dry.body.applied]).to.deep.equal([200, false]);
      expect(snapshot(world)).to.equal(before);
      world.central.answer = async () => ({ approved: true });
      const real = await apply(world, 'Friday Convoy', { mode });
      expect({ ...real.body, applied: false }).to.deep.equal(dry.body);
    }
  });

  it('archives what is not in it, and sets names, channels, relays, assignments and rules, when it replaces', async () => {
    const world = await makeWorld();
    const air = (await call(world, 'createNet', { body: { name: 'Air', channelIds: [CHANNELS.free] } })).body;
    await call(world, 'createNet', { body: { name: 'Extra' } });
    await call(world, 'setAssignment', { body: { userId: '5', netId: 1 } });
    await save(world, {
      name: 'Swap',
      nets: [
        { uid: EXAMPLE.netUid, name: 'Air', channelIds: [CHANNELS.free] },
        { uid: air.netUid, name: netName, channelIds: [EXAMPLE.channelId], relayTargets: ['Air'] },
      ],
      assignments: { '6': [netName] },
      rules: [{ roleId: '77', nets: ['Air'] }],
    });
    const { body } = await apply(world, 'Swap', { mode: 'replace' });
    expect(lines(body.results)).to.deep.equal([
      'net Extra  archive',
      'net Air  rename',
      'net Strike Net  rename',
      `channel ${EXAMPLE.channelId} Air unbind`,
      `channel ${CHANNELS.free} Strike Net unbind`,
      `channel ${CHANNELS.free} Air bind`,
      `channel ${EXAMPLE.channelId} Strike Net bind`,
      'relay Strike Net  set',
      `assignment ${userId} Air unassign`,
      'assignment 5 Air unassign',
      'assignment 6 Strike Net assign',
      'rule 77  set',
      `rule ${roleId}  remove`,
    ]);
    const [first, second] = world.shard.read.nets();
    expect(first).to.deep.include({ uid: EXAMPLE.netUid, name: 'Air', channelIds: [CHANNELS.free] });
    expect(second).to.deep.include({
      uid: air.netUid,
      name: netName,
      channelIds: [EXAMPLE.channelId],
      relayTargetNetUids: [EXAMPLE.netUid],
    });
    expect([...world.shard.read.assignments().keys()]).to.deep.equal(['6']);
    expect(world.shard.read.rules().map((rule) => rule.roleId)).to.deep.equal(['77']);
  });

  it('does not rename, unbind or lower anything when it merges, and says so', async () => {
    const world = await makeWorld();
    await save(world, {
      name: 'Soft',
      nets: [{ uid: EXAMPLE.netUid, name: 'Other', channelIds: [CHANNELS.free] }],
      features: { maxNets: 10, acarsEnabled: false },
    });
    const { body } = await apply(world, 'Soft');
    expect(lines(body.results)).to.deep.equal([
      'features features  set',
      'net Other  keep',
      `channel ${CHANNELS.free} Other bind`,
    ]);
    expect(body.results[0].reason).to.include('maxNets');
    expect(body.results[1].reason).to.include(netName);
    expect(world.shard.read.net({ netId: 1 })).to.deep.include({
      name: netName,
      channelIds: [EXAMPLE.channelId, CHANNELS.free],
    });
    expect(world.shard.read.features()).to.include({ maxNets: 50, acarsEnabled: false });
    await apply(world, 'Soft', { mode: 'replace' });
    expect(world.shard.read.features()).to.include({ maxNets: 10 });
    expect(names(world)).to.deep.equal(['Other']);
  });

  it('finds nets by uid, then by name, then by a slot given without a uid', async () => {
    const world = await makeWorld();
    await call(world, 'createNet', { body: { name: 'Two' } });
    await call(world, 'createNet', { body: { name: 'Three' } });
    await save(world, {
      name: 'Found',
      nets: [
        { id: 2, name: 'THREE' },
        { id: 3, name: 'Two' },
        { uid: EXAMPLE.netUid, id: 9, name: 'One' },
        { uid: 'net_gone', id: 1, name: 'New' },
      ],
      assignments: { '5': [2], '6': ['two'], '7': ['One'], '8': ['net_gone'] },
    });
    await apply(world, 'Found');
    const netsOf = (id: string) =>
      world.shard.read
        .assignments()
        .get(id)
        ?.map(({ name }) => name);
    expect(['5', '6', '7', '8'].map(netsOf)).to.deep.equal([['Three'], ['Two'], [netName], ['New']]);
    await save(world, { name: 'Slot', nets: [{ id: 2, name: 'Second' }] });
    await apply(world, 'Slot', { mode: 'replace' });
    expect(names(world)).to.deep.equal(['Second']);
  });

  it('brings a net back from the archive that it names by uid, under its name and with its channels', async () => {
    const world = await makeWorld();
    const air = (await call(world, 'createNet', { body: { name: 'Air', channelIds: [CHANNELS.free], priority: 9 } }))
      .body;
    await call(world, 'setAssignment', { body: { userId: '5', netId: 2 } });
    await call(world, 'setRules', { body: { rules: [{ roleId: '77', netIds: [2] }] } });
    await save(world, {
      name: 'Back',
      nets: [{ uid: air.netUid, name: 'Air Wing' }],
      assignments: { '6': [air.netUid] },
    });
    await call(world, 'deleteNet', { params: { ref: air.netUid } });
    await call(world, 'createNet', { body: { name: 'Second' } });
    const { body } = await apply(world, 'Back');
    expect(lines(body.results)).to.deep.equal(['net Air Wing  restore', 'assignment 6 Air Wing assign']);
    const back = world.shard.read.net({ text: 'Air Wing' });
    expect(back).to.deep.include({ uid: air.netUid, id: 3, priority: 9, channelIds: [CHANNELS.free] });
    expect([...world.shard.read.assignments().keys()]).not.to.include('5');
    expect(
      world.shard.read.rules()[0]?.nets.map(({ uid }) => uid),
      'its rule wakes',
    ).to.deep.equal([air.netUid]);
    expect((await call(world, 'getArchived', { params: { uid: air.netUid } })).status).to.equal(404);
  });

  it('opens or closes as the request says rather than the preset', async () => {
    const world = await makeWorld();
    await apply(world, 'Friday Convoy', { open: false });
    expect(world.shard.read.operation().open).to.equal(false);
    await save(world, { name: 'Silent' });
    expect((await apply(world, 'Silent')).body.results).to.deep.equal([]);
    expect(world.shard.read.operation().open).to.equal(false);
    await apply(world, 'Silent', { open: true });
    expect(world.shard.read.operation().open).to.equal(true);
  });

  it('leaves a channel out that is not free or cannot be used, with the reason, and does the rest', async () => {
    const world = await makeWorld();
    const channelIds = [EXAMPLE.channelId, CHANNELS.stage, CHANNELS.hidden, CHANNELS.free];
    await save(world, { name: 'Channels', nets: [{ name: 'New', channelIds }] });
    const { body } = await apply(world, 'Channels');
    expect(lines(body.results)).to.deep.equal([
      'net New  create',
      `channel ${EXAMPLE.channelId} New no bind`,
      `channel ${CHANNELS.stage} New no bind`,
      `channel ${CHANNELS.hidden} New no bind`,
      `channel ${CHANNELS.free} New bind`,
    ]);
    expect(body.results[1].reason).to.include(netName);
    expect(world.shard.read.net({ text: 'New' }).channelIds).to.deep.equal([CHANNELS.free]);
  });

  it('shows the Public Net as the features say, and leaves it alone otherwise', async () => {
    const world = await makeWorld();
    await call(world, 'showPublicNet', { body: {} });
    await apply(world, 'Friday Convoy', { mode: 'replace' });
    expect(world.shard.read.publicNet().enabled).to.equal(true);
    await save(world, { name: 'Hidden', features: { publicNet: { enabled: false } } });
    await apply(world, 'Hidden');
    expect(world.shard.read.publicNet().enabled).to.equal(false);
  });

  it('names every net that is unknown and changes nothing', async () => {
    const world = await makeWorld();
    await save(world, {
      name: 'Typos',
      nets: [{ name: 'New', relayTargets: ['Nwe'] }],
      assignments: { '5': ['New', 'Stirke'], '6': [99] },
      rules: [{ roleId: '5', nets: ['net_nowhere'] }],
    });
    const before = snapshot(world);
    for (const mode of ['merge', 'replace']) {
      for (const dryRun of [true, false]) {
        const { status, body } = await apply(world, 'Typos', { mode, dryRun });
        expect([status, body.code]).to.deep.equal([409, 'preset.nets-unknown']);
        expect(body.details.map(({ pointer }: { pointer: string }) => pointer)).to.deep.equal([
          '/nets/0/relayTargets/0',
          '/assignments/5/1',
          '/assignments/6/0',
          '/rules/0/nets/0',
        ]);
      }
    }
    expect(snapshot(world)).to.equal(before);
  });

  it('is all or nothing: whatever step fails, nothing is changed', async () => {
    const world = await makeWorld();
    await call(world, 'setFeatures', { body: { features: { maxNets: 2 } } });
    await save(world, {
      name: 'Too many',
      nets: [{ name: 'A' }, { name: 'B' }],
      assignments: { '5': ['A'] },
      open: false,
    });
    await save(world, {
      name: 'Clash',
      nets: [{ name: 'A' }],
      features: { publicNet: { enabled: true, name: netName } },
      assignments: { '5': ['A'] },
    });
    const before = snapshot(world);
    for (const [name, code] of [
      ['Too many', 'net.slots-full'],
      ['Clash', 'net.name-taken'],
    ] as const) {
      const answer = await apply(world, name);
      expect([answer.status, answer.body.code], name).to.deep.equal([409, code]);
    }
    world.store.gate = () => Promise.reject(new Error('disk full'));
    const full = await apply(world, 'Friday Convoy');
    expect([full.status, full.body.code]).to.deep.equal([503, 'store.failed']);
    expect(snapshot(world)).to.equal(before);
  });

  it('is 404 for a preset that does not exist', async () => {
    const answer = await apply(await makeWorld(), 'No such');
    expect([answer.status, answer.body.code]).to.deep.equal([404, 'preset.unknown']);
  });

  it('takes no body at all for its defaults', async () => {
    const answer = await send(await makeWorld(), 'post', '/presets/Friday%20Convoy/apply');
    expect([answer.status, answer.body.applied]).to.deep.equal([200, true]);
  });
});

describe('a preset that holds rules or features', () => {
  const withRules = { name: 'Rules', rules: [{ roleId: '5', nets: [netName] }] };
  const withFeatures = { name: 'Features', features: { acarsEnabled: false } };

  it('is saved and applied only with the scope for them, which the refusal names', async () => {
    const world = await makeWorld();
    const plain = await world.addKey({ scopes: ['write:presets'] });
    for (const [preset, scope] of [
      [withRules, 'write:rules'],
      [withFeatures, 'manage:features'],
    ] as const) {
      const before = snapshot(world);
      const refused = await save(world, preset, plain);
      expect([refused.status, refused.body.code], preset.name).to.deep.equal([403, 'scope.missing']);
      expect(refused.body.error).to.include(scope);
      expect(snapshot(world)).to.equal(before);
      const key = await world.addKey({ scopes: ['write:presets', scope] });
      expect((await save(world, preset, key)).status).to.equal(201);
      for (const dryRun of [true, false]) {
        const answer = await apply(world, preset.name, { dryRun }, plain);
        expect([answer.status, answer.body.code]).to.deep.equal([403, 'scope.missing']);
        expect(answer.body.error).to.include(scope);
      }
      expect((await apply(world, preset.name, {}, key)).status).to.equal(200);
    }
  });

  it('holds them also when the set of rules is empty: replacing with it removes all rules', async () => {
    const world = await makeWorld();
    await save(world, { name: 'No rules', nets: [{ name: netName }], rules: [] });
    const plain = await world.addKey({ scopes: ['write:presets'] });
    expect((await apply(world, 'No rules', { mode: 'replace' }, plain)).status).to.equal(403);
    expect((await apply(world, 'No rules')).body.results.map(({ step }: Step) => step)).to.deep.equal(['net']);
    expect(world.shard.read.rules()).to.have.length(1);
    await apply(world, 'No rules', { mode: 'replace' });
    expect(world.shard.read.rules()).to.deep.equal([]);
  });

  it('is told when it is saved and deleted', async () => {
    const world = await makeWorld();
    await save(world, withRules);
    await save(world, { name: 'Captured', capture: true });
    await call(world, 'deletePreset', { params: { name: 'Rules' } });
    const told = world.store.rows
      .flatMap(({ events }) => events.map(({ data }) => data))
      .filter((data) => 'preset' in data);
    expect(told.map((data) => ('action' in data && 'preset' in data ? [data.action, data.preset] : []))).to.deep.equal([
      ['preset.save', 'Rules'],
      ['preset.capture', 'Captured'],
      ['preset.delete', 'Rules'],
    ]);
    for (const data of told) expect(data).to.have.property('keyId');
  });
});
