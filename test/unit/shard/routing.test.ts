import { expect } from 'chai';
import fc from 'fast-check';
import { DEFAULT_NET_SETTINGS } from '../../../shard/nets/net-settings.ts';
import type { Operator } from '../../../shard/people/roster.ts';
import { buildRoutes, channelNeeds, occupiedChannels } from '../../../shard/radio/routing.ts';
import type { NetRecord } from '../../../shard/records.ts';
import { State } from '../../../shard/state.ts';
import { person } from '../../support/given-shard.ts';

/** Eight channels at most, each of one net or of none; `net_9` was removed and is still named. */
const uid = fc.constantFrom('net_0', 'net_1', 'net_2', 'net_3');
const uidOrGone = fc.oneof(uid, fc.constant('net_9'));
const channelId = fc.constantFrom('11', '12', '13', '14', '15', '16', '17', '18');

interface World {
  nets: NetRecord[];
  people: { userId: string; channelId: string; on: string[] }[];
}

const world: fc.Arbitrary<World> = fc
  .record({
    homes: fc.dictionary(channelId, uid),
    relays: fc.dictionary(uid, fc.uniqueArray(uidOrGone, { maxLength: 3 })),
    monitors: fc.dictionary(channelId, fc.uniqueArray(uidOrGone, { maxLength: 3 })),
    people: fc.array(fc.record({ channelId, on: fc.uniqueArray(uid) }), { maxLength: 12 }),
  })
  .map(({ homes, relays, monitors, people }) => ({
    nets: ['net_0', 'net_1', 'net_2', 'net_3'].map((own, id): NetRecord => {
      const channelIds = Object.keys(homes).filter((channel) => homes[channel] === own);
      return {
        ...DEFAULT_NET_SETTINGS,
        uid: own,
        id: id + 1,
        name: own,
        channelIds,
        relayTargetNetUids: (relays[own] ?? []).filter((target) => target !== own),
        monitors: Object.fromEntries(
          channelIds.map((channel) => [channel, (monitors[channel] ?? []).filter((other) => other !== own)]),
        ),
        createdAt: '',
        updatedAt: '',
      };
    }),
    people: people.map((one, index) => ({ userId: String(index + 1), ...one })),
  }));

function given({ nets, people }: World, open: boolean) {
  const state = new State();
  state.apply([
    { collection: 'operation', key: 'guild', value: { open, changedAt: '' } },
    ...nets.map((net) => ({ collection: 'nets' as const, key: net.uid, value: net })),
  ]);
  const operators = people.map(({ userId, channelId: where, on }): Operator => {
    const held = on.map((netUid) => ({ netUid, netId: 0, sources: [] }));
    return { person: person(userId, where), channelId: where, since: '', nets: held };
  });
  return occupiedChannels(state, operators);
}

/** Where somebody is heard, in the words of the rule: the net's own channels, its relay targets' and its monitors'. */
function heardIn({ nets, people }: World, speaker: World['people'][number]): string[] {
  const home = nets.find((net) => net.channelIds.includes(speaker.channelId));
  if (!home || !speaker.on.includes(home.uid)) return [];
  const occupied = [...new Set(people.map((one) => one.channelId))].filter((one) => one !== speaker.channelId);
  return occupied.filter((place) => {
    const there = nets.find((net) => net.channelIds.includes(place));
    if (!there) return false;
    const monitored = there.monitors[place]?.includes(home.uid) ?? false;
    return there === home || home.relayTargetNetUids.includes(there.uid) || monitored;
  });
}

describe('routing, for any people anywhere', () => {
  it('carries a net to its own channels, to its relay targets in one hop and one way, and to its monitors; each once, never back', () => {
    let relayed = 0;
    fc.assert(
      fc.property(world, (all) => {
        const table = buildRoutes(given(all, true));
        for (const speaker of all.people) {
          const sinks = table.get(speaker.channelId)?.get(speaker.userId)?.sinks ?? [];
          const expected = heardIn(all, speaker);
          expect([...sinks].sort()).to.deep.equal(expected.sort());
          const home = all.nets.find((net) => net.channelIds.includes(speaker.channelId));
          if (sinks.some((sink) => !home?.channelIds.includes(sink))) relayed += 1;
        }
      }),
      { numRuns: 500 },
    );
    expect(relayed, 'some of them were heard outside of their net').to.be.above(50);
  });

  it('carries nobody who does not sit in that channel, and nothing while the operation is closed', () => {
    fc.assert(
      fc.property(world, (all) => {
        expect(buildRoutes(given(all, false)).size).to.equal(0);
        for (const [channel, routes] of buildRoutes(given(all, true))) {
          for (const userId of routes.keys()) {
            expect(all.people.find((one) => one.userId === userId)?.channelId).to.equal(channel);
          }
        }
      }),
    );
  });

  it('wants a worker in exactly the channels that a route starts from or leads to', () => {
    fc.assert(
      fc.property(world, (all) => {
        const channels = given(all, true);
        const table = buildRoutes(channels);
        const touched = new Set(
          [...table].flatMap(([from, routes]) => [from, ...[...routes.values()].flatMap((route) => route.sinks)]),
        );
        const needs = channelNeeds(channels, table);
        expect(needs.map((need) => need.channelId)).to.have.members([...touched]);
        const people = needs.map((need) => need.people);
        expect(people).to.deep.equal([...people].sort((a, b) => b - a));
      }),
    );
  });
});
