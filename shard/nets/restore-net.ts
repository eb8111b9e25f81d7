import type { Draft } from '../draft.ts';
import { ShardError } from '../errors.ts';
import type { Handler, PlanContext } from '../handler.ts';
import { assign } from '../people/assignments.ts';
import type { ArchiveRecord, NetRecord } from '../records.ts';
import { takeFromArchive } from './archive-chain.ts';
import { requireEntry } from './archive-commands.ts';
import { requireBindable } from './channels.ts';
import { lowestFreeSlot, requireFreeName, tellConfig } from './net-commands.ts';
import { cleanNetName } from './net-name.ts';
import { monitorsOf, netSettings } from './net-settings.ts';

/** What comes back with a net. */
export interface RestoreWish {
  uid: string;
  /** Whether people are assigned again; true when left out. */
  assignments?: boolean | undefined;
  /** Whether it is linked again with the nets it heard and that heard it; true when left out. */
  relays?: boolean | undefined;
  /** Another name than it had. */
  name?: string | undefined;
}

/** A net that came back, with how many assignments and relay links came back with it. */
export interface RestoredNet {
  net: NetRecord;
  restored: { assignments: number; relays: number };
}

export const restoreArchived: Handler<'archive.restore'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, wish, context) {
    const result = restoreNet(draft, wish, context);
    tellConfig(draft, 'archive.restore', wish.uid);
    return result;
  },
};

/**
 * Brings an archived net back, on any draft: the same uid in the lowest free slot, with its settings and with those of
 * its channels, monitors, relay links and assignments whose other end is there and free. Rules that name it wake by
 * themselves. The entry leaves the archive.
 * @throws ShardError archive.unknown | net.name-taken | net.name-invalid | net.slots-full | assignment.limit
 */
function restoreNet(draft: Draft, wish: RestoreWish, context: PlanContext): RestoredNet {
  const entry = requireEntry(draft, wish.uid);
  const name = cleanNetName(wish.name ?? entry.name);
  requireFreeName(draft, name);
  const channelIds = entry.channelIds.filter((channelId) => isBindable(draft, context, channelId, entry.uid));
  const isLive = (uid: string) => uid !== entry.uid && draft.state.tables.nets.has(uid);
  const targets = wish.relays === false ? [] : entry.relayTargetNetUids.filter(isLive);
  const net: NetRecord = {
    ...netSettings(entry),
    uid: entry.uid,
    id: lowestFreeSlot(draft),
    name,
    channelIds,
    monitors: monitorsOf(channelIds, liveMonitors(entry, isLive)),
    relayTargetNetUids: targets,
    createdAt: entry.createdAt,
    updatedAt: draft.at,
  };
  draft.put('nets', net.uid, net);
  const inbound = wish.relays === false ? 0 : linkInbound(draft, net.uid, entry.inboundRelayFromNetUids);
  monitorAgain(draft, net.uid, entry.inboundMonitors ?? []);
  const assignments = wish.assignments === false ? 0 : assignAgain(draft, net.uid, entry.assignedUserIds);
  takeFromArchive(draft, net.uid);
  return { net, restored: { assignments, relays: targets.length + inbound } };
}

function isBindable(draft: Draft, context: PlanContext, channelId: string, uid: string): boolean {
  try {
    requireBindable(draft, context, channelId, uid);
    return true;
  } catch (error) {
    if (error instanceof ShardError) return false;
    throw error;
  }
}

function liveMonitors({ monitors }: ArchiveRecord, isLive: (uid: string) => boolean): Record<string, string[]> {
  return Object.fromEntries(Object.entries(monitors).map(([channelId, uids]) => [channelId, uids.filter(isLive)]));
}

/** Has those of these nets that are live relay to it again; answers how many. */
function linkInbound(draft: Draft, uid: string, fromUids: readonly string[]): number {
  const { nets } = draft.state.tables;
  const from = fromUids.map((other) => nets.get(other)).filter((net) => net !== undefined && net.uid !== uid);
  const unlinked = (from as NetRecord[]).filter((net) => !net.relayTargetNetUids.includes(uid));
  for (const net of unlinked) {
    const relayTargetNetUids = [...net.relayTargetNetUids, uid];
    draft.put('nets', net.uid, { ...net, relayTargetNetUids, updatedAt: draft.at });
  }
  return from.length;
}

/** Has it heard again in those channels of other nets that are still theirs. */
function monitorAgain(draft: Draft, uid: string, heardIn: NonNullable<ArchiveRecord['inboundMonitors']>): void {
  for (const { netUid, channelId } of heardIn) {
    const net = draft.state.tables.nets.get(netUid);
    const heard = net?.monitors[channelId] ?? [];
    if (!net?.channelIds.includes(channelId) || net.uid === uid || heard.includes(uid)) continue;
    const monitors = monitorsOf(net.channelIds, { ...net.monitors, [channelId]: [...heard, uid] });
    draft.put('nets', net.uid, { ...net, monitors, updatedAt: draft.at });
  }
}

function assignAgain(draft: Draft, uid: string, userIds: readonly string[]): number {
  for (const userId of userIds) assign(draft, userId, uid);
  return userIds.length;
}
