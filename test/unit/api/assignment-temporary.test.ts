import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { call, snapshot } from './call.ts';
import { makeWorld, OTHER, type World } from './world.ts';

const give = (world: World, body: object) =>
  call(world, 'assignForAWhile', { body: { userId: '42', netId: 1, ...body } });

const inMs = ({ clock }: World, ms: number) => new Date(clock.now() + ms).toISOString();

describe('POST /assignments/temporary', () => {
  it('takes milliseconds or minutes by either name, and lasts five minutes when none is sent', async () => {
    const world = await makeWorld();
    for (const [sent, ms] of [
      [{}, 300_000],
      [{ ttlMs: 15_000 }, 15_000],
      [{ expiresMinutes: 30 }, 1_800_000],
      [{ minutes: 0.5 }, 30_000],
      [{ minutes: 1440 }, 86_400_000],
    ] as const) {
      const { status, body } = await give(world, sent);
      expect(status).to.equal(200);
      expect(body).to.deep.equal({
        ok: true,
        guildId: EXAMPLE.guildId,
        userId: '42',
        netId: 1,
        netUid: EXAMPLE.netUid,
        expiresAt: inMs(world, ms),
      });
    }
  });

  it('is among what is stored and what is in force, with its end, and then it is not', async () => {
    const world = await makeWorld();
    const userId = EXAMPLE.userId;
    const { body: given } = await give(world, { userId, minutes: 1 });
    await give(world, { minutes: 2 });
    const query = { effective: 'true' };
    const { body } = await call(world, 'getAssignments', { query });
    const netUid = EXAMPLE.netUid;
    expect(body.assignments).to.deep.equal({ [userId]: [1], '42': [1] });
    expect(body.netUids).to.deep.equal({ [userId]: [netUid], '42': [netUid] });
    expect(body.temporary).to.deep.equal([
      { userId, netId: 1, netUid, expiresAt: given.expiresAt },
      { userId: '42', netId: 1, netUid, expiresAt: inMs(world, 120_000) },
    ]);
    expect(body.effective[userId][0].sources).to.deep.equal(['explicit', 'temporary', `role:${EXAMPLE.roleId}`]);
    await world.clock.advance(120_000);
    const { body: after } = await call(world, 'getAssignments', { query });
    expect(after.temporary).to.deep.equal([]);
    expect(after.assignments).to.deep.equal({ [userId]: [1] });
    expect(after.effective[userId][0].sources).to.deep.equal(['explicit', `role:${EXAMPLE.roleId}`]);
  });

  it('is taken away by POST /assignments like any other', async () => {
    const world = await makeWorld();
    await give(world, {});
    const { body } = await call(world, 'setAssignment', { body: { userId: '42', netId: 1, action: 'unassign' } });
    expect(body.changed).to.equal(true);
    expect((await call(world, 'getAssignments')).body.temporary).to.deep.equal([]);
  });

  it('refuses less than 15 seconds, more than a day, and two ways of saying how long', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const pointers = async (sent: object) => {
      const { status, body } = await give(world, sent);
      expect([status, body.code], JSON.stringify(sent)).to.deep.equal([400, 'request.invalid']);
      return body.details.map((detail: { pointer: string }) => detail.pointer);
    };
    for (const ttlMs of [14_999, 86_400_001, -1, 0, 1e9, '60000', null, 20_000.5]) {
      expect(await pointers({ ttlMs })).to.deep.equal(['/ttlMs']);
    }
    expect(await pointers({ minutes: 0.2 })).to.deep.equal(['/minutes']);
    expect(await pointers({ expiresMinutes: 1441 })).to.deep.equal(['/expiresMinutes']);
    expect(await pointers({ ttlMs: 20_000, minutes: 1 })).to.deep.equal(['/ttlMs']);
    expect(await pointers({ minutes: 1, expiresMinutes: 1 })).to.deep.equal(['/ttlMs']);
    expect(await pointers({ minutes: 1, expiresMinutes: 1, userId: 5 })).to.have.members(['/ttlMs', '/userId']);
    expect(snapshot(world)).to.equal(before);
  });

  it('names the reference of a net that does not exist', async () => {
    const world = await makeWorld();
    for (const ref of [{ netId: 77 }, { netId: undefined, netUid: OTHER.netUid }]) {
      const { status, body } = await give(world, ref);
      expect([status, body.code]).to.deep.equal([400, 'net.unknown']);
    }
  });
});
