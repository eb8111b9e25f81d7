import { expect } from 'chai';
import { listenerId } from '../../../shard/people/listener-id.ts';
import type { Ear, Sound } from '../../../shard/radio/ear.ts';
import { type Given, givenShard, person, refusal, SYSTEM } from '../../support/given-shard.ts';

/** What a program heard and why it was ended. */
class GivenEar implements Ear {
  heard: Sound[] = [];
  ended: string[] = [];

  hear(sound: Sound): void {
    this.heard.push(sound);
  }

  end(reason: string): void {
    this.ended.push(reason);
  }
}

const ID = listenerId(Buffer.from('secret'), 'key_a', 'Recorder');

describe('a listening program', () => {
  let given: Given;
  let ear: GivenEar;

  const net = (name: string, channelIds: string[]) =>
    given.shard.change(SYSTEM, { type: 'net.create', name, channelIds });
  const assign = (userId: string, name: string, action: 'assign' | 'unassign' = 'assign') =>
    given.shard.change(SYSTEM, { type: 'assignment.set', userId, net: { text: name }, action });
  const listen = (userId = ID) => {
    const own = new GivenEar();
    given.shard.observe({ type: 'listener', listener: { userId, displayName: 'Recorder', ear: own } });
    return own;
  };
  const earsOf = (channelId: string, userId: string) => given.shard.radio.frame(channelId, userId, false)?.ears ?? [];

  /** Person 1 alone in channel 11 of Air; the operation is open; a program is connected. */
  beforeEach(async () => {
    given = await givenShard();
    await net('Air', ['11']);
    await assign('1', 'Air');
    await given.shard.change(SYSTEM, { type: 'operation.set', open: true });
    given.shard.observe({ type: 'person', person: person('1', '11') });
    ear = listen();
  });

  it('makes the channel of whoever it hears need a worker, and no other', async () => {
    const { shard, voice } = given;
    expect(voice.served.flat()).to.deep.equal([]);
    expect(shard.radio.frame('11', '1', false)).to.equal(undefined);
    await assign(ID, 'Air');
    expect(voice.served.at(-1)).to.deep.equal(['11']);
    expect(shard.radio.frame('11', '1', false)).to.deep.include({ sinks: [], ears: [ear] });
    await assign(ID, 'Air', 'unassign');
    expect(voice.served.at(-1)).to.deep.equal([]);
  });

  it('needs no worker where nobody may speak', async () => {
    await assign(ID, 'Air');
    await assign('1', 'Air', 'unassign');
    expect(given.voice.served.at(-1)).to.deep.equal([]);
  });

  it('hears nothing while the operation is closed', async () => {
    await assign(ID, 'Air');
    await given.shard.change(SYSTEM, { type: 'operation.set', open: false });
    expect(earsOf('11', '1')).to.deep.equal([]);
    expect(given.voice.served.at(-1)).to.deep.equal([]);
  });

  it('hears what is relayed to its net, one way and one hop, each once', async () => {
    await net('Sea', ['12']);
    await net('Dirt', ['13']);
    await assign('2', 'Sea');
    await assign('3', 'Dirt');
    given.shard.observe({ type: 'person', person: person('2', '12') });
    given.shard.observe({ type: 'person', person: person('3', '13') });
    const relay = (from: string, to: string) =>
      given.shard.change(SYSTEM, { type: 'net.relays', net: { text: from }, targets: [{ text: to }] });
    await relay('Air', 'Sea');
    await relay('Sea', 'Dirt');
    await assign(ID, 'Sea');
    expect([earsOf('11', '1'), earsOf('12', '2'), earsOf('13', '3')]).to.deep.equal([[ear], [ear], []]);
    await assign(ID, 'Air');
    expect(earsOf('11', '1')).to.deep.equal([ear]);
  });

  it('is counted as connected and sits in no channel', async () => {
    const { shard } = given;
    expect(shard.read.connected()).to.equal(2);
    expect(shard.read.roster()[1]).to.include({ userId: ID, transport: 'service', channelId: null });
    expect(shard.read.nets().map(({ occupancy }) => occupancy)).to.deep.equal([1]);
  });

  it('gives its place to a new connection of the same id without leaving', async () => {
    await assign(ID, 'Air');
    await given.clock.advance(20);
    const before = given.shard.events.recent().length;
    const second = listen();
    expect(earsOf('11', '1')).to.deep.equal([second]);
    given.shard.observe({ type: 'listener.left', userId: ID });
    expect(earsOf('11', '1')).to.deep.equal([]);
    await given.clock.advance(20);
    const told = given.shard.events.recent().slice(before);
    expect(told.map(({ type }) => type)).to.have.members(['ptt.start', 'ptt.stop', 'user.left']);
  });

  it('can be disconnected, once', async () => {
    const disconnect = () => given.shard.change(SYSTEM, { type: 'client.disconnect', userId: ID, reason: 'Enough' });
    expect(await disconnect()).to.include({ disconnected: 1 });
    expect(ear.ended).to.deep.equal(['test: Enough']);
    given.shard.observe({ type: 'listener.left', userId: ID });
    expect(await refusal(disconnect())).to.equal('client.unknown');
  });

  it('is temporarily on a net as people are', async () => {
    const temporary = { type: 'assignment.temporary' as const, userId: ID, net: { text: 'Air' }, ttlMs: 600_000 };
    await given.shard.change(SYSTEM, temporary);
    expect(earsOf('11', '1')).to.deep.equal([ear]);
    await given.clock.advance(600_000);
    expect(earsOf('11', '1')).to.deep.equal([]);
  });
});

describe('the id of a listening program', () => {
  const secret = Buffer.from('secret');

  it('is the same for the same key and name, and another for any other', () => {
    const ids = [
      listenerId(secret, 'key_a', 'Recorder'),
      listenerId(secret, 'key_a', 'Recorder 2'),
      listenerId(secret, 'key_b', 'Recorder'),
      listenerId(Buffer.from('other'), 'key_a', 'Recorder'),
    ];
    expect(new Set(ids).size).to.equal(4);
    expect(listenerId(secret, 'key_a', 'Recorder')).to.equal(ids[0]);
  });

  it('has 64 bits of which the highest is set, which no id of Discord’s has before 2084', () => {
    for (let count = 0; count < 500; count += 1) {
      const id = BigInt(listenerId(secret, 'key', String(count)));
      expect(id >= 1n << 63n && id < 1n << 64n).to.equal(true);
      const discordTime = Number(id >> 22n) + Date.UTC(2015, 0, 1);
      expect(new Date(discordTime).getUTCFullYear()).to.be.at.least(2084);
    }
  });
});
