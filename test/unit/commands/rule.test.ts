import { expect } from 'chai';
import { person, SYSTEM } from '../../support/given-shard.ts';
import { COMMANDER, type Desk, expectError, givenDesk, MEMBER } from './support/desk.ts';

describe('/rule', () => {
  let desk: Desk;
  const role = { id: '21', name: 'Pilot' };
  beforeEach(async () => {
    desk = await givenDesk();
    await desk.nets('Alpha', 'Bravo');
  });
  afterEach(() => desk.stop());

  it('maps a role to a net and counts the connected people it touches', async () => {
    desk.shard.observe({ type: 'people', people: [person('601', '11', ['21']), person('602', '11')] });
    expect(await desk.say('rule add', COMMANDER, { role, net: 'alpha' })).to.equal(
      'Whoever holds **Pilot** is now on **Alpha** while connected. 1 connected person affected.',
    );
    expect(desk.shard.read.effective().get('601')).to.deep.include({
      netUid: desk.shard.read.nets()[0]?.uid,
      netId: 1,
      sources: ['role:21'],
    });
    expect(await desk.say('rule add', COMMANDER, { role, net: 'alpha' })).to.contain('is on **Alpha** already');
  });

  it('removes a rule, and says when there is none, by the names people know', async () => {
    await desk.say('rule add', COMMANDER, { role, net: 'Alpha' });
    expect(await desk.say('rule remove', COMMANDER, { role, net: 'Alpha' })).to.contain(
      '**Pilot** no longer puts people on **Alpha**',
    );
    expect(desk.shard.read.rules()).to.deep.equal([]);
    expectError(
      await desk.give('rule remove', COMMANDER, { role, net: 'Alpha' }),
      'puts role @Pilot on the net "Alpha"',
    );
  });

  it('lists rules by role name, also for a role that was deleted', async () => {
    expect(await desk.say('rule list', MEMBER)).to.contain('/rule add');
    await desk.say('rule add', COMMANDER, { role, net: 'Alpha' });
    await desk.say('rule add', COMMANDER, { role, net: 'Bravo' });
    await desk.say('rule add', COMMANDER, { role: { id: '29', name: 'Gone' }, net: 'Bravo' });
    const text = await desk.say('rule list', MEMBER);
    expect(text).to.contain('**Pilot** → Alpha, Bravo').and.to.contain('**a deleted role (29)** → Bravo');
  });

  it('keeps a long list within what one message may hold', async () => {
    const rules = Array.from({ length: 200 }, (_, index) => ({ roleId: String(7000 + index), nets: [{ text: '1' }] }));
    await desk.shard.change(SYSTEM, { type: 'rules.set', rules });
    const [answer] = await desk.give('rule list', MEMBER);
    expect(answer?.text.length).to.be.within(3000, 4001);
    expect(answer?.text).to.match(/… and \d+ more rules$/);
  });

  it('refuses members', async () => {
    expectError(await desk.give('rule add', MEMBER, { role, net: 'Alpha' }), 'Only commanders and admins');
  });
});
