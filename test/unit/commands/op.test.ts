import { expect } from 'chai';
import type { Central } from '../../../shard/ports.ts';
import { APPROVING } from '../../support/given.ts';
import { ADMIN, COMMANDER, type Desk, expectError, givenDesk, MEMBER, seat } from './support/desk.ts';

describe('/op and /status', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await givenDesk();
  });
  afterEach(() => desk.stop());

  it('opens the operation, answers the person, and then tells the channel who opened it', async () => {
    const arrived = await desk.give('op open', COMMANDER);
    expect(arrived.map(({ kind, ephemeral }) => [kind, ephemeral])).to.deep.equal([
      ['defer', true],
      ['edit', true],
      ['follow-up', false],
    ]);
    expect(arrived[1]?.text).to.equal('The operation is open.');
    expect(arrived[2]?.text).to.contain('Operation opened by **Cora**');
    expect(desk.shard.read.operation().open).to.equal(true);
  });

  it('tells the channel who closed it', async () => {
    await desk.give('op open', COMMANDER);
    const arrived = await desk.give('op close', ADMIN);
    expect(arrived[2]?.text).to.contain('Operation closed by **Ada**');
    expect(arrived[2]?.ephemeral).to.equal(false);
    expect(desk.shard.read.operation().open).to.equal(false);
  });

  it('tells nobody else when nothing changed', async () => {
    const arrived = await desk.give('op close', COMMANDER);
    expect(arrived.map(({ kind }) => kind)).to.deep.equal(['defer', 'edit']);
    expect(arrived[1]?.text).to.contain('closed already');
  });

  it('shows to the person alone that central refused', async () => {
    const refusing: Central = { ...APPROVING, approve: async () => ({ approved: false, reason: 'not paid' }) };
    const refused = await givenDesk({ central: refusing });
    expectError(await refused.give('op open', ADMIN), 'Central refused this: not paid');
    await refused.stop();
  });

  it('shows since when the operation is open, who is there and on which nets somebody talks', async () => {
    await desk.nets('Alpha');
    seat(desk, { 501: '11', 502: '11' });
    expect(await desk.say('op status', MEMBER)).to.contain('it was never opened');
    await desk.give('op open', COMMANDER);
    const at = desk.clock.now() / 1000;
    expect(await desk.say('op status', MEMBER)).to.equal(
      `Operation **open** since <t:${at}:R>\n2 operators connected\nNobody is talking`,
    );
  });

  it('shows the shard at a glance, with what is missing and what is reduced', async () => {
    await desk.nets('Alpha', 'Bravo');
    await desk.say('net unbind', COMMANDER, { channel: { id: '12', name: 'x' } });
    await desk.say('net bind', COMMANDER, { net: 'Alpha', channel: { id: '12', name: 'x' } });
    await desk.say('assign', COMMANDER, { user: { id: '501', name: 'Ann' }, net: 'Alpha' });
    await desk.give('op open', COMMANDER);
    seat(desk, { 501: '11', 502: '12' });
    desk.shard.observe({
      type: 'workers',
      channels: new Map([
        ['11', 'ok'],
        ['12', 'missing'],
      ]),
    });
    desk.shard.observe({ type: 'reduced', reasons: ['Role changes arrive late: the members intent is off.'] });
    desk.shard.radio.frame('11', '501', false);
    const text = await desk.say('status', MEMBER);
    expect(text).to.contain('Test Guild').and.to.contain('Operation **open**');
    expect(text).to.contain('2 operators connected · 2 nets\nTalking on Alpha');
    expect(text).to.contain('No voice worker free for channel 12').and.to.contain('the members intent is off');
  });

  it('keeps the status within what one message may hold', async () => {
    await desk.nets('Alpha');
    desk.shard.observe({
      type: 'reduced',
      reasons: Array.from({ length: 100 }, (_, n) => `${n} ${'reason '.repeat(20)}`),
    });
    const text = await desk.say('status', MEMBER);
    expect(text.length).to.be.below(4000);
    expect(text).to.match(/… and \d+ more$/);
  });
});
