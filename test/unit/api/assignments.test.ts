import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { call, snapshot } from './call.ts';
import { makeWorld, OTHER } from './world.ts';

const body = { userId: '42', netUid: EXAMPLE.netUid };

describe('GET /assignments', () => {
  it('shows what is stored, by slot and by uid', async () => {
    const { body: answer } = await call(await makeWorld(), 'getAssignments');
    expect(answer).to.deep.equal({
      ok: true,
      guildId: EXAMPLE.guildId,
      assignments: { [EXAMPLE.userId]: [EXAMPLE.netId] },
      netUids: { [EXAMPLE.userId]: [EXAMPLE.netUid] },
      temporary: [],
    });
  });

  it('adds with effective=true what connected operators are on, and why', async () => {
    const { body: answer } = await call(await makeWorld(), 'getAssignments', { query: { effective: 'true' } });
    const sources = ['explicit', `role:${EXAMPLE.roleId}`];
    expect(answer.effective).to.deep.equal({
      [EXAMPLE.userId]: [{ netUid: EXAMPLE.netUid, netId: EXAMPLE.netId, sources }],
    });
  });

  it('refuses an effective that is neither true nor false', async () => {
    const world = await makeWorld();
    for (const effective of ['1', '', 'TRUE']) {
      const answer = await call(world, 'getAssignments', { query: { effective } });
      expect(answer.status).to.equal(400);
      expect(answer.body.details[0].pointer).to.equal('/effective');
    }
  });
});

describe('POST /assignments', () => {
  it('assigns and unassigns, and says whether that changed anything', async () => {
    const world = await makeWorld();
    const answers = [];
    for (const action of ['assign', 'assign', 'unassign', 'unassign']) {
      answers.push((await call(world, 'setAssignment', { body: { ...body, action } })).body);
    }
    expect(answers.map(({ action, changed }) => [action, changed])).to.deep.equal([
      ['assign', true],
      ['assign', false],
      ['unassign', true],
      ['unassign', false],
    ]);
    expect(answers[0]).to.deep.equal({
      ok: true,
      guildId: EXAMPLE.guildId,
      action: 'assign',
      userId: '42',
      netId: EXAMPLE.netId,
      netUid: EXAMPLE.netUid,
      changed: true,
    });
  });

  it('assigns when no action is named, and takes a slot as well as a uid', async () => {
    const world = await makeWorld();
    const answer = await call(world, 'setAssignment', { body: { userId: '42', netId: 1 } });
    expect(answer.body).to.include({ action: 'assign', netUid: EXAMPLE.netUid, changed: true });
    expect((await call(world, 'getAssignments')).body.netUids['42']).to.deep.equal([EXAMPLE.netUid]);
  });

  it('names the reference of a net that does not exist, and changes nothing', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    for (const ref of [{ netUid: 'net_nowhere' }, { netId: 77 }, { netUid: OTHER.netUid }]) {
      const answer = await call(world, 'setAssignment', { body: { userId: '42', ...ref } });
      expect(answer.status).to.equal(400);
      expect(answer.body.code).to.equal('net.unknown');
      expect(answer.body.error).to.include(`"${Object.values(ref)[0]}"`);
      const pointer = `/${Object.keys(ref)[0]}`;
      expect(answer.body.details).to.deep.equal([{ pointer, detail: answer.body.error }]);
    }
    expect(snapshot(world)).to.equal(before);
  });

  it('lists a net that does not exist among the invalid fields', async () => {
    const world = await makeWorld();
    const answer = await call(world, 'setAssignment', { body: { userId: 'x', netId: 77 } });
    expect(answer.body.code).to.equal('request.invalid');
    const pointers = answer.body.details.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers).to.have.members(['/userId', '/netId']);
  });

  it('refuses a uid and a slot of different nets', async () => {
    const world = await makeWorld();
    await call(world, 'createNet', { body: { name: 'Air Wing' } });
    const answer = await call(world, 'setAssignment', { body: { ...body, netId: 2 } });
    expect([answer.status, answer.body.code]).to.deep.equal([400, 'net.ref-mismatch']);
    expect((await call(world, 'setAssignment', { body: { ...body, netId: 1 } })).status).to.equal(200);
  });

  it('lists every invalid field at once', async () => {
    const world = await makeWorld();
    const pointers = async (sent: object) => {
      const answer = await call(world, 'setAssignment', { body: sent });
      expect(answer.body.code).to.equal('request.invalid');
      return answer.body.details.map((detail: { pointer: string }) => detail.pointer);
    };
    expect(await pointers({ userId: 42, netId: '3', action: 'asign' })).to.have.members([
      '/userId',
      '/netId',
      '/action',
    ]);
    expect(await pointers({ userId: '42' })).to.deep.equal(['/netUid']);
    expect(await pointers({ userId: 'x' })).to.have.members(['/userId', '/netUid']);
    expect(await pointers({})).to.have.members(['/userId', '/netUid']);
    expect(await pointers({ userId: '1'.repeat(21), netUid: null })).to.have.members(['/userId', '/netUid']);
    expect(await pointers([])).to.deep.equal(['']);
  });
});
