import { operationOf } from '../op/operation-commands.ts';
import type { Operator } from '../people/roster.ts';
import type { ChannelNeed } from '../ports.ts';
import type { NetMode } from '../records.ts';
import type { StateView } from '../state.ts';
import type { Ear } from './ear.ts';

/** Where somebody's voice goes. Precomputed: never made per packet. */
export interface Route {
  readonly netUid: string;
  readonly netId: number;
  /** Whether all may speak on it at once, or one at a time. */
  readonly mode: NetMode;
  /** How much louder or quieter the net is heard, in dB. */
  readonly gainDb: number;
  /** Channels in which it is heard; never the speaker's own. */
  readonly sinks: readonly string[];
  /** The listening programs that hear it. */
  readonly ears: readonly Ear[];
}

/** Channel → speaker → route. Who is not in it is not relayed. */
export type RoutingTable = ReadonlyMap<string, ReadonlyMap<string, Route>>;

/** A net channel with the people in it. */
export interface OccupiedChannel {
  channelId: string;
  netUid: string;
  netId: number;
  priority: number;
  mode: NetMode;
  gainDb: number;
  /** Uids of the nets that are heard in it, each once, its own among them. */
  hears: readonly string[];
  /** Everybody in it: they hear. */
  people: string[];
  /** Those of them who are on the net: they may speak on it. */
  speakers: string[];
}

/** The net channels that hold somebody; none while the operation is closed. */
export function occupiedChannels(state: StateView, operators: Iterable<Operator>): OccupiedChannel[] {
  if (!operationOf(state).open) return [];
  const relayed = relaySources(state);
  const channels = new Map<string, OccupiedChannel>();
  for (const { person, channelId, nets } of operators) {
    const net = channelId === null ? undefined : state.netByChannel.get(channelId);
    if (!net || channelId === null) continue;
    const { uid: netUid, id: netId, priority, mode, gainDb } = net;
    let channel = channels.get(channelId);
    if (!channel) {
      const hears = [...new Set([netUid, ...(relayed.get(netUid) ?? []), ...(net.monitors[channelId] ?? [])])];
      channel = { channelId, netUid, netId, priority, mode, gainDb, hears, people: [], speakers: [] };
      channels.set(channelId, channel);
    }
    channel.people.push(person.userId);
    if (nets.some((assignment) => assignment.netUid === netUid)) channel.speakers.push(person.userId);
  }
  return [...channels.values()];
}

/**
 * Net → the listening programs that hear what is spoken on it: those on the net and those on its relay targets, each once.
 * Empty while the operation is closed. `earOf`: what a connected program hears with, undefined for people.
 */
export function listeners(
  state: StateView,
  operators: Iterable<Operator>,
  earOf: (userId: string) => Ear | undefined,
): Map<string, Ear[]> {
  const ears = new Map<string, Ear[]>();
  if (!operationOf(state).open) return ears;
  const relayed = relaySources(state);
  for (const { person, nets } of operators) {
    const ear = person.service ? earOf(person.userId) : undefined;
    if (!ear) continue;
    const heard = new Set(nets.flatMap(({ netUid }) => [netUid, ...(relayed.get(netUid) ?? [])]));
    for (const netUid of heard) add(ears, netUid, ear);
  }
  return ears;
}

/** Relay target → the nets that are heard in it too. One way and one hop: a relay passes on what is spoken on its net. */
function relaySources({ tables }: StateView): Map<string, string[]> {
  const sources = new Map<string, string[]>();
  for (const { uid, relayTargetNetUids } of tables.nets.values()) {
    for (const target of relayTargetNetUids) add(sources, target, uid);
  }
  return sources;
}

/**
 * A net is heard wherever it is among what is heard, but for the speaker's own channel; who may speak on it is who is
 * assigned to it. `heardBy`: net → the listening programs that hear it.
 */
export function buildRoutes(
  channels: readonly OccupiedChannel[],
  heardBy: ReadonlyMap<string, readonly Ear[]> = new Map(),
): RoutingTable {
  const places = new Map<string, string[]>();
  for (const { channelId, hears } of channels) for (const netUid of hears) add(places, netUid, channelId);
  const table = new Map<string, Map<string, Route>>();
  for (const { channelId, netUid, netId, mode, gainDb, speakers } of channels) {
    const sinks = (places.get(netUid) ?? []).filter((place) => place !== channelId);
    const ears = heardBy.get(netUid) ?? [];
    if (sinks.length + ears.length === 0 || speakers.length === 0) continue;
    const route: Route = { netUid, netId, mode, gainDb, sinks, ears };
    table.set(channelId, new Map(speakers.map((userId) => [userId, route])));
  }
  return table;
}

/**
 * The channels that need a voice worker: those somebody there could be heard from elsewhere, by a listening program too,
 * or could hear somebody from elsewhere in. The busiest first, then by the net's priority.
 */
export function channelNeeds(channels: readonly OccupiedChannel[], table: RoutingTable): ChannelNeed[] {
  const needed = new Set<string>();
  for (const [channelId, routes] of table) {
    needed.add(channelId);
    for (const route of routes.values()) for (const sink of route.sinks) needed.add(sink);
  }
  return channels
    .filter((channel) => needed.has(channel.channelId))
    .sort(
      (a, b) => b.people.length - a.people.length || b.priority - a.priority || (a.channelId < b.channelId ? -1 : 1),
    )
    .map(({ channelId, netUid, people }) => ({ channelId, netUid, people: people.length }));
}

function add<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
