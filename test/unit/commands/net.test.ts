import { expect } from 'chai';
import { SYSTEM } from '../../support/given-shard.ts';
import { COMMANDER, type Desk, expectError, givenDesk, MEMBER, seat } from './support/desk.ts';

describe('/net', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await givenDesk();
  });
  afterEach(() => desk.stop());
  const names = () => desk.shard.read.nets().map(({ name }) => name);

  it('creates a net in the lowest free slot and says its uid', async () => {
    const text = await desk.say('net create', COMMANDER, { name: 'Alpha' });
    const [net] = desk.shard.read.nets();
    expect(net).to.include({ name: 'Alpha', id: 1 });
    expect(text).to.contain('**Alpha** created in slot 1').and.to.contain(`\`${net?.uid}\``);
  });

  it('finds a net by uid, by slot and by name in any case', async () => {
    await desk.nets('Alpha');
    const uid = desk.shard.read.nets()[0]?.uid ?? '';
    await desk.say('net rename', COMMANDER, { net: uid, name: 'Bravo' });
    await desk.say('net rename', COMMANDER, { net: '1', name: 'Charlie' });
    expect(await desk.say('net rename', COMMANDER, { net: 'cHARLIE', name: 'Delta' })).to.equal(
      'Net **Charlie** is now called **Delta**.',
    );
    expect(names()).to.deep.equal(['Delta']);
  });

  it('says so when a net has the name already', async () => {
    await desk.nets('Alpha');
    expect(await desk.say('net rename', COMMANDER, { net: '1', name: 'Alpha' })).to.contain('called **Alpha** already');
  });

  it('removes a net into the archive', async () => {
    await desk.nets('Alpha', 'Bravo');
    expect(await desk.say('net remove', COMMANDER, { net: 'alpha' })).to.contain(
      'Net **Alpha** removed. Slot 1 is free',
    );
    expect(names()).to.deep.equal(['Bravo']);
  });

  it('binds a channel, says when it was bound, and unbinds it', async () => {
    await desk.shard.change(SYSTEM, { type: 'net.create', name: 'Alpha' });
    const channel = { id: '16', name: 'Hangar' };
    const bind = () => desk.say('net bind', COMMANDER, { net: 'Alpha', channel });
    expect(await bind()).to.equal('Channel **Hangar** now carries the net **Alpha**.');
    expect(await bind()).to.equal('Channel **Hangar** carries the net **Alpha** already.');
    expect(desk.shard.read.nets()[0]?.channelIds).to.deep.equal(['16']);
    expect(await desk.say('net unbind', COMMANDER, { channel })).to.contain('no longer carries the net **Alpha**');
    expect(desk.shard.read.nets()[0]?.channelIds).to.deep.equal([]);
  });

  it('names the channel that the bot cannot enter', async () => {
    await desk.nets('Alpha');
    const arrived = await desk.give('net bind', COMMANDER, { net: 'Alpha', channel: { id: '18', name: 'Hidden' } });
    expectError(arrived, 'The bot cannot see or enter channel #channel 18');
  });

  it('changes nothing on bad input and says why', async () => {
    await desk.nets('Alpha', 'Bravo');
    const before = desk.store.rows.length;
    expectError(await desk.give('net create', COMMANDER, { name: 'aLPHA' }), 'exists already');
    expectError(await desk.give('net create', COMMANDER, { name: 'x'.repeat(300) }), '1 to 48 characters');
    expectError(await desk.give('net remove', COMMANDER, { net: 'Zulu' }), 'There is no net "Zulu"');
    expectError(await desk.give('net rename', COMMANDER, { net: 'Zulu', name: 'Yankee' }), 'There is no net "Zulu"');
    expectError(await desk.give('net unbind', COMMANDER, { channel: { id: '16', name: 'x' } }), 'nothing to unbind');
    expectError(await desk.give('net create', MEMBER, { name: 'Mine' }), 'Only commanders and admins');
    expect(desk.store.rows).to.have.length(before);
  });

  it('shows names as plain text, whatever is in them', async () => {
    const text = await desk.say('net create', COMMANDER, { name: '**<@&31>** @everyone _a_' });
    expect(text).to.contain('\\*\\*\\<@&31>\\*\\* @everyone \\_a\\_');
  });

  it('lists slot, name, people, channels and who talks', async () => {
    await desk.nets('Alpha');
    await desk.shard.change(SYSTEM, { type: 'net.bind', net: { text: 'Alpha' }, channelId: '12' });
    await desk.shard.change(SYSTEM, {
      type: 'assignment.set',
      userId: '501',
      net: { text: 'Alpha' },
      action: 'assign',
    });
    await desk.shard.change(SYSTEM, { type: 'operation.set', open: true });
    seat(desk, { 501: '11', 502: '12', 503: '12' });
    desk.shard.observe({
      type: 'workers',
      channels: new Map([
        ['11', 'ok'],
        ['12', 'ok'],
      ]),
    });
    desk.shard.radio.frame('11', '501', false);
    const text = await desk.say('net list', MEMBER);
    expect(text).to.contain('**1 · Alpha** · 3 people · talking: Person 501');
    expect(text).to.contain('channel 11 (1), channel 12 (2)');
    expect(text).not.to.contain('⚠️');
  });

  it('shows which channel lacks a voice worker and what to do', async () => {
    await desk.nets('Alpha', 'Bravo');
    await desk.shard.change(SYSTEM, { type: 'net.bind', net: { text: 'Alpha' }, channelId: '13' });
    await desk.shard.change(SYSTEM, {
      type: 'assignment.set',
      userId: '501',
      net: { text: 'Alpha' },
      action: 'assign',
    });
    await desk.shard.change(SYSTEM, { type: 'operation.set', open: true });
    seat(desk, { 501: '11', 502: '13' });
    desk.shard.observe({
      type: 'workers',
      channels: new Map([
        ['11', 'ok'],
        ['13', 'missing'],
      ]),
    });
    const text = await desk.say('net list', MEMBER);
    expect(text).to.contain('No voice worker free for channel 13').and.to.contain('Invite another worker bot');
    expect(text).to.contain('channel 13 (1, ⚠️ no voice worker free), channel 11 (1)');
  });

  it('says how to begin when there is no net, and how to go on when a net has no channel', async () => {
    expect(await desk.say('net list', MEMBER)).to.contain('/net create');
    await desk.shard.change(SYSTEM, { type: 'net.create', name: 'Alpha' });
    expect(await desk.say('net list', MEMBER)).to.contain('no channel yet: `/net bind`');
  });

  it('keeps the list within what one message may hold, and counts what is left out', async () => {
    for (let index = 0; index < 50; index += 1) {
      await desk.shard.change(SYSTEM, { type: 'net.create', name: `${index} ${'_'.repeat(44)}` });
    }
    const [answer] = await desk.give('net list', MEMBER);
    expect(answer?.text.replaceAll('\n', '').length).to.be.within(3000, 4000);
    const left = Number(/… and (\d+) more nets$/.exec(answer?.text ?? '')?.[1]);
    expect(left + (answer?.text.match(/no channel yet/g)?.length ?? 0)).to.equal(50);
  });

  it('suggests nets by part of the name and by slot, with the uid as the value', async () => {
    await desk.nets('Alpha', 'Bravo');
    const uids = desk.shard.read.nets().map(({ uid }) => uid);
    expect(await desk.type('net remove', MEMBER, 'net', 'RAV')).to.deep.equal([{ name: '2 · Bravo', value: uids[1] }]);
    expect(await desk.type('assign', MEMBER, 'net', '1')).to.deep.equal([{ name: '1 · Alpha', value: uids[0] }]);
    expect(await desk.type('rule add', MEMBER, 'net', '')).to.have.length(2);
  });

  it('suggests at most 25 nets', async () => {
    for (let index = 0; index < 30; index += 1)
      await desk.shard.change(SYSTEM, { type: 'net.create', name: `n${index}` });
    expect(await desk.type('net bind', MEMBER, 'net', 'n')).to.have.length(25);
  });
});
