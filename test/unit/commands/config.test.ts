import { expect } from 'chai';
import { ADMIN, COMMANDER, type Desk, expectError, givenDesk, MEMBER } from './support/desk.ts';

describe('/config', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await givenDesk();
  });
  afterEach(() => desk.stop());

  it('sets what is named and leaves the rest as it is', async () => {
    const text = await desk.say('config set', ADMIN, {
      ops_channel: { id: '19', name: 'ops' },
      ready_room: { id: '16', name: 'Ready Room' },
      admin_role: { id: '21', name: 'Pilot' },
    });
    expect(desk.shard.read.settings()).to.deep.equal({
      opsChannelId: '19',
      readyRoomId: '16',
      adminRoleIds: ['21'],
      commanderRoleIds: ['31'],
      squadLeadRoleIds: ['32'],
    });
    expect(text).to.contain('Configuration saved').and.to.contain('Ops channel: channel 19');
    expect(text).to.contain('Admin role: Pilot').and.to.contain('Command role: a deleted role (31)');
  });

  it('replaces a role, so that those who held the former one may no longer command', async () => {
    await desk.say('config set', ADMIN, { command_role: { id: '21', name: 'Pilot' } });
    expectError(await desk.give('op open', COMMANDER), 'Only commanders');
    expect(await desk.say('op open', { ...MEMBER, roleIds: ['21'] })).to.contain('open');
  });

  it('empties a setting', async () => {
    expect(await desk.say('config set', ADMIN, { clear: 'command_role' })).to.contain('Command role: not set');
    expect(desk.shard.read.settings().commanderRoleIds).to.deep.equal([]);
    await desk.say('config set', ADMIN, { ops_channel: { id: '19', name: 'ops' } });
    await desk.say('config set', ADMIN, { clear: 'ops_channel' });
    expect(desk.shard.read.settings().opsChannelId).to.equal(null);
  });

  it('refuses to do nothing, and to set and empty the same', async () => {
    expectError(await desk.give('config set', ADMIN), 'name at least one setting');
    const both = { clear: 'admin_role', admin_role: { id: '21', name: 'Pilot' } };
    expectError(await desk.give('config set', ADMIN, both), 'admin_role cannot be set and cleared at once');
  });

  it('says so when it was set like this already', async () => {
    const again = () => desk.say('config set', ADMIN, { squad_lead_role: { id: '32', name: 'Lead' } });
    expect(await again()).to.contain('Nothing to change');
  });

  it('is for admins only, also to look at', async () => {
    expect(await desk.say('config show', ADMIN)).to.contain('Ready Room: not set');
    expectError(await desk.give('config show', COMMANDER), 'Only admins');
    expectError(await desk.give('config set', COMMANDER, { clear: 'admin_role' }), 'Only admins');
  });
});
