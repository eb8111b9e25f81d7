import { expect } from 'chai';
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { type Channel, type Guild, type Overwrite, plainChannel } from '../../../sandbox/world/model.ts';
import { ALL_PERMISSIONS, allows, channelPermissions, guildPermissions } from '../../../sandbox/world/permissions.ts';

const role = (id: string, permissions: bigint) => ({
  id,
  name: id,
  permissions: String(permissions),
  position: 1,
  color: 0,
  hoist: false,
  mentionable: false,
  botId: null,
});
const member = (userId: string, ...roleIds: string[]) => ({
  userId,
  roleIds,
  nick: null,
  joinedAt: '',
  mute: false,
  deaf: false,
});

// Ids: guild and @everyone 1, owner 2, roles 10 (plain), 11 (admin), people 20 (plain), 21 (admin).
const guild: Guild = {
  id: '1',
  name: 'g',
  ownerId: '2',
  roles: new Map(
    [
      role('1', P.ViewChannel | P.SendMessages | P.Connect | P.Speak | P.EmbedLinks),
      role('10', P.MoveMembers),
      role('11', P.Administrator),
    ].map((one) => [one.id, one]),
  ),
  channels: new Map(),
  members: new Map([member('2'), member('20', '10'), member('21', '11')].map((one) => [one.userId, one])),
  voice: new Map(),
};

const overwrite = (id: string, type: 0 | 1, { allow = 0n, deny = 0n }): Overwrite => ({
  id,
  type,
  allow: String(allow),
  deny: String(deny),
});
const channel = (type: 0 | 2, ...overwrites: Overwrite[]): Channel => ({
  id: '30',
  type,
  name: 'c',
  position: 0,
  ...plainChannel(),
  overwrites,
});
const may = (userId: string, wanted: bigint, ...overwrites: Overwrite[]) =>
  allows(channelPermissions(guild, channel(2, ...overwrites), userId), wanted);

describe('Permissions', () => {
  it('are the union of the roles and everyone', () => {
    expect(allows(guildPermissions(guild, '20'), P.MoveMembers | P.Connect)).to.equal(true);
    expect(allows(guildPermissions(guild, '20'), P.BanMembers)).to.equal(false);
  });

  it('are all there are for the owner and administrators, whatever a channel says', () => {
    for (const id of ['2', '21']) {
      expect(guildPermissions(guild, id)).to.equal(ALL_PERMISSIONS);
      expect(may(id, P.ViewChannel, overwrite(id, 1, { deny: P.ViewChannel }))).to.equal(true);
    }
  });

  it('are none for somebody who is not a member', () => {
    expect(guildPermissions(guild, '99')).to.equal(0n);
    expect(may('99', P.ViewChannel)).to.equal(false);
  });

  it('follow the overwrites of everyone, then of roles, then of the member', () => {
    const everyoneOut = overwrite('1', 0, { deny: P.Connect });
    const roleIn = overwrite('10', 0, { allow: P.Connect });
    const memberOut = overwrite('20', 1, { deny: P.Connect });
    expect(may('20', P.Connect, everyoneOut)).to.equal(false);
    expect(may('20', P.Connect, everyoneOut, roleIn)).to.equal(true);
    expect(may('20', P.Connect, memberOut, roleIn, everyoneOut)).to.equal(false);
  });

  it('let one role that allows win over another that denies', () => {
    const both = [overwrite('10', 0, { deny: P.Speak }), overwrite('11', 0, { allow: P.Speak })];
    const two: Guild = { ...guild, roles: new Map(guild.roles).set('11', role('11', 0n)) };
    two.members = new Map([['22', member('22', '10', '11')]]);
    expect(allows(channelPermissions(two, channel(2, ...both), '22'), P.Speak)).to.equal(true);
  });

  it('are nothing in a channel that cannot be seen', () => {
    const hidden = overwrite('1', 0, { deny: P.ViewChannel });
    expect(channelPermissions(guild, channel(2, hidden), '20')).to.equal(0n);
  });

  it('leave no embeds where nothing can be sent, and no speech where nobody can connect', () => {
    expect(may('20', P.EmbedLinks, overwrite('1', 0, { deny: P.SendMessages }))).to.equal(false);
    expect(may('20', P.Speak, overwrite('1', 0, { deny: P.Connect }))).to.equal(false);
  });
});
