import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { call, snapshot } from './call.ts';
import { makeWorld, OTHER } from './world.ts';

const { roleId, netUid } = EXAMPLE;

describe('GET /rules', () => {
  it('shows each role with its nets, by uid and by slot', async () => {
    const { body } = await call(await makeWorld(), 'getRules');
    expect(body.rules).to.deep.equal([{ roleId, netUids: [netUid], netIds: [1] }]);
  });

  it('gives what POST takes: sending it back changes nothing', async () => {
    const world = await makeWorld();
    const { body } = await call(world, 'getRules');
    const before = snapshot(world);
    const answer = await call(world, 'setRules', { body: { rules: body.rules } });
    expect(answer.body.diff).to.deep.equal({ added: [], removed: [], membersAffected: 0 });
    expect(snapshot(world)).to.equal(before);
  });
});

describe('POST /rules', () => {
  it('takes netUids, netIds, netUid or netId', async () => {
    for (const nets of [{ netUids: [netUid] }, { netIds: [1] }, { netUid }, { netId: 1 }, { netUid, netId: 1 }]) {
      const world = await makeWorld();
      const { status, body } = await call(world, 'setRules', { body: { rules: [{ roleId: '77', ...nets }] } });
      expect(status, JSON.stringify(nets)).to.equal(200);
      expect(body.action).to.equal('rules.set');
      expect(body.rules).to.deep.equal([{ roleId: '77', netUids: [netUid], netIds: [1] }]);
      expect((await call(world, 'getRules')).body.rules).to.deep.equal(body.rules);
    }
  });

  it('replaces the whole set and tells what that changed', async () => {
    const world = await makeWorld();
    const air = (await call(world, 'createNet', { body: { name: 'Air Wing' } })).body;
    const { body } = await call(world, 'setRules', { body: { rules: [{ roleId, netIds: [2] }] } });
    expect(body.diff).to.deep.equal({
      added: [{ roleId, netUid: air.netUid }],
      removed: [{ roleId, netUid }],
      membersAffected: 1,
    });
    expect((await call(world, 'getRoster')).body.operators[0].nets).to.deep.equal([1, 2]);
  });

  it('gives a rule to @everyone, whose role has the id of the guild', async () => {
    const world = await makeWorld();
    const air = (await call(world, 'createNet', { body: { name: 'Air Wing' } })).body;
    await call(world, 'setRules', { body: { rules: [{ roleId: EXAMPLE.guildId, netUids: [air.netUid] }] } });
    expect((await call(world, 'getRoster')).body.operators[0].netUids).to.include(air.netUid);
  });

  it('changes nothing in a dry run and answers the same', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const dry = await call(world, 'setRules', { body: { rules: [], dryRun: true } });
    expect(snapshot(world)).to.equal(before);
    const real = await call(world, 'setRules', { body: { rules: [] } });
    expect(real.body).to.deep.equal(dry.body);
    expect(real.body.diff.removed).to.deep.equal([{ roleId, netUid }]);
    expect((await call(world, 'getRules')).body.rules).to.deep.equal([]);
  });

  it('lists every unknown net where the caller wrote it, and changes nothing', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const rules = [
      { roleId: '1', netUids: [netUid, 'net_x', OTHER.netUid] },
      { roleId: '2', netIds: [9, 1, 10] },
      { roleId: '3', netId: 11 },
      { roleId: '4', netUid: 'net_y' },
      { roleId: '5', netUids: [netUid], netIds: [12] },
    ];
    const { status, body } = await call(world, 'setRules', { body: { rules } });
    expect([status, body.code]).to.deep.equal([400, 'rule.nets-unknown']);
    const found = body.details.map(({ pointer, detail }: { pointer: string; detail: string }) => [
      pointer,
      /"(.*)"/.exec(detail)?.[1],
    ]);
    expect(found).to.deep.equal([
      ['/rules/0/netUids/1', 'net_x'],
      ['/rules/0/netUids/2', OTHER.netUid],
      ['/rules/1/netIds/0', '9'],
      ['/rules/1/netIds/2', '10'],
      ['/rules/2/netId', '11'],
      ['/rules/3/netUid', 'net_y'],
      ['/rules/4/netUids/0', '12'],
    ]);
    expect(snapshot(world)).to.equal(before);
  });

  it('lists unknown nets together with what is malformed', async () => {
    const world = await makeWorld();
    const rules = [
      { roleId: '1', netUids: ['net_x', netUid] },
      { roleId: 'two', netIds: [1] },
      { roleId: '3', netUid: 5, netId: 9 },
      { roleId: '4', netId: 11 },
      null,
    ];
    const { status, body } = await call(world, 'setRules', { body: { rules } });
    expect([status, body.code]).to.deep.equal([400, 'request.invalid']);
    expect(body.details.map(({ pointer }: { pointer: string }) => pointer)).to.have.members([
      '/rules/0/netUids/0',
      '/rules/1/roleId',
      '/rules/2/netUid',
      '/rules/3/netId',
      '/rules/4',
    ]);
  });

  it('lists every invalid field at once', async () => {
    const world = await makeWorld();
    const rules = [
      { roleId: 5, netUids: [netUid] },
      { roleId: '1' },
      { roleId: '2', netUids: [netUid], netUid },
      { roleId: '3', netUids: [netUid], netIds: [1, 2] },
      { roleId: '4', netIds: ['1'] },
      'everyone',
    ];
    const { status, body } = await call(world, 'setRules', { body: { rules, dryRun: 'yes' } });
    expect([status, body.code]).to.deep.equal([400, 'request.invalid']);
    expect(body.details.map((detail: { pointer: string }) => detail.pointer)).to.have.members([
      '/rules/0/roleId',
      '/rules/1/netUids',
      '/rules/2',
      '/rules/3/netIds',
      '/rules/4/netIds/0',
      '/rules/5',
      '/dryRun',
    ]);
  });

  it('refuses a set larger than a guild has roles', async () => {
    const world = await makeWorld();
    const rules = Array.from({ length: 251 }, (_, index) => ({ roleId: String(index + 1), netIds: [1] }));
    const answer = await call(world, 'setRules', { body: { rules } });
    expect([answer.status, answer.body.details[0].pointer]).to.deep.equal([400, '/rules']);
  });
});
