import { expect } from 'chai';
import { MessageFlags } from 'discord.js';
import { SYSTEM } from '../../support/given-shard.ts';
import { ADMIN, type Desk, expectError, givenDesk, MEMBER, seat } from './support/desk.ts';

describe('The buttons of a ready check', () => {
  let desk: Desk;
  let sessionId: string;

  beforeEach(async () => {
    desk = await givenDesk();
    await desk.nets('Alpha');
    seat(desk, { [MEMBER.id]: '11', [ADMIN.id]: '11' });
    await desk.shard.change(SYSTEM, { type: 'ready.configure', id: 'launch', name: 'La*nch', message: 'Ready?' });
    const { session } = await desk.shard.change(SYSTEM, { type: 'ready.start', templateId: 'launch' });
    sessionId = session.id;
  });

  afterEach(() => desk.stop());

  const statusOf = (userId: string) =>
    desk.shard.read.readySession(sessionId).participants.find((one) => one.userId === userId)?.status;

  it('take the answer of whoever presses them and say so to them alone', async () => {
    const arrived = await desk.click(`ready:yes:${sessionId}:1`, MEMBER);
    expect(arrived.map(({ kind }) => kind)).to.deep.equal(['defer', 'edit']);
    expect(arrived[0]?.body).to.deep.equal({ flags: MessageFlags.Ephemeral });
    expect(arrived[1]?.text).to.equal('You are **ready** for **La\\*nch**.');
    expect(arrived[1]?.body.allowed_mentions).to.deep.equal({ parse: [] });
    expect([statusOf(MEMBER.id), statusOf(ADMIN.id)]).to.deep.equal(['ready', 'pending']);
  });

  it('take another answer until all have answered', async () => {
    await desk.click(`ready:yes:${sessionId}:1`, MEMBER);
    const arrived = await desk.click(`ready:no:${sessionId}:1`, MEMBER);
    expect(arrived.at(-1)?.text).to.include('**not ready**');
    expect(statusOf(MEMBER.id)).to.equal('declined');
    await desk.click(`ready:yes:${sessionId}:1`, ADMIN);
    expectError(await desk.click(`ready:yes:${sessionId}:1`, MEMBER), 'is over');
    expect(statusOf(MEMBER.id)).to.equal('declined');
  });

  it('refuse who was not asked, an administrator too', async () => {
    expectError(await desk.click(`ready:yes:${sessionId}:1`, { id: '999', administrator: true }), 'does not ask you');
    expect([statusOf(MEMBER.id), statusOf(ADMIN.id)]).to.deep.equal(['pending', 'pending']);
  });

  it('that are forged, of another version or of nothing there is change nothing and say so', async () => {
    const rows = desk.store.rows.length;
    for (const customId of [
      ...['ready', 'ready:', 'ready:yes', `ready:maybe:${sessionId}:1`, `ready:yes:${sessionId}`],
      ...[`ready:yes:${sessionId}:2`, 'nothing:yes:1', '', '__proto__:yes', ':', 'x'.repeat(100)],
    ])
      expectError(await desk.click(customId, MEMBER), 'of an older version');
    expectError(await desk.click('ready:yes:ready_nonsense:1', MEMBER), 'no ready check session');
    expect(desk.store.rows).to.have.length(rows);
    expect(desk.logged.map(({ message }) => message)).to.deep.equal([
      'a message that is out of date could not be changed',
    ]);
  });
});
