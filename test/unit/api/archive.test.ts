import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { settle } from '../../support/given.ts';
import { call, requireDocumented, send, snapshot } from './call.ts';
import { CHANNELS, makeWorld, OTHER, ROUTES, type World } from './world.ts';

const UID = 'net_dddddddddddddddddddddddd';
const pointers = (body: { details: { pointer: string }[] }) => body.details.map(({ pointer }) => pointer);
const outcome = ({ status, body }: { status: number; body: { code?: string } }) => [status, body.code];

/** `GET /archive` with a query as it is typed, checked against the document. */
async function list(world: World, query: string, headers: Record<string, string> = {}) {
  const answer = await send(world, 'get', `/archive${query}`, { headers });
  const route = ROUTES.find(({ id }) => id === 'listArchive');
  if (route && answer.status !== 304) requireDocumented(route, answer);
  return answer;
}

const names = (answer: { body: { entries: { name: string }[] } }) => answer.body.entries.map(({ name }) => name);

async function withEntries(...entries: object[]): Promise<World> {
  const world = await makeWorld();
  for (const body of entries) {
    await call(world, 'putArchive', { body });
    await world.clock.advance(1000);
  }
  return world;
}

describe('GET /archive', () => {
  it('lists newest first, without what is only kept inside', async () => {
    const world = await withEntries({ name: 'Alpha' }, { name: 'Bravo' });
    const answer = await list(world, '');
    expect(names(answer)).to.deep.equal(['Bravo', 'Alpha', EXAMPLE.archivedName]);
    expect(answer.body.total).to.equal(3);
    expect(answer.body).not.to.have.property('nextCursor');
    expect(answer.body.entries[0]).not.to.have.property('channelIds');
  });

  it('searches name, notes and tags, with words, beginnings and typos', async () => {
    const world = await withEntries({ name: 'Alpha Strike', notes: 'Élan\nat dawn', tags: ['Night Ops'] });
    for (const q of ['alpha', 'STRI', 'elan', 'dawn+alpha', 'ops', 'strkie']) {
      expect(names(await list(world, `?q=${q}`)), q).to.deep.equal(['Alpha Strike']);
    }
    expect((await list(world, '?q=nowhere')).body).to.deep.include({ entries: [], total: 0 });
    expect((await list(world, '?q=%20')).body.total).to.equal(2);
  });

  it('takes tags one or several times: entries have them all', async () => {
    const world = await withEntries({ name: 'A', tags: ['x', 'y'] }, { name: 'B', tags: ['x'] });
    expect(names(await list(world, '?tag=x'))).to.deep.equal(['B', 'A']);
    expect(names(await list(world, '?tag=x&tag=y'))).to.deep.equal(['A']);
    expect(names(await list(world, '?tag=Y&q=a'))).to.deep.equal(['A']);
    expect(names(await list(world, '?tag=x&tag=nothing'))).to.deep.equal([]);
  });

  it('is read page after page', async () => {
    const world = await withEntries({ name: 'Alpha' }, { name: 'Bravo' });
    const first = await list(world, '?limit=2');
    expect(names(first)).to.deep.equal(['Bravo', 'Alpha']);
    const second = await list(world, `?limit=2&cursor=${first.body.nextCursor}`);
    expect(names(second)).to.deep.equal([EXAMPLE.archivedName]);
    expect([second.body.total, second.body.nextCursor]).to.deep.equal([3, undefined]);
  });

  it('refuses parameters that are none, and cursors of another list', async () => {
    const world = await withEntries({ name: 'Alpha' }, { name: 'Bravo' });
    for (const [query, pointer] of [
      ['?limit=0', '/limit'],
      ['?limit=201', '/limit'],
      ['?limit=x', '/limit'],
      ['?limit=1&limit=2', '/limit'],
      [`?q=${'x'.repeat(101)}`, '/q'],
      ['?q=a&q=b', '/q'],
      ['?tag=', '/tag'],
      [`?${'tag=x&'.repeat(51)}`, '/tag'],
      [`?cursor=${'x'.repeat(401)}`, '/cursor'],
    ] as const) {
      const answer = await list(world, query);
      expect([...outcome(answer), pointers(answer.body)[0]], query).to.deep.equal([400, 'request.invalid', pointer]);
    }
    const { nextCursor } = (await list(world, '?limit=1')).body;
    for (const query of ['?cursor=x', '?cursor=', `?q=alpha&cursor=${nextCursor}`]) {
      expect(outcome(await list(world, query)), query).to.deep.equal([400, 'archive.cursor-invalid']);
    }
  });

  it('has an ETag, and answers 304 while nothing changed', async () => {
    const world = await makeWorld();
    const { headers } = await list(world, '?q=gate');
    const same = { 'If-None-Match': headers['etag'] as string };
    expect((await list(world, '?q=gate', same)).status).to.equal(304);
    await call(world, 'updateArchived', { body: { tags: ['gate'] } });
    expect((await list(world, '?q=gate', same)).status).to.equal(200);
  });

  it('says that the index is being built, with when to try again, while everything else works', async () => {
    const world = await makeWorld();
    world.search.lose();
    const answer = await list(world, '?q=gate');
    expect(outcome(answer)).to.deep.equal([503, 'index.building']);
    expect(Number(answer.get('Retry-After'))).to.be.above(0);
    expect((await list(world, '?tag=night')).body.total).to.equal(1);
    expect((await call(world, 'putArchive', { body: { name: 'Gate' } })).status).to.equal(201);
    world.search.restart();
    await settle();
    expect(names(await list(world, '?q=gate'))).to.deep.equal(['Gate', EXAMPLE.archivedName]);
  });

  it('refuses a search when too many are under way', async () => {
    const world = await makeWorld();
    await settle();
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    world.search.gate = () => gate;
    const waiting = Array.from({ length: 64 }, () => world.shard.archive.list({ text: 'gate', limit: 1 }));
    expect(outcome(await list(world, '?q=gate'))).to.deep.equal([503, 'index.busy']);
    open();
    await Promise.all(waiting);
    expect((await list(world, '?q=gate')).status).to.equal(200);
  });
});

describe('POST /archive and /archive/:uid', () => {
  const full = {
    name: 'Convoy',
    notes: 'First\nsecond\tline',
    tags: ['supply', 'night'],
    assignedUserIds: [EXAMPLE.userId],
    relayTargetNetUids: [EXAMPLE.netUid],
    inboundRelayFromNetUids: [EXAMPLE.netUid],
    channels: [CHANNELS.free],
    priority: 7,
    mode: 'floor',
    gainDb: -3,
    timeLimitSeconds: 60,
    access: 'assigned',
    monitors: { [CHANNELS.free]: [EXAMPLE.netUid] },
  };

  it('create an entry with everything that is sent, under the uid that is sent', async () => {
    for (const [id, sending] of [
      ['putArchive', { body: { ...full, uid: UID } }],
      ['putArchived', { params: { uid: UID }, body: full }],
    ] as const) {
      const world = await makeWorld();
      const { status, body } = await call(world, id, sending);
      expect([status, body.action]).to.deep.equal([201, 'created']);
      expect(body.entry).to.deep.include({ ...full, uid: UID, source: 'api', archivedAt: EXAMPLE.time });
      const read = await call(world, 'getArchived', { params: { uid: UID } });
      expect(read.body).to.deep.include({ entry: body.entry, source: 'api' });
    }
  });

  it('update what is sent of one that is there, with 200', async () => {
    const world = await makeWorld();
    const before = (await call(world, 'getArchived')).body.entry;
    await world.clock.advance(1000);
    const byBody = await call(world, 'putArchive', { body: { uid: EXAMPLE.archivedUid, notes: '' } });
    expect([byBody.status, byBody.body.action]).to.deep.equal([200, 'updated']);
    expect(byBody.body.entry).to.deep.equal({ ...before, notes: '', updatedAt: byBody.body.entry.updatedAt });
    const byPath = await call(world, 'putArchived', { body: { timeLimitSeconds: null, name: 'Watch' } });
    expect(byPath.body.entry).to.deep.include({ name: 'Watch', notes: '', archivedAt: EXAMPLE.time });
  });

  it('refuse what is no entry, and list every invalid field', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const body = {
      uid: 5,
      name: 'x'.repeat(49),
      notes: 'x'.repeat(4001),
      tags: ['ok', 'x'.repeat(49), 'a\nb', ' '],
      assignedUserIds: ['x'],
      relayTargetNetUids: ['a b'],
      inboundRelayFromNetUids: Array.from({ length: 250 }, () => UID),
      channels: ['x'],
      priority: 11,
      mode: 'x',
      gainDb: 99,
      timeLimitSeconds: 1,
      access: 'x',
      monitors: { x: [UID] },
    };
    const answer = await call(world, 'putArchive', { body });
    expect(outcome(answer)).to.deep.equal([400, 'request.invalid']);
    expect(new Set(pointers(answer.body).map((pointer) => pointer.split('/')[1]))).to.deep.equal(
      new Set(Object.keys(body)),
    );
    expect(pointers(answer.body).filter((pointer) => pointer.startsWith('/tags'))).to.have.length(3);
    const many = { tags: Array.from({ length: 51 }, (_, at) => `t${at}`), assignedUserIds: Array(1001).fill('1') };
    expect(pointers((await call(world, 'putArchive', { body: { name: 'x', ...many } })).body)).to.have.members([
      '/tags',
      '/assignedUserIds',
    ]);
    for (const notes of ['a\u0000b', 'a\u001bb', '\ud800', 5, null]) {
      expect(pointers((await call(world, 'putArchive', { body: { name: 'x', notes } })).body)[0]).to.equal('/notes');
    }
    expect(snapshot(world)).to.equal(before);
  });

  it('refuse a new one without name or with an odd uid, and the uid of a live net', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const put = async (body: object) => outcome(await call(world, 'putArchive', { body }));
    expect(await put({})).to.deep.equal([400, 'archive.name-missing']);
    expect((await call(world, 'putArchive', { body: {} })).body.details[0].pointer).to.equal('/name');
    expect(await put({ uid: UID })).to.deep.equal([400, 'archive.name-missing']);
    expect(await put({ uid: 'net_x', name: 'x' })).to.deep.equal([400, 'archive.uid-invalid']);
    expect(await put({ uid: EXAMPLE.netUid, name: 'x' })).to.deep.equal([409, 'archive.net-live']);
    const byPath = await call(world, 'putArchived', { params: { uid: EXAMPLE.netUid }, body: { name: 'x' } });
    expect(outcome(byPath)).to.deep.equal([409, 'archive.net-live']);
    expect(snapshot(world)).to.equal(before);
  });

  it('take bodies of up to 256 KiB', async () => {
    const world = await makeWorld();
    const padding = 'x'.repeat(200_000);
    expect((await call(world, 'putArchive', { body: { name: 'x', padding } })).status).to.equal(201);
    expect((await call(world, 'updateArchived', { body: { padding } })).status).to.equal(200);
    const tooMuch = await call(world, 'putArchive', { body: { name: 'x', padding: 'x'.repeat(300_000) } });
    expect(outcome(tooMuch)).to.deep.equal([413, 'body.too-large']);
  });
});

describe('PATCH, DELETE and GET /archive/:uid', () => {
  it('answer 404 for what is not there, a live net and an entry of another guild too', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    for (const uid of [UID, EXAMPLE.netUid, OTHER.archivedUid, '1', '%00', '..', '__proto__']) {
      for (const id of ['getArchived', 'updateArchived', 'deleteArchived', 'restoreArchived']) {
        const answer = await call(world, id, { params: { uid }, ...(id !== 'getArchived' && { body: {} }) });
        expect(outcome(answer), `${id} ${uid}`).to.deep.equal([404, 'archive.unknown']);
      }
    }
    expect(snapshot(world)).to.equal(before);
  });

  it('PATCH changes only what is sent', async () => {
    const world = await makeWorld();
    const before = (await call(world, 'getArchived')).body.entry;
    await world.clock.advance(1000);
    const { body } = await call(world, 'updateArchived', { body: { tags: [], unknown: 1 } });
    expect(body.action).to.equal('updated');
    expect(body.entry).to.deep.equal({ ...before, tags: [], updatedAt: body.entry.updatedAt });
    expect(body.entry.updatedAt).to.not.equal(before.updatedAt);
    const nothing = await call(world, 'updateArchived', { body: {} });
    expect(nothing.body.entry).to.deep.equal(body.entry);
  });

  it('DELETE is for good', async () => {
    const world = await makeWorld();
    const { body } = await call(world, 'deleteArchived');
    expect(body).to.deep.equal({ ok: true, guildId: EXAMPLE.guildId, uid: EXAMPLE.archivedUid, deleted: true });
    expect(outcome(await call(world, 'getArchived'))).to.deep.equal([404, 'archive.unknown']);
    expect((await list(world, '')).body.total).to.equal(0);
    expect((await list(world, '?q=watch')).body.total).to.equal(0);
  });
});

describe('POST /archive/:uid/restore', () => {
  it('brings a removed net back as it was', async () => {
    const world = await makeWorld();
    const before = world.shard.read.net({ netId: 1 });
    await call(world, 'removeNet', { body: { netId: 1 } });
    const { status, body } = await call(world, 'restoreArchived', { params: { uid: EXAMPLE.netUid }, body: {} });
    expect(status).to.equal(200);
    expect(body).to.deep.include({
      uid: EXAMPLE.netUid,
      netId: 1,
      netUid: EXAMPLE.netUid,
      name: EXAMPLE.netName,
      restored: { assignments: 1, relays: 0 },
    });
    expect(world.shard.read.net({ netId: 1 })).to.deep.equal(before);
    expect((await call(world, 'getAssignments')).body.assignments).to.deep.equal({ [EXAMPLE.userId]: [1] });
    expect((await call(world, 'getRules')).body.rules).to.have.length(1);
  });

  it('answers 409 where the name is taken or no slot is free, and takes another name', async () => {
    const world = await makeWorld();
    await call(world, 'createNet', { body: { name: EXAMPLE.archivedName.toUpperCase() } });
    const before = snapshot(world);
    expect(outcome(await call(world, 'restoreArchived', { body: {} }))).to.deep.equal([409, 'net.name-taken']);
    expect(snapshot(world)).to.equal(before);
    for (let slot = 3; slot <= 50; slot += 1) await call(world, 'createNet', { body: { name: `Net ${slot}` } });
    const full = await call(world, 'restoreArchived', { body: { name: 'Other' } });
    expect(outcome(full)).to.deep.equal([409, 'net.slots-full']);
    await call(world, 'deleteNet', { params: { ref: '9' } });
    expect((await call(world, 'restoreArchived', { body: { name: 'Other' } })).body).to.include({ netId: 9 });
  });

  it('refuses wishes of the wrong type', async () => {
    const world = await makeWorld();
    const answer = await call(world, 'restoreArchived', { body: { assignments: 1, relays: 'x', name: '' } });
    expect(pointers(answer.body)).to.have.members(['/assignments', '/relays', '/name']);
  });

  it('changes nothing when central refuses or cannot be reached', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    world.central.answer = async () => ({ approved: false, reason: 'no' });
    expect(outcome(await call(world, 'restoreArchived'))).to.deep.equal([403, 'central.refused']);
    world.central.answer = () => Promise.reject(new Error('away'));
    expect(outcome(await call(world, 'restoreArchived'))).to.deep.equal([503, 'central.unreachable']);
    expect(snapshot(world)).to.equal(before);
    expect((await call(world, 'updateArchived')).status).to.equal(200);
  });
});

describe('GET /archive/sync/status', () => {
  it('counts changes until central confirmed them', async () => {
    const world = await makeWorld();
    await call(world, 'putArchive', { body: { name: 'Convoy' } });
    await call(world, 'deleteNet');
    expect((await call(world, 'getArchiveSync')).body.pendingOps).to.equal(2);
    await world.clock.advance(5000);
    const { pendingOps, checkpoint } = (await call(world, 'getArchiveSync')).body;
    expect(pendingOps).to.equal(0);
    expect(checkpoint.lastCheckpointVersion).to.equal(2);
    expect(checkpoint.lastCheckpointHash).to.match(/^[0-9a-f]{64}$/);
  });
});
