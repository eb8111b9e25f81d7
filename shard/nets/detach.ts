import type { Draft } from '../draft.ts';
import { putAssignments, putTemporary, tellAssignment } from '../people/assignments.ts';
import type { ArchiveRecord, NetRecord } from '../records.ts';

/** What named a net and does not any more: what its archive entry keeps for a restore. */
export type Detached = Required<Pick<ArchiveRecord, 'assignedUserIds' | 'inboundRelayFromNetUids' | 'inboundMonitors'>>;

/** Takes a net that is about to go out of everything live that names it. Its temporary assignments end. */
export function detachNet(draft: Draft, net: NetRecord): Detached {
  endTemporary(draft, net);
  return {
    assignedUserIds: unassignAll(draft, net.uid),
    inboundRelayFromNetUids: unlinkRelays(draft, net.uid),
    inboundMonitors: unlinkMonitors(draft, net.uid),
  };
}

/** Takes everybody off the net; answers who was on it. */
function unassignAll(draft: Draft, uid: string): string[] {
  const userIds: string[] = [];
  for (const [userId, { netUids }] of draft.state.tables.assignments) {
    if (!netUids.includes(uid)) continue;
    userIds.push(userId);
    putAssignments(
      draft,
      userId,
      netUids.filter((other) => other !== uid),
    );
  }
  return userIds;
}

function endTemporary(draft: Draft, net: NetRecord): void {
  for (const [userId, { nets }] of draft.state.tables.temporary) {
    const others = nets.filter(({ netUid }) => netUid !== net.uid);
    if (others.length === nets.length) continue;
    putTemporary(draft, userId, others);
    tellAssignment(draft, userId, net, 'unassign', 'net.removed');
  }
}

/** Takes the net out of everybody's relay targets; answers whose they were. */
function unlinkRelays(draft: Draft, uid: string): string[] {
  const inbound = [...draft.state.tables.nets.values()].filter((net) => net.relayTargetNetUids.includes(uid));
  for (const net of inbound) {
    const relayTargetNetUids = net.relayTargetNetUids.filter((other) => other !== uid);
    draft.put('nets', net.uid, { ...net, relayTargetNetUids, updatedAt: draft.at });
  }
  return inbound.map((net) => net.uid);
}

/** Takes the net out of everybody's monitors; answers where it was heard. */
function unlinkMonitors(draft: Draft, uid: string): Detached['inboundMonitors'] {
  const heardIn: Detached['inboundMonitors'] = [];
  for (const net of draft.state.tables.nets.values()) {
    const heard = Object.keys(net.monitors).filter((channelId) => net.monitors[channelId]?.includes(uid));
    if (heard.length === 0) continue;
    heardIn.push(...heard.map((channelId) => ({ netUid: net.uid, channelId })));
    const others = Object.entries(net.monitors)
      .map(([channelId, uids]): [string, string[]] => [channelId, uids.filter((other) => other !== uid)])
      .filter(([, uids]) => uids.length > 0);
    draft.put('nets', net.uid, { ...net, monitors: Object.fromEntries(others), updatedAt: draft.at });
  }
  return heardIn;
}
