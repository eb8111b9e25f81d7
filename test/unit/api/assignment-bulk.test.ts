import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { call, snapshot } from './call.ts';
import { makeWorld, OTHER, type World } from './world.ts';

const bulk = (world: World, body: unknown) => call(world, 'setAssignments', { body });

const pointers = ({ body }: { body: { details?: { pointer: string }[] } }) =>
  (body.details ?? []).map(({ pointer }) => pointer);

describe('POST /assignments/bulk', () => {
  it('applies many in one change, and says of each what came of it', async () => {
    const world = await makeWorld();
    await call(world, 'createNet', { body: { name: 'Air Wing' } });
    const rows = world.store.rows.length;
    const { status, body } = await bulk(world, {
      action: 'unassign',
      assignments: [
        { userId: '41', netId: 2, action: 'assign' },
        { userId: '42', netUid: EXAMPLE.netUid, action: 'assign' },
        { userId: '42', netUid: EXAMPLE.netUid },
        { userId: '43', netId: 2 },
      ],
    });
    expect(status).to.equal(200);
    expect(body).to.include({ ok: true, guildId: EXAMPLE.guildId, applied: 3, skipped: 1 });
    const netUid = EXAMPLE.netUid;
    expect(body.results.slice(1)).to.deep.equal([
      { userId: '42', netId: 1, netUid, action: 'assign', ok: true },
      { userId: '42', netId: 1, netUid, action: 'unassign', ok: true },
      { ...body.results[3], userId: '43', netId: 2, action: 'unassign', ok: true, reason: 'not assigned' },
    ]);
    expect(world.store.rows.length).to.equal(rows + 1);
    const stored = (await call(world, 'getAssignments')).body.assignments;
    expect(stored).to.deep.equal({ [EXAMPLE.userId]: [1], '41': [2] });
  });

  it('assigns when nothing else is said, and publishes one event for each that changed something', async () => {
    const world = await makeWorld();
    const assignments = ['41', EXAMPLE.userId, '43'].map((userId) => ({ userId, netId: 1 }));
    const { body } = await bulk(world, { assignments });
    expect(body.results.map(({ reason }: { reason?: string }) => reason)).to.deep.equal([
      undefined,
      'already assigned',
      undefined,
    ]);
    await world.clock.advance(100);
    const told = world.shard.events.recent().filter(({ type }) => type === 'assignments.changed');
    expect(
      told.map(({ data }) => [(data as { userId: string }).userId, (data as { source: string }).source]),
    ).to.deep.equal([
      ['41', 'api'],
      ['43', 'api'],
    ]);
  });

  it('writes nothing when everything was so before', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const { body } = await bulk(world, { assignments: [{ userId: EXAMPLE.userId, netId: 1 }] });
    expect(body).to.include({ applied: 0, skipped: 1 });
    expect((await bulk(world, { assignments: [] })).body).to.deep.include({ applied: 0, skipped: 0, results: [] });
    expect(snapshot(world)).to.equal(before);
  });

  it('lists every net that does not exist, and changes nothing', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const good = { userId: '42', netId: 1 };
    const answer = await bulk(world, {
      assignments: [good, { userId: '42', netId: 77 }, good, { userId: '43', netUid: OTHER.netUid }],
    });
    expect([answer.status, answer.body.code]).to.deep.equal([400, 'assignment.items-invalid']);
    expect(pointers(answer)).to.deep.equal(['/assignments/1/netId', '/assignments/3/netUid']);
    expect(answer.body.error).to.include('"77"');
    expect(snapshot(world)).to.equal(before);
  });

  it('lists malformed items and unknown nets together', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const answer = await bulk(world, {
      assignments: [
        { userId: 42, netId: 1 },
        { userId: '42' },
        { userId: '42', netId: 77 },
        { userId: 'x', netUid: 'net_no' },
        { userId: '42', netId: '1' },
        { userId: '42', netId: 1, action: 'asign' },
        null,
      ],
    });
    expect([answer.status, answer.body.code]).to.deep.equal([400, 'request.invalid']);
    expect(pointers(answer)).to.have.members([
      ...['/assignments/0/userId', '/assignments/1/netUid', '/assignments/3/userId', '/assignments/4/netId'],
      ...['/assignments/5/action', '/assignments/6', '/assignments/2/netId', '/assignments/3/netUid'],
    ]);
    expect(snapshot(world)).to.equal(before);
  });

  it('takes 200 at once, also as a body of over 64 KiB, and not one more', async () => {
    const world = await makeWorld();
    const item = (n: number) => ({ userId: String(1000 + n), netId: 1, note: 'x'.repeat(400) });
    const many = Array.from({ length: 201 }, (_, n) => item(n));
    expect(pointers(await bulk(world, { assignments: many }))).to.deep.equal(['/assignments']);
    const { body } = await bulk(world, { assignments: many.slice(1) });
    expect(body).to.include({ applied: 200, skipped: 0 });
  });

  it('takes nothing but a list', async () => {
    const world = await makeWorld();
    for (const body of [{}, { assignments: {} }, { assignments: 'all' }, [], { action: 'toggle', assignments: [] }]) {
      expect((await bulk(world, body)).status).to.equal(400);
    }
  });
});
