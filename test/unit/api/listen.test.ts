import { request as httpRequest } from 'node:http';
import { expect } from 'chai';
import request from 'supertest';
import { EXAMPLE } from '../../../api/example.ts';
import { BEAT_MS, LISTENERS_PER_KEY } from '../../../api/listen/guild-listeners.ts';
import { JOIN_MS, MAX_MESSAGES } from '../../../api/listen/listen-socket.ts';
import { Listening } from '../../../api/listen/listening.ts';
import { Api } from '../../../api/server.ts';
import { ListenerBus } from '../../../bot/voice/listener-bus.ts';
import { SYSTEM_CLOCK } from '../../../system.ts';
import { ListenClient } from '../../support/listen-client.ts';
import { until } from '../../support/until.ts';
import { send } from './call.ts';
import { makeWorld, OTHER, type World } from './world.ts';

const SYSTEM = { kind: 'system' as const, name: 'test' };
const NAME = 'Transcriber';

describe('the connection of a listening program', () => {
  let world: World;
  let api: Api;
  let key: string;
  let clients: ListenClient[];
  let bus: ListenerBus;
  let sequence: number;

  const start = async (change: object = {}) => {
    world = await makeWorld();
    key = await world.addKey({ kind: 'service' });
    api = new Api({ ...world.options, host: '127.0.0.1', port: 0, ...change });
    await api.start();
    bus = new ListenerBus();
    sequence = 0;
  };
  const connect = (secret: string | null = key, options: { path?: string; autoPong?: boolean } = {}) => {
    const client = new ListenClient(api.url, secret, options);
    clients.push(client);
    return client;
  };
  const joined = async (name = NAME, secret = key) => {
    const client = connect(secret);
    const id = await client.join(EXAMPLE.guildId, name);
    return { client, id };
  };
  const assign = (userId: string, action: 'assign' | 'unassign' = 'assign') =>
    world.shard.change(SYSTEM, { type: 'assignment.set', userId, net: { netUid: EXAMPLE.netUid }, action });
  /** The person of the example says a packet; answers whether it goes anywhere. */
  const speak = (opus = Buffer.from([1, 2, 3])): boolean => {
    const route = world.shard.radio.frame(EXAMPLE.channelId, EXAMPLE.userId, false);
    sequence += 1;
    const frame = { userId: EXAMPLE.userId, ssrc: 7, sequence, timestamp: 0, silence: false, opus };
    if (route) bus.publish(route, frame);
    return route !== undefined;
  };
  const keyUp = () => world.shard.radio.frame(EXAMPLE.channelId, EXAMPLE.userId, true);
  const roster = () => world.shard.read.roster().map(({ userId }) => userId);

  beforeEach(async () => {
    clients = [];
    await start();
  });
  afterEach(async () => {
    for (const client of clients) client.cut();
    await api.stop();
    await world.shards.stop();
  });

  it('greets, takes the program on, and shows it in the roster and in the events', async () => {
    const client = connect();
    await client.heard('hello');
    expect(roster()).to.deep.equal([EXAMPLE.userId]);
    const id = await client.join(EXAMPLE.guildId, ` ${NAME}\n`);
    expect(client.said.map(({ type }) => type).slice(0, 2)).to.deep.equal(['hello', 'joined']);
    expect(client.said[1]?.user).to.deep.equal({ id, displayName: NAME });
    const { body } = await send(world, 'get', '/roster');
    expect(body.operators[1]).to.deep.include({ userId: id, displayName: NAME, nets: [], netUids: [] });
    expect(body.operators[1]).to.include({ transport: 'service', service: true, transmitting: false });
    client.socket.close();
    await until(() => roster().length === 1);
    await world.clock.advance(20);
    const events = world.shard.events.recent().filter(({ type }) => type.startsWith('user.'));
    expect(events.slice(-2).map(({ type, data }) => ({ type, ...data }))).to.deep.equal([
      { type: 'user.joined', userId: id, displayName: NAME, transport: 'service', nets: [] },
      { type: 'user.left', userId: id, displayName: NAME, transport: 'service' },
    ]);
  });

  it('gives the same key and name the same id, of 64 bits and none of Discord’s, and others another', async () => {
    const one = await joined();
    one.client.cut();
    const again = await joined();
    expect(again.id).to.equal(one.id);
    expect(again.id).to.match(/^\d{19,20}$/);
    expect(BigInt(again.id) >> 63n).to.equal(1n);
    const ids = [again.id, (await joined('Recorder')).id];
    const other = await world.addKey({ kind: 'service' });
    ids.push((await joined(NAME, other)).id);
    expect(new Set(ids).size).to.equal(3);
  });

  it('carries what is spoken on the nets it is assigned to, byte for byte', async () => {
    const { client, id } = await joined();
    speak();
    keyUp();
    const path = '/assignments';
    const answer = await send(world, 'post', path, { body: { userId: id, netUid: EXAMPLE.netUid, action: 'assign' } });
    expect(answer.status).to.equal(200);
    for (const byte of [1, 2, 3]) speak(Buffer.from([byte, 0xff]));
    await until(() => client.sounds.length === 3);
    const from = { netId: EXAMPLE.netId, userId: EXAMPLE.userId };
    expect(client.sounds).to.deep.equal(
      [1, 2, 3].map((byte, index) => ({ ...from, sequence: index, opus: Buffer.from([byte, 0xff]) })),
    );
    await assign(id, 'unassign');
    expect(speak()).to.equal(false);
  });

  it('tells who is on the air, and when no longer, also when it is assigned in the middle', async () => {
    const { client, id } = await joined();
    await assign(id);
    speak();
    const data = { userId: EXAMPLE.userId, displayName: EXAMPLE.displayName, netId: EXAMPLE.netId };
    expect(await client.heard('ptt.start')).to.deep.equal({ type: 'ptt.start', data });
    keyUp();
    expect(await client.heard('ptt.stop')).to.deep.equal({ type: 'ptt.stop', data });
    const second = await joined('Second');
    speak();
    await client.heard('ptt.start', 2);
    await assign(second.id);
    await second.client.heard('ptt.start');
    await assign(second.id, 'unassign');
    await second.client.heard('ptt.stop');
    expect(client.said.filter(({ type }) => type === 'ptt.stop')).to.have.length(1);
  });

  it('tells of the operation and of its nets when they change, and nothing is heard while it is closed', async () => {
    const { client, id } = await joined();
    expect((await client.heard('config')).data).to.deep.equal({ operationOpen: true, nets: [] });
    await assign(id);
    const net = { netId: EXAMPLE.netId, netUid: EXAMPLE.netUid, name: EXAMPLE.netName };
    expect((await client.heard('config', 2)).data).to.deep.equal({ operationOpen: true, nets: [net] });
    speak();
    await client.heard('ptt.start');
    await world.shard.change(SYSTEM, { type: 'operation.set', open: false });
    expect((await client.heard('config', 3)).data).to.deep.equal({ operationOpen: false, nets: [net] });
    await client.heard('ptt.stop');
    expect(speak()).to.equal(false);
  });

  it('answers pings, and what it does not understand with errors that end nothing', async () => {
    const { client } = await joined();
    const wrong: (object | string)[] = [
      'not json',
      '[]',
      '"join"',
      { type: 'transmit' },
      { type: '__proto__' },
      { type: 'audio.codec', codec: 'pcm' },
      { type: 'join', guildId: EXAMPLE.guildId, mode: 'voice', serviceListen: true, displayName: '' },
      { type: 'join', guildId: EXAMPLE.guildId, mode: 'voice', serviceListen: true, displayName: 'Again' },
    ];
    for (const message of wrong) client.say(message);
    client.socket.send(Buffer.from([1, 2, 3]));
    client.say({ type: 'ping' });
    await client.heard('pong');
    const errors = client.said.filter(({ type }) => type === 'error').map(({ message }) => message);
    expect(errors).to.have.length(wrong.length + 1);
    expect(errors[3]).to.include('audio.codec, join, ping');
    expect(errors[5]).to.include('codec');
    expect(errors[6]).to.include('displayName');
    expect(client.closed).to.equal(undefined);
  });

  it('ends the connection of a program that names another guild', async () => {
    const client = connect();
    await client.heard('hello');
    client.say({ type: 'join', guildId: OTHER.guildId, mode: 'voice', serviceListen: true, displayName: NAME });
    expect(await client.ended()).to.equal(1008);
    expect((await client.heard('error')).message).to.include('another guild');
    expect(roster()).to.have.length(1);
  });

  it('ends the connection of a program that does not join in time, that talks too much or too long', async () => {
    const silent = connect();
    await silent.heard('hello');
    await world.clock.advance(JOIN_MS);
    expect(await silent.ended()).to.equal(1008);
    const chatty = await joined();
    for (let count = 0; count <= MAX_MESSAGES; count += 1) chatty.client.say({ type: 'ping' });
    expect(await chatty.client.ended()).to.equal(1008);
    expect(chatty.client.said.filter(({ type }) => type === 'pong').length).to.be.below(MAX_MESSAGES);
    const pinging = await joined();
    for (let count = 0; count <= MAX_MESSAGES; count += 1) pinging.client.socket.ping();
    expect(await pinging.client.ended()).to.equal(1008);
    const long = await joined();
    long.client.say({ type: 'ping', more: 'x'.repeat(5000) });
    expect(await long.client.ended()).to.equal(1009);
    await until(() => roster().length === 1);
  });

  it('shows from time to time that it is there, and cuts off who does not answer', async () => {
    const { client } = await joined();
    const deaf = connect(key, { autoPong: false });
    await deaf.join(EXAMPLE.guildId, 'Deaf');
    await world.clock.advance(BEAT_MS);
    expect((await client.heard('voice.heartbeat')).data).to.include({ sent: 0, dropped: 0 });
    // What answers the ping comes before this.
    client.say({ type: 'ping' });
    await client.heard('pong');
    await world.clock.advance(BEAT_MS);
    expect(await deaf.ended()).to.equal(1006);
    await client.heard('voice.heartbeat', 2);
    expect(client.closed).to.equal(undefined);
    expect(roster()).to.have.length(2);
  });

  it('lets whoever comes back take the place of the old connection', async () => {
    const first = await joined();
    await assign(first.id);
    const second = await joined();
    expect(await first.client.ended()).to.equal(4001);
    expect(roster()).to.deep.equal([EXAMPLE.userId, first.id]);
    speak();
    await until(() => second.client.sounds.length === 1);
    expect(first.client.sounds).to.have.length(0);
  });

  it('is open to service keys alone; everybody else gets a problem', async () => {
    const refusals: [string | null, number, string][] = [
      [null, 401, 'key.missing'],
      ['nonsense', 401, 'key.malformed'],
      [world.key, 403, 'key.service-only'],
      [await world.addKey({ kind: 'shard' }), 403, 'key.service-only'],
    ];
    const ended = await world.addKey({ kind: 'service' });
    await world.revoke(ended);
    refusals.push([ended, 401, 'key.rejected']);
    for (const [secret, status, code] of refusals) {
      const client = connect(secret);
      const { refused } = await until(() => client.refused && client);
      expect([refused?.status, refused?.body['code']], code).to.deep.equal([status, code]);
      expect(refused?.headers['content-type']).to.match(/^application\/problem\+json/);
      expect(refused?.headers['x-request-id']).to.be.a('string');
      await client.ended();
    }
    const elsewhere = connect(key, { path: '/wss' });
    await until(() => elsewhere.refused?.status === 404);
  });

  it('says what it wants to whoever speaks plain HTTP, and serves other paths to whoever offers another protocol', async () => {
    const plain = await request(world.app.callback()).get('/ws').set('Authorization', `Bearer ${key}`);
    expect([plain.status, plain.body.code, plain.get('Upgrade')]).to.deep.equal([426, 'upgrade.required', 'websocket']);
    const statusOf = (path: string, headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        const sent = httpRequest(`${api.url}${path}`, { headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode);
        });
        sent.on('error', reject).end();
      });
    const upgrade = { Connection: 'Upgrade', Authorization: `Bearer ${key}` };
    expect(await statusOf('/health', { ...upgrade, Upgrade: 'h2c' })).to.equal(200);
    expect(await statusOf('/health', { ...upgrade, Upgrade: 'websocket' })).to.equal(200);
    expect(await statusOf('/ws', { ...upgrade, Upgrade: 'websocket' })).to.equal(426);
  });

  it('gives a key ten connections and no more, until one is closed', async () => {
    const own = [];
    for (let count = 0; count < LISTENERS_PER_KEY; count += 1) own.push((await joined(`${NAME} ${count}`)).client);
    const eleventh = connect();
    await until(() => eleventh.refused);
    expect([eleventh.refused?.status, eleventh.refused?.body['code']]).to.deep.equal([429, 'listen.limit']);
    await joined(NAME, await world.addKey({ kind: 'service' }));
    own[0]?.cut();
    await until(async () => {
      const client = connect();
      await until(() => client.refused || client.said.length > 0);
      return client.refused === undefined;
    });
  });

  it('takes no more connections of all guilds together than there is room for', async () => {
    await api.stop();
    await start({ listening: new Listening(SYSTEM_CLOCK, 2) });
    for (const name of ['A', 'B']) await joined(name);
    const third = connect(await world.addKey({ kind: 'service' }));
    await until(() => third.refused);
    expect([third.refused?.status, third.refused?.body['code']]).to.deep.equal([503, 'listen.full']);
    expect(third.refused?.headers['retry-after']).to.equal('60');
  });

  it('ends when the key is revoked or expires, and leaves others alone', async () => {
    const at = new Date(world.clock.now() + 300_000).toISOString();
    const [revoked, expiring] = [
      await world.addKey({ kind: 'service' }),
      await world.addKey({ kind: 'service', expiresAt: at }),
    ];
    const [first, second, third] = [await joined('A', revoked), await joined('B', expiring), await joined('C')];
    await world.revoke(revoked);
    expect(await first.client.ended(1000)).to.equal(1008);
    await world.clock.advance(14_000);
    expect(second.client.closed).to.equal(undefined);
    world.clock.leap(286_000);
    await world.clock.advance(0);
    expect(await second.client.ended(1000)).to.equal(1008);
    expect(third.client.closed).to.equal(undefined);
    expect(roster()).to.deep.equal([EXAMPLE.userId, third.id]);
  });

  it('is ended by POST /clients/disconnect', async () => {
    const { client, id } = await joined();
    const body = { userId: id, reason: 'Not now' };
    const answer = await send(world, 'post', '/clients/disconnect', { body });
    expect([answer.status, answer.body.disconnected]).to.deep.equal([200, 1]);
    expect(await client.ended()).to.equal(4002);
    expect((await client.heard('error')).message).to.include('Not now');
    expect(roster()).to.deep.equal([EXAMPLE.userId]);
    expect(world.people.disconnected).to.deep.equal([]);
    const again = await send(world, 'post', '/clients/disconnect', { body });
    expect([again.status, again.body.code]).to.deep.equal([404, 'client.unknown']);
  });

  it('is not asked in a ready check, not reached by an alert, and on no net of everyone’s roles', async () => {
    await world.shard.change(SYSTEM, { type: 'net.create', name: 'All hands' });
    await world.shard.change(SYSTEM, { type: 'rule.add', roleId: EXAMPLE.guildId, net: { text: 'All hands' } });
    const { id } = await joined();
    const nets = () =>
      world.shard.read
        .effective()
        .get(id)
        ?.map(({ netId }) => netId);
    expect(nets()).to.deep.equal([]);
    const alert = await send(world, 'post', '/acars', { body: { text: 'Form up' } });
    expect([alert.status, alert.body.routed]).to.deep.equal([200, 1]);
    const everyone = { templateId: EXAMPLE.readyId };
    const { body: check } = await send(world, 'post', '/ready-checks/start', { body: everyone });
    expect(check.session.participants.map((one: { userId: string }) => one.userId)).to.deep.equal([EXAMPLE.userId]);
    await send(world, 'post', '/public-net', { body: { roleIds: [EXAMPLE.roleId] } });
    expect(nets()).to.deep.equal([]);
    await send(world, 'post', '/public-net', { body: { roleIds: [] } });
    expect(nets()).to.deep.equal([world.shard.read.publicNet().netId]);
  });

  it('counts: in /debug, and for Prometheus', async () => {
    const { client, id } = await joined();
    await assign(id);
    speak();
    await until(() => client.sounds.length === 1);
    const shardToken = await world.addKey({ kind: 'shard' });
    const { body } = await request(world.app.callback()).get('/debug').set('Authorization', `Bearer ${shardToken}`);
    expect(body.clients).to.equal(2);
    expect(body.users[1]).to.include({ userId: id, name: NAME, voice: true, audioIn: 0, audioOut: 1, audioDropped: 0 });
    const text = (await send(world, 'get', '/metrics/prometheus')).text;
    expect(text).to.include('shard_listeners 1').and.include('shard_listener_packets_total{outcome="sent"} 1');
  });

  it('loses the oldest sound of a program that is slow to read, and nobody else’s', async function () {
    this.timeout(20_000);
    await api.stop();
    await start();
    const { listening } = world.options;
    const [slow, quick] = [await joined('Slow'), await joined('Quick')];
    for (const { id } of [slow, quick]) await assign(id);
    slow.client.pause();
    const packet = Buffer.alloc(1200, 1);
    let spoken = 0;
    // More than the machine's buffers take for a connection.
    for (let round = 0; round < 120; round += 1) {
      for (let count = 0; count < 100; count += 1) speak(packet);
      spoken += 100;
      await world.clock.advance(20);
      await until(() => quick.client.sounds.length === spoken);
    }
    slow.client.resume();
    const last = spoken - 1;
    await until(() => slow.client.sounds.at(-1)?.sequence === last % 65_536);
    const heard = slow.client.sounds.map((sound) => sound.sequence);
    expect(heard.length).to.be.below(spoken);
    expect(heard).to.deep.equal([...heard].sort((a, b) => a - b));
    expect(quick.client.sounds.map((sound) => sound.sequence)).to.deep.equal(
      Array.from({ length: spoken }, (_, at) => at),
    );
    const totals = listening.totals(world.shard);
    expect(totals).to.deep.equal({ open: 2, sent: 2 * spoken - totals.dropped, dropped: spoken - heard.length });
  });

  it('goes away in order when the shard stops, and does not hold it up, a stuck program either', async () => {
    await api.stop();
    await start({ clock: SYSTEM_CLOCK, listening: new Listening(SYSTEM_CLOCK) });
    const [first, stuck] = [await joined('A'), await joined('B')];
    stuck.client.pause();
    const began = performance.now();
    await api.stop();
    expect(performance.now() - began).to.be.below(1500);
    expect(await first.client.ended()).to.equal(1001);
    stuck.client.resume();
    await stuck.client.ended();
  });
});
