import { expect } from 'chai';
import { actor, givenShard, person, refusal, SYSTEM } from '../../support/given-shard.ts';

describe('the Public Net of a shard', () => {
  it('is shown and hidden by admins alone', async () => {
    const { shard } = await givenShard();
    await shard.change(SYSTEM, { type: 'settings.set', adminRoleIds: ['31'], commanderRoleIds: ['32'] });
    const commander = actor('1', { roleIds: ['32'] });
    for (const act of ['show', 'hide', 'remove', 'restore'] as const) {
      const code = await refusal(shard.change(commander, { type: `public-net.${act}` }));
      expect(code, act).to.equal('authority.missing');
    }
    const admin = actor('2', { roleIds: ['31'] });
    expect((await shard.change(admin, { type: 'public-net.show' })).changed).to.equal(true);
  });

  it('follows the roles that people are given and lose', async () => {
    const { shard } = await givenShard();
    await shard.change(SYSTEM, { type: 'public-net.show', roleIds: ['21'] });
    await shard.change(SYSTEM, { type: 'net.bind', net: { netId: 250 }, channelId: '11' });
    const on = () => shard.read.effective().get('1')?.length;
    shard.observe({ type: 'person', person: person('1', '11') });
    expect(on()).to.equal(0);
    shard.observe({ type: 'person', person: person('1', '11', ['21']) });
    expect(on()).to.equal(1);
    shard.observe({ type: 'person', person: person('1', '11') });
    expect(on()).to.equal(0);
    await shard.change(SYSTEM, { type: 'public-net.show', roleIds: [shard.guildId] });
    expect(on(), 'everyone holds the role of the guild').to.equal(1);
  });
});
