import { expect } from 'chai';
import { SCOPE_NEEDS } from '../../../shard/access/scope-authority.ts';
import { SCOPES } from '../../../shard/access/scopes.ts';
import { COMMAND_SCOPE, type CommandType } from '../../../shard/commands.ts';
import { HANDLERS } from '../../../shard/handlers.ts';
import { RANK } from '../../../shard/people/authority.ts';
import { actor, givenShard, refusal, SYSTEM } from '../../support/given-shard.ts';

const ADMIN = actor('1', { administrator: true });
const COMMANDER = actor('2', { roleIds: ['31'] });
const OTHER_COMMANDER = actor('3', { roleIds: ['31'] });
const LEAD = actor('4', { roleIds: ['32'] });
const OF_COMMANDERS = SCOPES.filter((scope) => SCOPE_NEEDS[scope] === 'commander');

async function given() {
  const { shard } = await givenShard();
  await shard.change(SYSTEM, { type: 'settings.set', commanderRoleIds: ['31'], squadLeadRoleIds: ['32'] });
  const make = (by: typeof ADMIN, over: object = {}) =>
    shard.change(by, { type: 'key.create', name: 'bot', kind: 'owner', scopes: ['read:status'], ...over });
  return { shard, make };
}

describe('who may make a key', () => {
  it('needs as much authority for a scope as for the commands that it opens', () => {
    const commands = Object.entries(COMMAND_SCOPE) as [CommandType, (typeof COMMAND_SCOPE)[CommandType]][];
    const opened = commands.filter(([, scope]) => scope !== null);
    expect(opened).to.have.length.above(5);
    for (const [command, scope] of opened) {
      const needed = HANDLERS[command].needs;
      expect(RANK[SCOPE_NEEDS[scope as keyof typeof SCOPE_NEEDS]], command).to.be.at.least(RANK[needed]);
    }
  });

  it('is a commander for what commanders may do, and an admin for everything', async () => {
    const { make } = await given();
    expect((await make(COMMANDER, { scopes: OF_COMMANDERS })).key).to.deep.include({
      scopes: OF_COMMANDERS,
      createdBy: '2',
    });
    expect((await make(ADMIN, { scopes: SCOPES })).key.scopes).to.deep.equal([...SCOPES]);
    for (const kind of ['service', 'shard']) expect((await make(ADMIN, { kind })).key.kind).to.equal(kind);
  });

  it('is never somebody of less authority than the key', async () => {
    const { shard, make } = await given();
    for (const scope of SCOPES.filter((one) => !OF_COMMANDERS.includes(one))) {
      expect(await refusal(make(COMMANDER, { scopes: ['read:status', scope] }))).to.equal('key.scope-beyond-maker');
    }
    for (const kind of ['service', 'shard'])
      expect(await refusal(make(COMMANDER, { kind }))).to.equal('key.kind-beyond-maker');
    for (const nobody of [LEAD, actor('5')]) expect(await refusal(make(nobody))).to.equal('authority.missing');
    expect(shard.read.keys()).to.deep.equal([]);
  });

  it('may end it, and so may every admin, but no other commander', async () => {
    const { shard, make } = await given();
    const { key } = await make(COMMANDER, { name: 'mine' });
    const { key: admins } = await make(ADMIN, { name: 'admins' });
    const revoke = (by: typeof ADMIN, ref: string) => shard.change(by, { type: 'key.revoke', key: ref });
    for (const ref of [key.id, 'mine']) {
      expect(await refusal(revoke(OTHER_COMMANDER, ref))).to.equal('key.not-yours');
      expect(await refusal(revoke(LEAD, ref))).to.equal('authority.missing');
    }
    expect(await refusal(revoke(COMMANDER, admins.id))).to.equal('key.not-yours');
    expect((await revoke(COMMANDER, 'Mine')).changed).to.equal(true);
    const { key: second } = await make(COMMANDER, { name: 'second' });
    expect((await revoke(ADMIN, second.id)).changed).to.equal(true);
  });

  it('names their own key where others have the same name', async () => {
    const { shard, make } = await given();
    await make(ADMIN);
    const { key } = await make(COMMANDER);
    expect((await shard.change(COMMANDER, { type: 'key.revoke', key: 'bot' })).key.id).to.equal(key.id);
  });

  it('sees the keys they may end', async () => {
    const { shard, make } = await given();
    await make(ADMIN, { name: 'admins' });
    await make(COMMANDER, { name: 'mine' });
    const seen = (by: typeof ADMIN) => shard.read.keysOf(by).map(({ name }) => name);
    expect([seen(ADMIN), seen(COMMANDER), seen(OTHER_COMMANDER), seen(LEAD)]).to.deep.equal([
      ['admins', 'mine'],
      ['mine'],
      [],
      [],
    ]);
  });
});
