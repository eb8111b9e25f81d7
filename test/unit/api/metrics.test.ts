import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { inTurns, slicedJson } from '../../../api/sliced-json.ts';
import { GivenVoice } from '../../support/given.ts';
import { call, send } from './call.ts';
import { makeWorld } from './world.ts';

describe('GET /metrics', () => {
  it('shows the window, who spoke for how long, how many were there and what the workers did', async () => {
    const { status, body } = await call(await makeWorld(), 'getMetrics');
    expect(status).to.equal(200);
    expect(body).to.have.all.keys(
      ...['ok', 'guildId', 'uptimeSeconds', 'startedAt', 'window', 'connected', 'talkTime', 'occupancy'],
      ...['transmissions', 'api', 'voice'],
    );
    expect(body.window).to.have.all.keys('sinceMinutes', 'from', 'to');
    expect(body.talkTime).to.have.all.keys('totalMs', 'byUser', 'byNet');
    expect(body.talkTime.byUser[0]).to.have.all.keys('userId', 'displayName', 'ms', 'transmissions');
    expect(body.talkTime.byNet[0]).to.have.all.keys('netUid', 'netId', 'name', 'ms', 'transmissions');
    expect(body.occupancy[0]).to.have.all.keys('at', 'connected', 'byNet');
  });

  it('looks back an hour unless it is told otherwise', async () => {
    const world = await makeWorld();
    const { body } = await call(world, 'getMetrics');
    expect(body.window).to.deep.equal({ sinceMinutes: 60, from: '2026-11-21T06:13:00.000Z', to: EXAMPLE.time });
    const short = await call(world, 'getMetrics', { query: { sinceMinutes: '5' } });
    expect(short.body.talkTime).to.deep.equal({ totalMs: 0, byUser: [], byNet: [] });
    expect(short.body.occupancy).to.have.length(1);
    expect((await call(world, 'getMetrics', { query: { sinceMinutes: '10080' } })).status).to.equal(200);
  });

  for (const sinceMinutes of ['0', '-1', '10081', '1.5', 'an hour', '', 'NaN', 'Infinity', '1e9']) {
    it(`refuses sinceMinutes=${sinceMinutes}`, async () => {
      const { status, body } = await call(await makeWorld(), 'getMetrics', { query: { sinceMinutes } });
      expect([status, body.code]).to.deep.equal([400, 'request.invalid']);
      expect(body.details).to.have.length(1);
      expect(body.details[0].pointer).to.equal('/sinceMinutes');
      expect(body.details[0].detail).to.include('from 1 to 10080');
    });
  }

  it('counts the time of a transmission that lasts', async () => {
    const world = await makeWorld();
    await call(world, 'deleteNet', { params: { ref: '1' } });
    const { body: net } = await call(world, 'createNet', {
      body: { name: 'Near', channelIds: [EXAMPLE.channelId, '31'] },
    });
    await call(world, 'setAssignment', { body: { userId: EXAMPLE.userId, netUid: net.netUid } });
    const ears = { userId: '5', displayName: 'Eve', bot: false, roleIds: [], channelId: '31' };
    world.shard.observe({ type: 'person', person: ears });
    for (let frame = 0; frame < 100; frame += 1) {
      world.shard.radio.frame(EXAMPLE.channelId, EXAMPLE.userId, false);
      await world.clock.advance(20);
    }
    const { body } = await call(world, 'getMetrics', { query: { sinceMinutes: '1' } });
    expect(body.talkTime.byNet[0]).to.include({ netUid: net.netUid, netId: 1, name: 'Near', transmissions: 1 });
    expect(body.talkTime.totalMs).to.be.within(1000, 2000);
    expect(body.connected).to.deep.equal({ now: 2, peak: 2 });
    expect(body.uptimeSeconds).to.equal(2);
  });

  it('counts the answers to the keys of this guild alone', async () => {
    const world = await makeWorld();
    await send(world, 'get', '/status');
    await send(world, 'get', '/nowhere');
    await send(world, 'get', '/status', { key: world.otherKey });
    await send(world, 'get', '/status', { key: null });
    expect((await call(world, 'getMetrics')).body.api).to.deep.equal({ requests: 2, errors: 1 });
    const other = await call(world, 'getMetrics', { key: world.otherKey });
    expect(other.body.api).to.deep.equal({ requests: 1, errors: 0 });
  });

  it('shows the numbers of the voice workers', async () => {
    const world = await makeWorld();
    const workers = { idle: 0, joining: 1, serving: 2, leaving: 0 };
    const did = { packetsIn: 5, packetsOut: 4, dropped: { late: 1 }, recoveries: 2, workers };
    Object.assign(world.voice.did, did);
    expect((await call(world, 'getMetrics')).body.voice).to.deep.equal(did);
    expect(new GivenVoice().did.packetsIn).to.equal(0);
  });
});

describe('a long answer', () => {
  it('written in slices is the same JSON', async () => {
    const rows = Array.from({ length: 1234 }, (_, at) => ({ at, word: `"${at}"`, list: [at] }));
    for (const object of [
      { ok: true, rows, nothing: undefined, deep: { rows } },
      { rows: rows.slice(0, 50), empty: [], none: null },
      { rows: rows.slice(0, 51) },
      {},
    ]) {
      expect(await slicedJson(object)).to.equal(JSON.stringify(object));
    }
  });

  it('lets others have their turn while it is made', async () => {
    let turns = 0;
    let goOn = true;
    const other = () => {
      turns += 1;
      if (goOn) setImmediate(other);
    };
    setImmediate(other);
    await slicedJson({ rows: Array.from({ length: 100_000 }, (_, at) => ({ at })) });
    const afterJson = turns;
    await inTurns(
      (function* () {
        const end = performance.now() + 20;
        while (performance.now() < end) yield;
        return 'done';
      })(),
    );
    goOn = false;
    expect(afterJson).to.be.above(1000);
    expect(turns).to.be.above(afterJson + 3);
  });
});
