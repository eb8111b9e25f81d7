import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { DEFAULT_NET_SETTINGS } from '../../../shard/nets/net-settings.ts';
import { call, snapshot } from './call.ts';
import { CHANNELS, makeWorld, OTHER, type World } from './world.ts';

/** The seeded net and a second one, `Air Wing` in slot 2. */
async function twoNets(): Promise<World & { second: string }> {
  const world = await makeWorld();
  const { body } = await call(world, 'createNet', { body: { name: 'Air Wing' } });
  return { ...world, second: body.netUid };
}

const patch = (world: World, ref: string | number, body: object) => call(world, 'updateNet', { params: { ref }, body });

const statusNet = async (world: World, id: number) => {
  const { body } = await call(world, 'getStatus');
  return body.nets.find((net: { id: number }) => net.id === id);
};

describe('POST /nets with every field', () => {
  it('sets them all, and GET /status shows them', async () => {
    const world = await makeWorld();
    const set = { priority: 3, mode: 'floor', gainDb: 6, timeLimitSeconds: 30, access: 'assigned' };
    const body = { name: 'Air Wing', channelIds: [CHANNELS.free], ...set };
    expect((await call(world, 'createNet', { body })).status).to.equal(201);
    expect(await statusNet(world, 2))
      .to.include(set)
      .and.to.deep.include({ monitors: {} });
  });
});

describe('PATCH /nets/:ref', () => {
  it('changes what is sent, by uid and by slot, and answers the net as GET /status shows it', async () => {
    const world = await makeWorld();
    for (const [ref, priority] of [
      [EXAMPLE.netUid, 8],
      [1, 9],
    ] as const) {
      const { status, body } = await patch(world, ref, { priority });
      expect(status).to.equal(200);
      const net = await statusNet(world, 1);
      const about = { ok: true, guildId: EXAMPLE.guildId, action: 'net.update', changed: true, netId: 1 };
      expect(body).to.deep.equal({ ...about, ...net, net });
      expect(net).to.include({ priority, mode: 'open', name: EXAMPLE.netName });
    }
    expect((await patch(world, 1, {})).body).to.include({ changed: false, priority: 9 });
  });

  it('binds, unbinds and monitors', async () => {
    const world = await twoNets();
    const { body } = await patch(world, 1, {
      channelIds: [EXAMPLE.channelId, CHANNELS.free],
      monitors: { [CHANNELS.free]: [world.second], [EXAMPLE.channelId]: [] },
    });
    expect(body.channels.map((channel: { channelId: string }) => channel.channelId)).to.deep.equal([
      EXAMPLE.channelId,
      CHANNELS.free,
    ]);
    expect(body.monitors).to.deep.equal({ [CHANNELS.free]: [world.second] });
    expect((await patch(world, 1, { channelIds: [] })).body).to.deep.include({ channels: [], monitors: {} });
    expect((await call(world, 'getRoster')).body.operators, 'nobody sits in a net channel').to.deep.equal([]);
  });

  it('answers 404 for an unknown net in the path, and the slot of the Global Alert is none', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    for (const ref of ['9', '250', '255', 'net_x', OTHER.netUid, EXAMPLE.netName, '01', '%zz']) {
      const answer = await patch(world, ref, { priority: 1 });
      expect([answer.status, answer.body.code], ref).to.deep.equal([404, 'net.unknown']);
    }
    expect(snapshot(world)).to.equal(before);
  });

  it('lists every invalid field at once', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const fields = {
      name: '',
      channelIds: ['x'],
      priority: 0,
      mode: 'duplex',
      gainDb: 25,
      timeLimitSeconds: 4,
      access: null,
      monitors: { '1': ['', 2] },
    };
    const answer = await patch(world, 1, fields);
    expect([answer.status, answer.body.code]).to.deep.equal([400, 'request.invalid']);
    expect(answer.body.details.map((detail: { pointer: string }) => detail.pointer)).to.have.members([
      ...['/name', '/channelIds/0', '/priority', '/mode', '/gainDb', '/timeLimitSeconds', '/access'],
      ...['/monitors/1/0', '/monitors/1/1'],
    ]);
    expect((await patch(world, 1, { monitors: { general: [] } })).status).to.equal(400);
    expect(snapshot(world)).to.equal(before);
  });

  it('refuses names that are taken, channels of others and monitors that cannot be, and changes nothing', async () => {
    const world = await twoNets();
    const before = snapshot(world);
    const outcome = async (ref: number, body: object) => {
      const answer = await patch(world, ref, body);
      return [
        answer.status,
        answer.body.code,
        ...(answer.body.details ?? []).map((d: { pointer: string }) => d.pointer),
      ];
    };
    expect(await outcome(1, { name: 'AIR wing', priority: 2 })).to.deep.equal([409, 'net.name-taken']);
    expect(await outcome(2, { channelIds: [EXAMPLE.channelId] })).to.deep.equal([
      409,
      'channel.bound',
      '/channelIds/0',
    ]);
    const channelIds = [CHANNELS.stage, CHANNELS.free, CHANNELS.text];
    const refused = [400, 'channel.stage', '/channelIds/0', '/channelIds/2'];
    expect(await outcome(2, { channelIds })).to.deep.equal(refused);
    const monitors = { [EXAMPLE.channelId]: ['net_no', EXAMPLE.netUid, world.second], [CHANNELS.free]: [world.second] };
    expect(await outcome(1, { monitors, priority: 2 })).to.have.members([
      ...[400, 'net.monitors-invalid'],
      ...[`/monitors/${EXAMPLE.channelId}/0`, `/monitors/${EXAMPLE.channelId}/1`, `/monitors/${CHANNELS.free}`],
    ]);
    expect(snapshot(world)).to.equal(before);
  });

  it('is refused while central refuses or is away', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    world.central.answer = async () => ({ approved: false, reason: 'Not today.' });
    expect((await patch(world, 1, { priority: 2 })).status).to.equal(403);
    world.central.answer = () => Promise.reject(new Error('away'));
    expect((await patch(world, 1, { priority: 2 })).status).to.equal(503);
    expect((await call(world, 'setRelays', { body: { netId: 1, targets: [] } })).status, 'nothing to ask').to.equal(
      200,
    );
    expect(snapshot(world)).to.equal(before);
  });
});

describe('POST /nets/relays', () => {
  it('takes uids and slots, replaces what there was, and answers the net with its new targets', async () => {
    const world = await twoNets();
    const relay = (targets: unknown[]) => call(world, 'setRelays', { body: { netUid: EXAMPLE.netUid, targets } });
    for (const targets of [[2], [world.second], [2, world.second]]) {
      const { body } = await relay(targets);
      expect(body).to.deep.include({ action: 'net.relays', netId: 1, netUid: EXAMPLE.netUid, name: EXAMPLE.netName });
      expect(body.relayTargetNetIds).to.deep.equal([2]);
      expect(body.relayTargetNetUids).to.deep.equal([world.second]);
      expect(body.net).to.deep.equal(await statusNet(world, 1));
    }
    expect((await statusNet(world, 2)).relayTargetNetIds, 'one way').to.deep.equal([]);
    expect((await relay([])).body.relayTargetNetIds).to.deep.equal([]);
  });

  it('lists all targets that cannot be one', async () => {
    const world = await twoNets();
    const before = snapshot(world);
    const body = { netId: 1, targets: [1, 'net_no', 2, 255, OTHER.netUid] };
    const answer = await call(world, 'setRelays', { body });
    expect([answer.status, answer.body.code]).to.deep.equal([400, 'net.relays-invalid']);
    expect(answer.body.details.map((detail: { pointer: string }) => detail.pointer)).to.deep.equal([
      ...['/targets/0', '/targets/1', '/targets/3', '/targets/4'],
    ]);
    expect(answer.body.details[1].detail).to.include('"net_no"');
    for (const targets of [undefined, 2, ['', 0], [null], [{}], Array(250).fill(2)]) {
      expect((await call(world, 'setRelays', { body: { netId: 1, targets } })).body.code).to.equal('request.invalid');
    }
    expect((await call(world, 'setRelays', { body: { netId: 9, targets: [] } })).body.code).to.equal('net.unknown');
    expect(snapshot(world)).to.equal(before);
  });

  it('is undone by the removal of either end', async () => {
    const world = await twoNets();
    await call(world, 'setRelays', { body: { netId: 1, targets: [2] } });
    const { body } = await call(world, 'deleteNet', { params: { ref: '2' } });
    expect(body.entry.inboundRelayFromNetUids).to.deep.equal([EXAMPLE.netUid]);
    expect((await statusNet(world, 1)).relayTargetNetUids).to.deep.equal([]);
  });
});

describe('the Public Net', () => {
  it('is marked in GET /status, can be bound, and is neither renamed nor removed here', async () => {
    const world = await makeWorld();
    const uid = 'net_pppppppppppppppppppppppp';
    const net = { ...DEFAULT_NET_SETTINGS, uid, id: 250, name: 'Public Net', channelIds: [] };
    const value = { ...net, createdAt: EXAMPLE.time, updatedAt: EXAMPLE.time };
    const { shards, store } = world;
    await shards.stop();
    store.rows.push({
      seq: store.rows.length + 1,
      at: EXAMPLE.time,
      actor: { kind: 'system', id: 'test', name: 'test' },
      command: 'seed',
      rows: [{ collection: 'nets', key: uid, value }],
      events: [],
    });
    const again = await makeWorld({ store });
    expect(await statusNet(again, 250)).to.include({ uid, virtual: true, public: true, protected: true });
    expect(await statusNet(again, 1)).not.to.have.any.keys('virtual', 'public', 'protected');
    expect((await patch(again, 250, { channelIds: [CHANNELS.free], priority: 1 })).status).to.equal(200);
    const before = snapshot(again);
    const refused = [
      await patch(again, uid, { name: 'Mine' }),
      await call(again, 'renameNet', { body: { netId: 250, name: 'Mine' } }),
      await call(again, 'removeNet', { body: { netId: 250 } }),
      await call(again, 'deleteNet', { params: { ref: uid } }),
    ];
    for (const { status, body } of refused) expect([status, body.code]).to.deep.equal([403, 'net.protected']);
    expect(snapshot(again)).to.equal(before);
  });
});
