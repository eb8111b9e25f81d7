import { ShardError } from '../errors.ts';
import { bindChannel, unbindChannel } from '../nets/channel-commands.ts';
import { createNet, removeNet, renameNet } from '../nets/net-commands.ts';
import { setRelays } from '../nets/relay-commands.ts';
import { restoreArchived } from '../nets/restore-net.ts';
import type { PresetNet } from '../records.ts';
import { PUBLIC_SLOT } from './features.ts';
import { liveNet, type PresetRun } from './preset-run.ts';

/** Archives the nets that are not in the preset. */
export function archiveOthers({ draft, context, uids, results }: PresetRun): void {
  const kept = new Set(uids.values());
  const others = [...draft.state.tables.nets.values()].filter(({ id, uid }) => id !== PUBLIC_SLOT && !kept.has(uid));
  for (const { uid, name } of others.sort((a, b) => a.id - b.id)) {
    removeNet.plan(draft, { net: { netUid: uid } }, context);
    results.push({ step: 'net', target: name, action: 'archive', ok: true });
  }
}

/** Takes their names off the nets that get other ones, so that two of them can swap theirs. */
export function freeNames({ draft, uids }: PresetRun): void {
  for (const [{ name }, uid] of uids) {
    const live = draft.state.tables.nets.get(uid);
    if (live && live.name !== name) draft.put('nets', uid, { ...live, name: uid });
  }
}

/** Makes the nets that are missing; where everything is replaced, those that are there get their names. */
export function layNets(run: PresetRun): void {
  const { draft, context, mode, preset, results, uids } = run;
  for (const net of preset.nets) {
    const uid = uids.get(net);
    const target = net.name;
    if (uid === undefined) {
      uids.set(net, make(run, net));
    } else if (mode === 'replace') {
      const { changed } = renameNet.plan(draft, { net: { netUid: uid }, name: net.name }, context);
      results.push({ step: 'net', target, action: changed ? 'rename' : 'keep', ok: true });
    } else {
      const { name } = liveNet(run, net);
      const reason = name === net.name ? {} : { reason: `It is named "${name}" now, and merging renames nothing.` };
      results.push({ step: 'net', target, action: 'keep', ok: true, ...reason });
    }
  }
}

/** A net that is in the archive comes back as it was there, without the people and the relays it had. */
function make({ draft, context, results }: PresetRun, wanted: PresetNet): string {
  const { uid } = wanted;
  if (uid !== undefined && draft.state.tables.archive.has(uid)) {
    restoreArchived.plan(draft, { uid, name: wanted.name, assignments: false, relays: false }, context);
    results.push({ step: 'net', target: wanted.name, action: 'restore', ok: true });
    return uid;
  }
  const { name, priority, mode, gainDb, timeLimitSeconds, access } = wanted;
  const { net } = createNet.plan(draft, { name, priority, mode, gainDb, timeLimitSeconds, access }, context);
  results.push({ step: 'net', target: name, action: 'create', ok: true });
  return net.uid;
}

/** Binds the channels that are free; where everything is replaced, first takes the others off. */
export function layChannels(run: PresetRun): void {
  if (run.mode === 'replace') unbindOthers(run);
  for (const net of run.preset.nets) {
    for (const channelId of net.channelIds ?? []) bind(run, net, channelId);
  }
}

function unbindOthers(run: PresetRun): void {
  for (const net of run.preset.nets.filter(({ channelIds }) => channelIds)) {
    for (const channelId of liveNet(run, net).channelIds) {
      if (net.channelIds?.includes(channelId)) continue;
      unbindChannel.plan(run.draft, { channelId }, run.context);
      run.results.push({ step: 'channel', target: channelId, net: net.name, action: 'unbind', ok: true });
    }
  }
}

/** A channel that cannot be bound is left out with the reason: the rest of the layout is of use without it. */
function bind(run: PresetRun, net: PresetNet, channelId: string): void {
  const { draft, context, results } = run;
  const step = { step: 'channel', target: channelId, net: net.name } as const;
  try {
    const ref = { netUid: liveNet(run, net).uid };
    const { changed } = bindChannel.plan(draft, { net: ref, channelId }, context);
    results.push({ ...step, action: changed ? 'bind' : 'keep', ok: true });
  } catch (error) {
    if (!(error instanceof ShardError) || !error.code.startsWith('channel.')) throw error;
    results.push({ ...step, action: 'bind', ok: false, reason: error.message });
  }
}

/** Sets the relay targets of the nets that name some; merging takes none away. */
export function layRelays(run: PresetRun, targetsOf: ReadonlyMap<PresetNet, readonly string[]>): void {
  const { context, draft, mode, results } = run;
  for (const [net, targets] of targetsOf) {
    const live = liveNet(run, net);
    const before = live.relayTargetNetUids.filter((uid) => draft.state.tables.nets.has(uid));
    const others = targets.filter((uid) => uid !== live.uid);
    const after = [...new Set([...(mode === 'merge' ? before : []), ...others])];
    const changed = after.length !== before.length || after.some((uid) => !before.includes(uid));
    results.push({ step: 'relay', target: net.name, action: changed ? 'set' : 'keep', ok: true });
    const refs = after.map((netUid) => ({ netUid }));
    if (changed) setRelays.plan(draft, { net: { netUid: live.uid }, targets: refs }, context);
  }
}
