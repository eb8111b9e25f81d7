import { expect } from 'chai';
import { MessageFlags } from 'discord.js';
import { handleInteraction } from '../../../commands/handle.ts';
import type { Approval, Central } from '../../../shard/ports.ts';
import { APPROVING, SILENT } from '../../support/given.ts';
import { ADMIN, COMMANDER, type Desk, expectError, givenDesk, MEMBER } from './support/desk.ts';

describe('Answering interactions', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await givenDesk();
  });
  afterEach(() => desk.stop());

  it('defers before a change and then edits what was deferred, for the person alone', async () => {
    const arrived = await desk.give('net create', COMMANDER, { name: 'Alpha' });
    expect(arrived.map(({ kind }) => kind)).to.deep.equal(['defer', 'edit']);
    expect(arrived[0]?.body).to.deep.equal({ flags: MessageFlags.Ephemeral });
    expect(arrived[1]?.body.flags).to.equal(MessageFlags.IsComponentsV2);
    expect(desk.shard.read.nets().map(({ name }) => name)).to.deep.equal(['Alpha']);
  });

  it('has told Discord before it waits for anything', async () => {
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<Approval>();
    const approve: Central['approve'] = () => {
      asked.resolve();
      return answer.promise;
    };
    const slow = await givenDesk({ central: { ...APPROVING, approve } });
    const given = slow.give('net create', COMMANDER, { name: 'Alpha' });
    await asked.promise;
    expect(slow.discord.arrived.map(({ kind }) => kind)).to.deep.equal(['defer']);
    answer.resolve({ approved: true });
    expect((await given).map(({ kind }) => kind)).to.deep.equal(['defer', 'edit']);
    await slow.stop();
  });

  it('answers a pure read at once, for the person alone', async () => {
    const arrived = await desk.give('net list', MEMBER);
    expect(arrived).to.have.length(1);
    expect(arrived[0]).to.include({ kind: 'reply', ephemeral: true });
    expect(arrived[0]?.body.flags).to.equal(MessageFlags.IsComponentsV2 | MessageFlags.Ephemeral);
  });

  it('lets no answer mention anybody', async () => {
    const arrived = await desk.give('op open', COMMANDER);
    const messages = arrived.filter(({ kind }) => kind !== 'defer');
    expect(messages).to.have.length(2);
    for (const { body } of messages) expect(body.allowed_mentions).to.deep.equal({ parse: [] });
  });

  it('shows a refusal of the shard as an error that only the person sees', async () => {
    expectError(await desk.give('op open', MEMBER), 'Only commanders and admins may do this');
    expect(desk.shard.read.operation().open).to.equal(false);
    expect(desk.logged).to.deep.equal([]);
  });

  it('shows a refusal of a read as an error that only the person sees', async () => {
    expectError(await desk.give('key list', MEMBER), 'Only commanders and admins may do this');
  });

  it('says that nothing was changed when the shard breaks before the change, and logs the reference', async () => {
    desk.shard.change = () => Promise.reject(new TypeError('broken inside'));
    const arrived = await desk.give('op open', COMMANDER);
    const [entry] = desk.logged;
    expect(entry).to.include({ level: 'error', message: 'a command failed' });
    expectError(arrived, `(reference ${entry?.fields['reference']}). Nothing was changed`);
    expect(arrived.at(-1)?.text).not.to.contain('broken inside');
  });

  it('says that the change was made when only the answer fails', async () => {
    desk.discord.refuse = (answer) => (answer === 1 ? { status: 400, code: 50035 } : undefined);
    const arrived = await desk.give('op open', COMMANDER);
    expectError(arrived, 'The change was made');
    expect(desk.shard.read.operation().open).to.equal(true);
  });

  it('changes nothing and only warns when Discord has given up on the interaction', async () => {
    desk.discord.refuse = () => ({ status: 404, code: 10062 });
    await desk.give('op open', COMMANDER);
    expect(desk.shard.read.operation().open).to.equal(false);
    expect(desk.logged.map(({ level, fields }) => [level, fields['changed']])).to.deep.equal([['warn', false]]);
  });

  it('only warns when the interaction was answered by somebody else', async () => {
    desk.discord.refuse = () => ({ status: 400, code: 40060 });
    expect(await desk.give('status', MEMBER)).to.deep.equal([]);
    expect(desk.logged.map(({ level }) => level)).to.deep.equal(['warn']);
  });

  it('only warns when not even the error can be shown', async () => {
    desk.discord.refuse = () => ({ status: 400, code: 50035 });
    await desk.give('status', MEMBER);
    expect(desk.logged.map(({ level }) => level)).to.deep.equal(['error', 'warn']);
  });

  it('tells who uses a command of an older version to restart Discord', async () => {
    expectError(await desk.give('bygone', ADMIN), 'older version');
    expectError(await desk.give('net bygone', ADMIN), 'older version');
    expectError(await desk.give('net constructor', ADMIN), 'older version');
  });

  it('leaves interactions outside of a guild alone', async () => {
    const interaction = desk.discord.command('status', MEMBER);
    interaction.guildId = null;
    await handleInteraction(interaction, desk.shard, SILENT);
    expect(desk.discord.arrived).to.deep.equal([]);
  });

  it('suggests nothing where there is nothing to suggest, and only warns when it cannot', async () => {
    expect(await desk.type('net create', MEMBER, 'name', 'x')).to.deep.equal([]);
    desk.discord.refuse = () => ({ status: 404, code: 10062 });
    await desk.type('net remove', MEMBER, 'net', 'x');
    expect(desk.logged.map(({ level }) => level)).to.deep.equal(['warn']);
  });
});
