import { expect } from 'chai';
import fc from 'fast-check';
import { EXAMPLE } from '../../../api/example.ts';
import { presentStatus } from '../../../api/present/status.ts';
import type { Command } from '../../../shard/commands.ts';
import { SYSTEM } from '../../support/given-shard.ts';
import { call, send } from './call.ts';
import { CHANNELS, makeWorld, type World } from './world.ts';

const ABOUT = { name: EXAMPLE.shardName, publicUrl: EXAMPLE.publicUrl, version: EXAMPLE.version };

const fresh = ({ shard }: World) =>
  JSON.parse(JSON.stringify({ ok: true, guildId: shard.guildId, ...presentStatus(shard, ABOUT) }));

const channelId = fc.constantFrom(EXAMPLE.channelId, CHANNELS.free);
const userId = fc.constantFrom(EXAMPLE.userId, '5', '6');
const net = fc.constantFrom('Strike Net', 'A', 'B').map((text) => ({ text }));
const name = fc.constantFrom('A', 'B', 'Strike Net');

const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ type: fc.constant('net.create' as const), name }),
  fc.record({ type: fc.constant('net.rename' as const), net, name }),
  fc.record({ type: fc.constant('net.remove' as const), net }),
  fc.record({ type: fc.constant('net.bind' as const), net, channelId }),
  fc.record({ type: fc.constant('net.unbind' as const), channelId }),
  fc.record({
    type: fc.constant('assignment.set' as const),
    userId,
    net,
    action: fc.constantFrom('assign' as const, 'unassign' as const),
  }),
  fc.record({ type: fc.constant('operation.set' as const), open: fc.boolean() }),
  fc.record({
    type: fc.constant('features.set' as const),
    features: fc.record({ maxNets: fc.constantFrom(3, 50), globalPttEnabled: fc.boolean() }),
  }),
  fc.record({ type: fc.constantFrom('public-net.show' as const, 'public-net.hide' as const) }),
  fc.record({ type: fc.constant('net.relays' as const), net, targets: fc.array(net, { maxLength: 2 }) }),
  fc.record({ type: fc.constant('settings.set' as const), readyRoomId: fc.constantFrom(CHANNELS.free, null) }),
);

/** Something that happens, or some time that goes by. */
type Step = (world: World) => unknown;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: command.map(
      (one): Step =>
        ({ shard }) =>
          shard.change(SYSTEM, one).catch(() => undefined),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(0, 50, 250, 60_000).map(
      (ms): Step =>
        ({ clock }) =>
          clock.advance(ms),
    ),
  },
  fc.tuple(userId, fc.option(channelId)).map(
    ([who, where]): Step =>
      ({ shard }) => {
        const person = { userId: who, displayName: `P${who}`, bot: false, roleIds: [EXAMPLE.roleId], channelId: where };
        shard.observe({ type: 'person', person });
      },
  ),
  fc.tuple(channelId, userId, fc.boolean()).map(
    ([where, who, silence]): Step =>
      ({ shard }) => {
        shard.radio.frame(where, who, silence);
      },
  ),
  fc.tuple(channelId, fc.constantFrom('ok' as const, 'joining' as const, 'missing' as const)).map(
    ([where, state]): Step =>
      ({ shard }) =>
        shard.observe({ type: 'workers', channels: new Map([[where, state]]) }),
  ),
  fc.constantFrom([], ['No Opus.']).map(
    (reasons): Step =>
      ({ shard }) =>
        shard.observe({ type: 'reduced', reasons }),
  ),
  fc.constantFrom('Red Wing', 'Green Wing').map(
    (guild): Step =>
      ({ shard }) => {
        const { roles, channels } = shard.read.guild();
        shard.observe({ type: 'guild', name: guild, roles: [...roles.values()], channels: [...channels.values()] });
      },
  ),
);

describe('the answer of GET /status', () => {
  it('is always what it would be if it were made anew, whatever happened since the last', async function () {
    this.timeout(60_000);
    let changes = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
        const world = await makeWorld();
        let last = (await send(world, 'get', '/status')).text;
        for (const happen of steps) {
          await happen(world);
          const answer = await send(world, 'get', '/status');
          expect(answer.body).to.deep.equal(fresh(world));
          if (answer.text !== last) changes += 1;
          last = answer.text;
        }
      }),
      { numRuns: 40 },
    );
    expect(changes, 'the steps change something').to.be.above(100);
  });

  it('is made once while nothing changes, for each guild its own', async () => {
    const world = await makeWorld();
    let made = 0;
    const { status } = world.shard.read;
    world.shard.read.status = () => {
      made += 1;
      return status.call(world.shard.read);
    };
    const second = await world.addKey({ scopes: ['read:status'] });
    for (const key of [world.key, second, world.key]) {
      const { body } = await call(world, 'getStatus', { key });
      expect(body.guildId).to.equal(EXAMPLE.guildId);
    }
    expect(made).to.equal(1);
    expect((await call(world, 'getStatus', { key: world.otherKey })).body.guildId).to.equal(world.other.guildId);
    await call(world, 'setOperation', { body: { open: false } });
    expect((await call(world, 'getStatus')).body.operationOpen).to.equal(false);
    expect(made).to.equal(2);
  });
});
