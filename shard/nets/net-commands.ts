import type { Draft } from '../draft.ts';
import { ShardError } from '../errors.ts';
import type { Handler } from '../handler.ts';
import { mintNetUid } from '../mint.ts';
import { featuresOf } from '../op/features.ts';
import { actorSource } from '../people/actor.ts';
import type { ArchiveRecord, NetRecord } from '../records.ts';
import { putInArchive } from './archive-chain.ts';
import { requireAllBindable } from './channels.ts';
import { type Detached, detachNet } from './detach.ts';
import { cleanNetName } from './net-name.ts';
import { resolveNet } from './net-ref.ts';
import { DEFAULT_NET_SETTINGS, netSettings } from './net-settings.ts';
import { requireUnprotected } from './protected.ts';

export const createNet: Handler<'net.create'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, input, context) {
    const name = cleanNetName(input.name);
    requireFreeName(draft, name);
    const net: NetRecord = {
      uid: mintNetUid(context.ids),
      id: lowestFreeSlot(draft),
      name,
      channelIds: [...new Set(input.channelIds ?? [])],
      ...DEFAULT_NET_SETTINGS,
      priority: input.priority ?? DEFAULT_NET_SETTINGS.priority,
      mode: input.mode ?? DEFAULT_NET_SETTINGS.mode,
      gainDb: input.gainDb ?? DEFAULT_NET_SETTINGS.gainDb,
      timeLimitSeconds: input.timeLimitSeconds ?? DEFAULT_NET_SETTINGS.timeLimitSeconds,
      access: input.access ?? DEFAULT_NET_SETTINGS.access,
      createdAt: draft.at,
      updatedAt: draft.at,
    };
    requireAllBindable(draft, context, input.channelIds ?? [], net);
    draft.put('nets', net.uid, net);
    tellConfig(draft, 'net.create', net.uid);
    return { net };
  },
};

export const renameNet: Handler<'net.rename'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, input) {
    const old = resolveNet(draft.state, input.net);
    const name = cleanNetName(input.name);
    if (name === old.name) return { net: old, changed: false };
    requireUnprotected(old);
    requireFreeName(draft, name, old.uid);
    const net = { ...old, name, updatedAt: draft.at };
    draft.put('nets', net.uid, net);
    tellConfig(draft, 'net.rename', net.uid);
    return { net, changed: true };
  },
};

export const removeNet: Handler<'net.remove'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, input) {
    const net = resolveNet(draft.state, input.net);
    requireUnprotected(net);
    const detached = detachNet(draft, net);
    draft.remove('nets', net.uid);
    const entry = input.permanent ? null : archiveEntry(draft, net, detached);
    if (entry) putInArchive(draft, entry);
    else dropFromRules(draft, net.uid);
    tellConfig(draft, 'net.remove', net.uid);
    return { net, archived: entry !== null, entry };
  },
};

/** Publishes that the configuration changed, of a net or as a whole. */
export function tellConfig(draft: Draft, action: string, uid?: string): void {
  const { keyId } = draft.cause();
  draft.emit({ type: 'config.changed', data: { action, ...(uid && { uid }), ...(keyId && { keyId }) } });
}

/** @throws ShardError net.name-taken when another net has the name, in any case. */
export function requireFreeName(draft: Draft, name: string, ownUid?: string): void {
  const holder = draft.state.netByName.get(name.toLowerCase());
  if (holder && holder.uid !== ownUid) throw new ShardError('net.name-taken', { name });
}

/** @throws ShardError net.slots-full */
export function lowestFreeSlot(draft: Draft): number {
  const max = featuresOf(draft.state).maxNets;
  for (let slot = 1; slot <= max; slot += 1) if (!draft.state.netBySlot.has(slot)) return slot;
  throw new ShardError('net.slots-full', { max });
}

/** A net that is gone for good leaves no rule asleep. */
export function dropFromRules(draft: Draft, uid: string): void {
  for (const [roleId, rule] of draft.state.tables.rules) {
    if (!rule.netUids.includes(uid)) continue;
    const netUids = rule.netUids.filter((other) => other !== uid);
    if (netUids.length > 0) draft.put('rules', roleId, { roleId, netUids });
    else draft.remove('rules', roleId);
  }
}

function archiveEntry(draft: Draft, net: NetRecord, detached: Detached): ArchiveRecord {
  return {
    uid: net.uid,
    name: net.name,
    notes: '',
    tags: [],
    ...netSettings(net),
    assignedUserIds: detached.assignedUserIds,
    inboundRelayFromNetUids: detached.inboundRelayFromNetUids,
    ...(detached.inboundMonitors.length > 0 && { inboundMonitors: detached.inboundMonitors }),
    channelIds: net.channelIds,
    createdAt: net.createdAt,
    archivedAt: draft.at,
    updatedAt: draft.at,
    source: actorSource(draft.actor),
  };
}
