import { expect } from 'chai';
import { HANDLERS } from '../../../shard/handlers.ts';
import { APPROVING } from '../../support/given.ts';
import { givenShard, refusal, SYSTEM } from '../../support/given-shard.ts';

const PRIVILEGED = [
  ...['net.create', 'net.update', 'net.relays', 'net.rename', 'net.remove', 'net.bind', 'net.unbind'],
  ...['rules.set', 'rule.add', 'rule.remove', 'operation.set', 'features.set'],
  ...['public-net.show', 'public-net.hide', 'public-net.remove', 'public-net.restore'],
  ...['preset.save', 'preset.capture', 'preset.delete', 'preset.apply', 'key.create', 'key.revoke'],
  'archive.restore',
];

/** What must go on while central is away. */
const FREE = [
  'archive.put',
  'archive.update',
  'archive.delete',
  'assignment.set',
  'assignment.bulk',
  'assignment.temporary',
  'assignment.expire',
  'acars.send',
];

describe('privileged changes', () => {
  it('are those of nets, rules, the operation, features, the Public Net, presets and keys', () => {
    const privileged = Object.entries(HANDLERS).flatMap(([type, handler]) => (handler.privileged ? [type] : []));
    expect(privileged).to.include.members(PRIVILEGED);
    expect(privileged).not.to.include.oneOf(FREE);
    expect(Object.keys(HANDLERS)).to.include.members(FREE);
  });

  it('of keys are refused with the reason, and answered as unreachable, with nothing changed', async () => {
    let answer: () => ReturnType<typeof APPROVING.approve> = async () => ({ approved: true });
    const { shard, store, clock } = await givenShard({ central: { ...APPROVING, approve: () => answer() } });
    const create = { type: 'key.create' as const, name: 'bot', kind: 'owner' as const, scopes: ['read:status'] };
    const { key } = await shard.change(SYSTEM, create);
    const rows = store.rows.length;
    const both = [create, { type: 'key.revoke' as const, key: key.id }];
    for (const command of both) {
      answer = async () => ({ approved: false, reason: 'no.' });
      expect(await refusal(shard.change(SYSTEM, command))).to.equal('central.refused');
      answer = () => Promise.reject(new Error('down'));
      expect(await refusal(shard.change(SYSTEM, command))).to.equal('central.unreachable');
      answer = () => new Promise(() => {});
      const waiting = refusal(shard.change(SYSTEM, command));
      await clock.advance(3000);
      expect(await waiting).to.equal('central.unreachable');
    }
    expect(store.rows).to.have.length(rows);
    expect(shard.read.keys().map(({ id }) => id)).to.deep.equal([key.id]);
  });
});
