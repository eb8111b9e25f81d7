import type { Commands } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { type ErrorDetail, ShardError } from '../errors.ts';
import type { Handler, PlanContext } from '../handler.ts';
import type { NetRecord } from '../records.ts';
import { requireAllBindable } from './channels.ts';
import { requireFreeName, tellConfig } from './net-commands.ts';
import { cleanNetName } from './net-name.ts';
import { resolveNet } from './net-ref.ts';
import { monitorsOf } from './net-settings.ts';
import { requireUnprotected } from './protected.ts';
import { otherNets } from './relay-commands.ts';

type Input = Commands['net.update']['input'];

export const updateNet: Handler<'net.update'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, input, context) {
    const old = resolveNet(draft.state, input.net);
    const channelIds = boundChannels(draft, input, context, old);
    const net: NetRecord = {
      ...old,
      name: newName(draft, input, old),
      channelIds,
      priority: input.priority ?? old.priority,
      mode: input.mode ?? old.mode,
      gainDb: input.gainDb ?? old.gainDb,
      timeLimitSeconds: input.timeLimitSeconds === undefined ? old.timeLimitSeconds : input.timeLimitSeconds,
      access: input.access ?? old.access,
      monitors: monitorsOf(channelIds, wantedMonitors(draft, input, old, channelIds)),
    };
    if (JSON.stringify(net) === JSON.stringify(old)) return { net: old, changed: false };
    net.updatedAt = draft.at;
    draft.put('nets', net.uid, net);
    tellConfig(draft, 'net.update', net.uid);
    return { net, changed: true };
  },
};

function newName(draft: Draft, { name: raw }: Input, old: NetRecord): string {
  const name = raw === undefined ? old.name : cleanNetName(raw);
  if (name === old.name) return name;
  requireUnprotected(old);
  requireFreeName(draft, name, old.uid);
  return name;
}

function boundChannels(draft: Draft, { channelIds }: Input, context: PlanContext, old: NetRecord): string[] {
  if (!channelIds) return old.channelIds;
  requireAllBindable(draft, context, channelIds, { uid: old.uid, has: old.channelIds });
  return [...new Set(channelIds)];
}

function wantedMonitors(draft: Draft, { monitors }: Input, old: NetRecord, channelIds: readonly string[]) {
  if (!monitors) return old.monitors;
  const details: ErrorDetail[] = [];
  const wanted = Object.entries(monitors).map(([channelId, refs]): [string, string[]] => {
    const pointer = `/monitors/${channelId.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const detail = 'This channel is not bound to the net, so nothing can be monitored in it.';
    if (!channelIds.includes(channelId)) details.push({ pointer, detail });
    return [channelId, otherNets(draft, old, refs, pointer, details)];
  });
  const [first] = details;
  if (first) throw new ShardError('net.monitors-invalid', { count: details.length, first: first.detail }, details);
  return Object.fromEntries(wanted);
}
