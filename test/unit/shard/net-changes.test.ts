import { expect } from 'chai';
import { DEFAULT_NET_SETTINGS } from '../../../shard/nets/net-settings.ts';
import type { NetRecord } from '../../../shard/records.ts';
import { type Given, givenShard, person, refusal, SYSTEM } from '../../support/given-shard.ts';
import { MemoryStore } from '../../support/memory-store.ts';

/** Alpha in 11 and 12, Bravo in 13, Charlie in 14; the operation is open, everybody is on every net. */
async function givenNets(): Promise<Given> {
  const given = await givenShard();
  const { shard } = given;
  await shard.change(SYSTEM, { type: 'net.create', name: 'Alpha', channelIds: ['11', '12'] });
  await shard.change(SYSTEM, { type: 'net.create', name: 'Bravo', channelIds: ['13'] });
  await shard.change(SYSTEM, { type: 'net.create', name: 'Charlie', channelIds: ['14'] });
  const nets = [1, 2, 3].map((netId) => ({ netId }));
  await shard.change(SYSTEM, { type: 'rules.set', rules: [{ roleId: shard.guildId, nets }] });
  await shard.change(SYSTEM, { type: 'operation.set', open: true });
  return given;
}

const PUBLIC_NET: NetRecord = {
  ...DEFAULT_NET_SETTINGS,
  uid: 'net_public',
  id: 250,
  name: 'Public Net',
  channelIds: [],
  createdAt: '2026-11-21T12:00:00.000Z',
  updatedAt: '2026-11-21T12:00:00.000Z',
};

const uidOf = ({ shard }: Given, netId: number) => shard.read.net({ netId }).uid;

const detailsOf = async (work: Promise<unknown>) => {
  const error = (await work.catch((reason: unknown) => reason)) as { details?: { pointer: string }[] };
  return error.details?.map(({ pointer }) => pointer);
};

describe('a change of a net', () => {
  it('sets what is given and leaves the rest, in one journal row; the same again is none', async () => {
    const { shard, store, clock } = await givenNets();
    const before = shard.read.net({ netId: 1 });
    const rows = store.rows.length;
    await clock.advance(1000);
    const given = { priority: 9, gainDb: -3.5, timeLimitSeconds: 60, access: 'assigned' as const };
    const change = () => shard.change(SYSTEM, { type: 'net.update', net: { netId: 1 }, ...given });
    const { net, changed } = await change();
    expect(changed).to.equal(true);
    expect(net).to.deep.equal({ ...before, ...given, updatedAt: '2026-11-21T12:00:01.000Z' });
    expect((await change()).changed).to.equal(false);
    expect(store.rows.length).to.equal(rows + 1);
    const back = await shard.change(SYSTEM, { type: 'net.update', net: { netId: 1 }, timeLimitSeconds: null });
    expect(back.net).to.include({ timeLimitSeconds: null, priority: 9 });
  });

  it('renames it, but not to the name of another one', async () => {
    const { shard } = await givenNets();
    const rename = (name: string) => shard.change(SYSTEM, { type: 'net.update', net: { netId: 1 }, name });
    expect((await rename(' ALPHA ')).net.name).to.equal('ALPHA');
    expect(await refusal(rename('bravo'))).to.equal('net.name-taken');
    expect(await refusal(rename(' '))).to.equal('net.name-invalid');
  });

  it('binds and unbinds channels as a whole list, and what they monitored goes with them', async () => {
    const given = await givenNets();
    const { shard } = given;
    const set = (channelIds: string[]) => shard.change(SYSTEM, { type: 'net.update', net: { netId: 1 }, channelIds });
    const monitors = { '12': [{ netId: 2 }] };
    await shard.change(SYSTEM, { type: 'net.update', net: { netId: 1 }, monitors });
    expect(await refusal(set(['12', '13']))).to.equal('channel.bound');
    expect(await refusal(set(['12', '17']))).to.equal('channel.stage');
    expect(shard.read.net({ netId: 1 }).channelIds).to.deep.equal(['11', '12']);
    const { net } = await set(['12', '15', '12']);
    expect(net.channelIds).to.deep.equal(['12', '15']);
    expect(net.monitors).to.deep.equal({ '12': [uidOf(given, 2)] });
    expect((await set(['15'])).net.monitors).to.deep.equal({});
  });

  it('keeps a channel that has become hidden since it was bound', async () => {
    const { shard } = await givenNets();
    const channels = [{ id: '11', name: 'channel 11', kind: 'voice' as const, usable: false }];
    shard.observe({ type: 'guild', name: 'Test Guild', roles: [], channels });
    const { net } = await shard.change(SYSTEM, { type: 'net.update', net: { netId: 1 }, channelIds: ['11'] });
    expect(net.channelIds).to.deep.equal(['11']);
    expect(await refusal(shard.change(SYSTEM, { type: 'net.bind', net: { netId: 2 }, channelId: '11' }))).to.equal(
      'channel.not-visible',
    );
  });

  it('lists every monitored net that cannot be one', async () => {
    const { shard, store } = await givenNets();
    const rows = store.rows.length;
    const monitors = { '11': [{ netId: 2 }, { netId: 1 }, { netUid: 'net_no' }], '13': [{ netId: 3 }] };
    const change = shard.change(SYSTEM, { type: 'net.update', net: { netId: 1 }, monitors });
    expect(await detailsOf(change)).to.deep.equal(['/monitors/11/1', '/monitors/11/2', '/monitors/13']);
    expect(await refusal(change)).to.equal('net.monitors-invalid');
    expect(store.rows.length).to.equal(rows);
  });

  it('of the Public Net goes anywhere but to its name, and it is not removed like another', async () => {
    const store = new MemoryStore([{ collection: 'nets', key: PUBLIC_NET.uid, value: PUBLIC_NET }]);
    const { shard } = await givenShard({ store });
    const net = { netId: 250 };
    const set = { channelIds: ['11'], priority: 2, name: 'Public Net' };
    expect((await shard.change(SYSTEM, { type: 'net.update', net, ...set })).net).to.deep.include(set);
    await shard.change(SYSTEM, { type: 'net.bind', net, channelId: '12' });
    const codes = [
      await refusal(shard.change(SYSTEM, { type: 'net.update', net, name: 'Mine' })),
      await refusal(shard.change(SYSTEM, { type: 'net.rename', net, name: 'Mine' })),
      await refusal(shard.change(SYSTEM, { type: 'net.remove', net })),
      await refusal(shard.change(SYSTEM, { type: 'net.remove', net, permanent: true })),
    ];
    expect(codes).to.deep.equal(Array(4).fill('net.protected'));
  });

  it('never reaches slot 255, which is no net', async () => {
    const { shard } = await givenNets();
    const net = { netId: 255 };
    expect(await refusal(shard.change(SYSTEM, { type: 'net.update', net, priority: 1 }))).to.equal('net.unknown');
    expect(
      await detailsOf(shard.change(SYSTEM, { type: 'net.relays', net: { netId: 1 }, targets: [net] })),
    ).to.deep.equal(['/targets/0']);
  });
});

describe('relays and monitors', () => {
  /** One person in each of the channels 11, 13, 14. */
  const sit = ({ shard }: Given) =>
    shard.observe({ type: 'people', people: [person('1', '11'), person('3', '13'), person('4', '14')] });

  const heard = ({ shard }: Given, channelId: string, userId: string) => {
    const sinks = shard.radio.frame(channelId, userId, false)?.sinks;
    shard.radio.frame(channelId, userId, true);
    return sinks;
  };

  it('carry a net one way and one hop further, and workers are wanted there', async () => {
    const given = await givenNets();
    sit(given);
    expect(given.voice.served.at(-1)).to.equal(undefined);
    const relay = (netId: number, target: number) =>
      given.shard.change(SYSTEM, { type: 'net.relays', net: { netId }, targets: [{ netId: target }] });
    await relay(1, 2);
    await relay(2, 3);
    expect(heard(given, '11', '1')).to.deep.equal(['13']);
    expect(heard(given, '13', '3')).to.deep.equal(['14']);
    expect(heard(given, '14', '4')).to.equal(undefined);
    expect(given.voice.served.at(-1)).to.have.members(['11', '13', '14']);
    await given.shard.change(SYSTEM, { type: 'net.relays', net: { netId: 1 }, targets: [] });
    expect(heard(given, '11', '1')).to.equal(undefined);
    expect(given.voice.served.at(-1)).to.have.members(['13', '14']);
  });

  it('let a channel hear what it monitors, and nobody hears it for that', async () => {
    const given = await givenNets();
    sit(given);
    const monitors = { '14': [{ netId: 1 }] };
    await given.shard.change(SYSTEM, { type: 'net.update', net: { netId: 3 }, monitors });
    expect(heard(given, '11', '1')).to.deep.equal(['14']);
    expect(heard(given, '14', '4')).to.equal(undefined);
  });

  it('list every target that cannot be one, and then nothing is changed', async () => {
    const given = await givenNets();
    const rows = given.store.rows.length;
    const targets = [{ netId: 2 }, { netId: 1 }, { netUid: 'net_no' }, { netId: 99 }];
    const change = given.shard.change(SYSTEM, { type: 'net.relays', net: { netId: 1 }, targets });
    expect(await detailsOf(change)).to.deep.equal(['/targets/1', '/targets/2', '/targets/3']);
    expect(given.store.rows.length).to.equal(rows);
    const twice = [{ netId: 2 }, { netUid: uidOf(given, 2) }];
    const { net } = await given.shard.change(SYSTEM, { type: 'net.relays', net: { netId: 1 }, targets: twice });
    expect(net.relayTargetNetUids).to.deep.equal([uidOf(given, 2)]);
  });

  it('of a net that is removed are gone, and its archive entry knows them from both ends', async () => {
    const given = await givenNets();
    const { shard } = given;
    const [alpha, bravo, charlie] = [1, 2, 3].map((netId) => uidOf(given, netId));
    await shard.change(SYSTEM, { type: 'net.relays', net: { netId: 1 }, targets: [{ netId: 2 }] });
    await shard.change(SYSTEM, { type: 'net.relays', net: { netId: 2 }, targets: [{ netId: 3 }] });
    const monitors = { '14': [{ netId: 1 }, { netId: 2 }] };
    await shard.change(SYSTEM, { type: 'net.update', net: { netId: 3 }, monitors });
    await shard.change(SYSTEM, { type: 'net.update', net: { netId: 2 }, monitors: { '13': [{ netId: 1 }] } });
    const { entry } = await shard.change(SYSTEM, { type: 'net.remove', net: { netId: 2 } });
    expect(entry).to.deep.include({
      relayTargetNetUids: [charlie],
      inboundRelayFromNetUids: [alpha],
      inboundMonitors: [{ netUid: charlie, channelId: '14' }],
      monitors: { '13': [alpha] },
    });
    expect(bravo).to.equal(entry?.uid);
    expect(shard.read.net({ netId: 1 }).relayTargetNetUids).to.deep.equal([]);
    expect(shard.read.net({ netId: 3 }).monitors).to.deep.equal({ '14': [alpha] });
  });
});
