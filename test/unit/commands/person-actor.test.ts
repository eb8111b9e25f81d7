import { expect } from 'chai';
import { type GuildInteraction, personActor } from '../../../commands/person-actor.ts';
import { GUILD } from '../../support/given-shard.ts';
import { FakeDiscord, type Person } from './support/fake-discord.ts';

describe('Who interacts', () => {
  let discord: FakeDiscord;
  beforeEach(() => {
    discord = new FakeDiscord();
  });
  afterEach(() => discord.stop());
  const actorOf = (person: Person) => personActor(discord.command('status', person) as GuildInteraction);

  it('has the roles of the interaction and the role of everyone', () => {
    expect(actorOf({ id: '5', name: 'Ann', roleIds: ['21', '22'] })).to.deep.equal({
      kind: 'person',
      userId: '5',
      name: 'Ann',
      roleIds: [GUILD, '21', '22'],
      administrator: false,
    });
  });

  it('has the same roles where discord.js knows the guild', () => {
    discord.knowGuild(['21', '22'], '6');
    const { roleIds, name, administrator } = actorOf({ id: '5', name: 'Ann', roleIds: ['21', '22'] });
    expect([...roleIds].sort()).to.deep.equal([GUILD, '21', '22'].sort());
    expect({ name, administrator }).to.deep.equal({ name: 'Ann', administrator: false });
  });

  it('is an administrator by permission or by owning the guild', () => {
    expect(actorOf({ id: '5', administrator: true }).administrator).to.equal(true);
    discord.knowGuild([], '6');
    expect(actorOf({ id: '6' }).administrator).to.equal(true);
    expect(actorOf({ id: '5' }).administrator).to.equal(false);
  });
});
