import type { Draft } from '../draft.ts';
import { ShardError } from '../errors.ts';
import type { PlanContext } from '../handler.ts';
import { mintNetUid } from '../mint.ts';
import { requireId } from '../nets/channels.ts';
import { cleanNetName } from '../nets/net-name.ts';
import { DEFAULT_NET_SETTINGS } from '../nets/net-settings.ts';
import type { FeaturesRecord, NetRecord, PublicNetPatch } from '../records.ts';
import { ONLY, type StateView } from '../state.ts';
import { featuresOf, PUBLIC_SLOT } from './features.ts';

/** Most roles that may open the Public Net: as many as a guild can have. */
const MAX_ROLES = 250;

type PublicNetFeature = FeaturesRecord['publicNet'];

/**
 * Puts the Public Net as it shall be into the draft. While it is shown it is a net among the others, in a slot of its
 * own; while it is hidden its record waits beside them.
 * @throws ShardError net.name-invalid | net.name-taken | id.invalid | setting.invalid
 */
export function setPublicNet(draft: Draft, context: PlanContext, patch: PublicNetPatch): void {
  const features = featuresOf(draft.state);
  const before = features.publicNet;
  const next: PublicNetFeature = {
    enabled: patch.enabled ?? before.enabled,
    name: cleanNetName(patch.name ?? before.name),
    roleIds: cleanRoleIds(patch.roleIds ?? before.roleIds),
  };
  if (next.enabled) show(draft, context, next);
  else hide(draft);
  if (JSON.stringify(next) !== JSON.stringify(before)) draft.put('features', ONLY, { ...features, publicNet: next });
}

/** What of it lasts: its uid, and what it was shown with last; undefined while it was never shown. */
export function publicNetRecord(state: StateView) {
  return state.tables.publicNet.get(ONLY);
}

function show(draft: Draft, context: PlanContext, { name, roleIds }: PublicNetFeature): void {
  const record = publicNetRecord(draft.state);
  const live = draft.state.netBySlot.get(PUBLIC_SLOT);
  const net = { ...(live ?? (record ? fitting(draft, record.net) : newNet(draft, context))), name };
  const holder = draft.state.netByName.get(name.toLowerCase());
  if (holder && holder.uid !== net.uid) throw new ShardError('net.name-taken', { name });
  if (!live || live.name !== name) draft.put('nets', net.uid, { ...net, updatedAt: draft.at });
  const next = { net: record?.net ?? net, shown: { name, roleIds } };
  if (JSON.stringify(next) !== JSON.stringify(record)) draft.put('publicNet', ONLY, next);
}

function hide(draft: Draft): void {
  const live = draft.state.netBySlot.get(PUBLIC_SLOT);
  const record = publicNetRecord(draft.state);
  if (!live || !record) return;
  draft.put('publicNet', ONLY, { ...record, net: live });
  draft.remove('nets', live.uid);
}

function newNet(draft: Draft, { ids }: PlanContext): NetRecord {
  const times = { createdAt: draft.at, updatedAt: draft.at };
  return { uid: mintNetUid(ids), id: PUBLIC_SLOT, name: '', channelIds: [], ...DEFAULT_NET_SETTINGS, ...times };
}

/** The net as it was hidden, without channels and nets that went elsewhere meanwhile. */
function fitting(draft: Draft, net: NetRecord): NetRecord {
  const { netByChannel, tables } = draft.state;
  const channelIds = net.channelIds.filter((channelId) => !netByChannel.has(channelId));
  const monitors = Object.entries(net.monitors).filter(([channelId]) => channelIds.includes(channelId));
  const relayTargetNetUids = net.relayTargetNetUids.filter((uid) => tables.nets.has(uid));
  return { ...net, channelIds, monitors: Object.fromEntries(monitors), relayTargetNetUids };
}

/** Each role once. @throws ShardError id.invalid | setting.invalid */
export function cleanRoleIds(roleIds: readonly string[]): string[] {
  roleIds.forEach(requireId);
  const unique = [...new Set(roleIds)];
  if (unique.length <= MAX_ROLES) return unique;
  throw new ShardError('setting.invalid', { name: 'roleIds', reason: `at most ${MAX_ROLES} roles.` });
}
