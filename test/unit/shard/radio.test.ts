import { expect } from 'chai';
import { actor, type Given, givenShard, person, SYSTEM } from '../../support/given-shard.ts';

/** Alpha in 11, 12, 13; Bravo in 14, 15; everybody in 11 … 15 is on their channel's net by name of a role. */
async function givenOp(open = true): Promise<Given> {
  const given = await givenShard();
  const { shard } = given;
  await shard.change(SYSTEM, { type: 'net.create', name: 'Alpha', channelIds: ['11', '12', '13'] });
  await shard.change(SYSTEM, { type: 'net.create', name: 'Bravo', channelIds: ['14', '15'] });
  await shard.change(SYSTEM, { type: 'rules.set', rules: [{ roleId: '21', nets: [{ netId: 1 }] }] });
  await shard.change(SYSTEM, { type: 'operation.set', open });
  shard.observe({
    type: 'people',
    people: [person('1', '11', ['21']), person('2', '12', ['21']), person('3', '14', ['21']), person('4', '12')],
  });
  return given;
}

const speak = ({ shard }: Given, channelId: string, userId: string) =>
  shard.radio.frame(channelId, userId, false)?.sinks;

const ptt = ({ shard }: Given) =>
  shard.events.recent().flatMap((event) => (event.type === 'ptt.stop' ? [event.data.reason] : []));

describe('the radio', () => {
  it('carries a speaker of the net to its other occupied channels and nowhere else', async () => {
    const given = await givenOp();
    expect(speak(given, '11', '1')).to.deep.equal(['12']);
    expect(speak(given, '14', '3'), 'not on Bravo').to.equal(undefined);
    expect(speak(given, '12', '4'), 'not on Alpha').to.equal(undefined);
    expect(speak(given, '12', '1'), 'not in that channel').to.equal(undefined);
  });

  it('carries nothing while the operation is closed, and stops at once when it closes', async () => {
    const closed = await givenOp(false);
    expect(speak(closed, '11', '1')).to.equal(undefined);
    const given = await givenOp();
    expect(speak(given, '11', '1')).to.deep.equal(['12']);
    await given.shard.change(SYSTEM, { type: 'operation.set', open: false });
    expect(speak(given, '11', '1')).to.equal(undefined);
    expect(given.voice.ended).to.deep.equal([['12']]);
    await given.clock.advance(100);
    expect(ptt(given)).to.deep.equal(['operation.closed']);
  });

  it('never relays a bot', async () => {
    const given = await givenOp();
    given.shard.observe({ type: 'person', person: { ...person('8', '11', ['21']), bot: true } });
    expect(speak(given, '11', '8')).to.equal(undefined);
  });

  it('carries several people on an open net at once', async () => {
    const given = await givenOp();
    expect(speak(given, '11', '1')).to.deep.equal(['12']);
    expect(speak(given, '12', '2')).to.deep.equal(['11']);
    expect(given.shard.read.status().transmitting).to.deep.equal(['Alpha']);
    expect(given.shard.read.nets()[0]?.transmitting).to.have.length(2);
  });

  it('leaves the floor of a net with who keyed first, until they release', async () => {
    const given = await givenOp();
    await given.shard.change(SYSTEM, { type: 'net.update', net: { text: 'Alpha' }, mode: 'floor' });
    expect(speak(given, '11', '1')).to.deep.equal(['12']);
    expect(speak(given, '12', '2')).to.equal(undefined);
    expect(given.shard.read.status().transmitting).to.deep.equal(['Alpha']);
    given.shard.radio.frame('11', '1', true);
    expect(speak(given, '12', '2'), 'refused until they key again').to.equal(undefined);
    given.shard.radio.frame('12', '2', true);
    expect(speak(given, '12', '2')).to.deep.equal(['11']);
  });

  it('takes 200 ms without a frame as a release, and counts time to the last frame', async () => {
    const given = await givenOp();
    speak(given, '11', '1');
    await given.clock.advance(150);
    speak(given, '11', '1');
    await given.clock.advance(190);
    expect(given.shard.read.status().transmitting, 'still held').to.deep.equal(['Alpha']);
    await given.clock.advance(300);
    expect(given.shard.read.status().transmitting).to.deep.equal([]);
    const stop = given.shard.events.recent().find((event) => event.type === 'ptt.stop');
    expect(stop?.data).to.include({ userId: '1', reason: 'released', durationMs: 150 });
  });

  it('ends a transmission when the speaker leaves, and follows people who come and go while it lasts', async () => {
    const given = await givenOp();
    speak(given, '11', '1');
    given.shard.observe({ type: 'person', person: person('5', '13') });
    expect(speak(given, '11', '1')).to.deep.equal(['12', '13']);
    given.shard.observe({ type: 'person', person: person('5', null) });
    expect(given.voice.ended).to.deep.equal([['13']]);
    given.shard.observe({ type: 'person', person: person('1', null) });
    expect(speak(given, '11', '1')).to.equal(undefined);
    await given.clock.advance(100);
    expect(ptt(given)).to.deep.equal(['left']);
    const types = given.shard.events.recent().map((event) => event.type);
    expect(types.lastIndexOf('ptt.stop'), 'told before the leaving').to.be.below(types.lastIndexOf('user.left'));
  });

  it('takes a new gain to those who are speaking', async () => {
    const given = await givenOp();
    expect(given.shard.radio.frame('11', '1', false)?.gainDb).to.equal(0);
    await given.shard.change(SYSTEM, { type: 'net.update', net: { text: 'Alpha' }, gainDb: -6 });
    expect(given.shard.radio.frame('11', '1', false)?.gainDb).to.equal(-6);
  });

  it('stops carrying somebody whose role is taken in the middle of a word', async () => {
    const given = await givenOp();
    expect(speak(given, '11', '1')).to.deep.equal(['12']);
    given.shard.observe({ type: 'person', person: person('1', '11', []) });
    expect(speak(given, '11', '1')).to.equal(undefined);
  });
});

describe('voice workers', () => {
  it('are wanted only where somebody could be heard elsewhere or could hear from elsewhere, the busiest first', async () => {
    const given = await givenOp();
    expect(given.voice.served.at(-1)).to.deep.equal(['12', '11']);
    given.shard.observe({ type: 'person', person: person('3', '11', ['21']) });
    given.shard.observe({ type: 'person', person: person('4', '11') });
    expect(given.voice.served.at(-1)).to.deep.equal(['11', '12']);
    await given.shard.change(actor('1', { administrator: true }), { type: 'operation.set', open: false });
    expect(given.voice.served.at(-1)).to.deep.equal([]);
  });

  it('that are missing are shown at the channel and at the net', async () => {
    const { shard } = await givenOp();
    const workers = () => shard.read.nets().map((net) => [net.workers, net.channels.map((channel) => channel.worker)]);
    expect(workers()).to.deep.equal([
      ['missing', ['missing', 'missing', 'idle']],
      ['idle', ['idle', 'idle']],
    ]);
    shard.observe({
      type: 'workers',
      channels: new Map([
        ['11', 'ok'],
        ['12', 'ok'],
      ]),
    });
    expect(workers()[0]).to.deep.equal(['ok', ['ok', 'ok', 'idle']]);
  });
});
