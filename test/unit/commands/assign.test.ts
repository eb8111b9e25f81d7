import { expect } from 'chai';
import { SYSTEM } from '../../support/given-shard.ts';
import { COMMANDER, type Desk, expectError, givenDesk, LEAD, MEMBER } from './support/desk.ts';

describe('/assign and /unassign', () => {
  let desk: Desk;
  const user = { id: '601', name: 'Pia' };
  beforeEach(async () => {
    desk = await givenDesk();
    await desk.nets('Alpha', 'Bravo');
  });
  afterEach(() => desk.stop());
  const assigned = () =>
    desk.shard.read
      .assignments()
      .get('601')
      ?.map(({ name }) => name);

  it('puts somebody on a net and takes them off, and says when there was nothing to do', async () => {
    expect(await desk.say('assign', COMMANDER, { user, net: 'alpha' })).to.equal('**Pia** is now on **Alpha**.');
    expect(await desk.say('assign', COMMANDER, { user, net: '1' })).to.contain('was assigned to **Alpha** already');
    expect(assigned()).to.deep.equal(['Alpha']);
    expect(await desk.say('unassign', COMMANDER, { user, net: 'Alpha' })).to.contain('no longer assigned to **Alpha**');
    expect(await desk.say('unassign', COMMANDER, { user, net: 'Alpha' })).to.contain('was not assigned to **Alpha**');
    expect(assigned()).to.equal(undefined);
  });

  it('lets a squad lead assign to nets they are on, and to no other', async () => {
    await desk.shard.change(SYSTEM, {
      type: 'assignment.set',
      userId: LEAD.id,
      net: { text: 'Alpha' },
      action: 'assign',
    });
    expect(await desk.say('assign', LEAD, { user, net: 'Alpha' })).to.contain('now on **Alpha**');
    expectError(await desk.give('assign', LEAD, { user, net: 'Bravo' }), 'you are not on "Bravo"');
    expect(assigned()).to.deep.equal(['Alpha']);
  });

  it('refuses members', async () => {
    expectError(await desk.give('assign', MEMBER, { user, net: 'Alpha' }), 'Only squad leads');
    expectError(await desk.give('unassign', MEMBER, { user, net: 'Alpha' }), 'Only squad leads');
    expect(assigned()).to.equal(undefined);
  });
});
