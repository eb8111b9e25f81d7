import { ShardError } from '../errors.ts';
import type { Actor } from '../people/actor.ts';
import { mayCommand } from '../people/authority.ts';
import type { NetRecord, PresetContents, PresetNet, PresetNetRef } from '../records.ts';
import type { StateView } from '../state.ts';
import { featuresOf, PUBLIC_SLOT } from './features.ts';
import { operationOf } from './operation-commands.ts';
import { MAX_PRESET_ASSIGNMENTS } from './preset-check.ts';
import { publicNetRecord } from './public-net.ts';

/** The live layout as a preset, with as much of rules and features as the actor may set. */
export function captureLayout(state: StateView, actor: Actor): Omit<PresetContents, 'name'> {
  const count = state.tables.assignments.size;
  if (count > MAX_PRESET_ASSIGNMENTS) throw new ShardError('preset.too-large', { max: MAX_PRESET_ASSIGNMENTS, count });
  const nets = [...state.tables.nets.values()].filter(({ id }) => id !== PUBLIC_SLOT).sort((a, b) => a.id - b.id);
  return {
    nets: nets.map((net) => captureNet(state, net)),
    assignments: captureAssignments(state),
    ...(mayCommand(state, actor, 'rules.set', 'commander') && { rules: captureRules(state) }),
    ...(mayCommand(state, actor, 'features.set', 'admin') && { features: structuredClone(featuresOf(state)) }),
    open: operationOf(state).open,
  };
}

function captureNet(state: StateView, net: NetRecord): PresetNet {
  const { uid, id, name, channelIds, priority, mode, gainDb, timeLimitSeconds, access } = net;
  const relayTargets = liveNames(state, net.relayTargetNetUids);
  return { uid, id, name, relayTargets, channelIds, priority, mode, gainDb, timeLimitSeconds, access };
}

/** Explicit assignments to live nets. */
function captureAssignments(state: StateView): PresetContents['assignments'] {
  const people = [...state.tables.assignments.values()];
  const pairs = people.map(({ userId, netUids }): [string, PresetNetRef[]] => [userId, liveNames(state, netUids)]);
  return Object.fromEntries(pairs.filter(([, names]) => names.length > 0));
}

/** By uid: nets that are not live but may come back are among them. */
function captureRules(state: StateView): NonNullable<PresetContents['rules']> {
  const { nets, archive, rules } = state.tables;
  const hidden = publicNetRecord(state)?.net.uid;
  const exists = (uid: string) => nets.has(uid) || archive.has(uid) || uid === hidden;
  return [...rules.values()]
    .map(({ roleId, netUids }) => ({ roleId, nets: netUids.filter(exists) }))
    .filter((rule) => rule.nets.length > 0);
}

function liveNames({ tables }: StateView, uids: readonly string[]): string[] {
  return uids.map((uid) => tables.nets.get(uid)?.name).filter((name) => name !== undefined);
}
