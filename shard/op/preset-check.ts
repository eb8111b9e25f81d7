import { type ErrorDetail, ShardError } from '../errors.ts';
import { requireId } from '../nets/channels.ts';
import { cleanNetName } from '../nets/net-name.ts';
import type { PresetContents, PresetNet, PresetNetRef } from '../records.ts';
import { SLOTS } from './features.ts';
import { cleanPresetName, presetKey } from './preset-name.ts';

/** Most assignments in one preset, and most people in them: what applies within some ten milliseconds. */
export const MAX_PRESET_ASSIGNMENTS = 2000;

/** Most rules: Discord allows 250 roles. */
export const MAX_PRESET_RULES = 250;

/**
 * The preset as it is kept: names trimmed and composed, every net, person and role once.
 * @throws ShardError preset.name-invalid | preset.invalid (with every entry that is wrong) | preset.too-large
 */
export function cleanPreset(input: PresetContents): PresetContents {
  const { description, features, open } = input;
  const details: ErrorDetail[] = [];
  const nets = input.nets.map((net, index) => cleanNet(net, `/nets/${index}`, details));
  requireDistinct(nets, details);
  const assignments = cleanAssignments(input.assignments, details);
  const rules = input.rules && cleanRules(input.rules, details);
  const name = cleanPresetName(input.name);
  const [first] = details;
  if (first) {
    throw new ShardError(
      'preset.invalid',
      { count: details.length, first: `${first.pointer}: ${first.detail}` },
      details,
    );
  }
  const hasFeatures = features && Object.keys(features).length > 0;
  return {
    name,
    ...(description && { description }),
    nets,
    assignments,
    ...(rules && { rules }),
    ...(hasFeatures && { features }),
    ...(open !== undefined && { open }),
  };
}

/** How many pairs of person and net a preset holds. */
export function countAssignments({ assignments }: PresetContents): number {
  return Object.values(assignments).reduce((sum, nets) => sum + nets.length, 0);
}

function cleanNet(net: PresetNet, pointer: string, details: ErrorDetail[]): PresetNet {
  const { uid, id, relayTargets, channelIds, priority, mode, gainDb, timeLimitSeconds, access } = net;
  check(`${pointer}/name`, details, () => cleanNetName(net.name));
  if (relayTargets?.some((ref) => isSame(ref, net))) {
    details.push({ pointer: `${pointer}/relayTargets`, detail: 'A net cannot be a relay target of its own.' });
  }
  for (const [at, channelId] of (channelIds ?? []).entries()) {
    check(`${pointer}/channelIds/${at}`, details, () => requireId(channelId));
  }
  return {
    ...(uid !== undefined && { uid }),
    ...(id !== undefined && { id }),
    name: net.name.normalize('NFC').trim(),
    ...(relayTargets && { relayTargets: [...new Set(relayTargets)] }),
    ...(channelIds && { channelIds: [...new Set(channelIds)] }),
    ...(priority !== undefined && { priority }),
    ...(mode !== undefined && { mode }),
    ...(gainDb !== undefined && { gainDb }),
    ...(timeLimitSeconds !== undefined && { timeLimitSeconds }),
    ...(access !== undefined && { access }),
  };
}

/** No two nets of a preset may be the same one, nor have a channel in common. */
function requireDistinct(nets: readonly PresetNet[], details: ErrorDetail[]): void {
  if (nets.length > SLOTS) details.push({ pointer: '/nets', detail: `A preset has at most ${SLOTS} nets.` });
  const met = new Map<string, number>();
  for (const [index, { uid, id, name, channelIds = [] }] of nets.entries()) {
    const marks: [string, unknown][] = [
      ['name', name.toLowerCase()],
      ['uid', uid],
      ['id', id],
    ];
    for (const channelId of channelIds) marks.push(['channelIds', channelId]);
    for (const [field, value] of marks) {
      const before = value === undefined ? undefined : met.get(`${field}/${value}`);
      const detail = `The net at /nets/${before} has the same.`;
      if (before !== undefined) details.push({ pointer: `/nets/${index}/${field}`, detail });
      else met.set(`${field}/${value}`, index);
    }
  }
}

function cleanAssignments(input: PresetContents['assignments'], details: ErrorDetail[]) {
  const assignments: Record<string, PresetNetRef[]> = {};
  for (const [userId, nets] of Object.entries(input)) {
    check(`/assignments/${userId.slice(0, 40)}`, details, () => requireId(userId));
    if (nets.length > 0) assignments[userId] = [...new Set(nets)];
  }
  const count = Object.values(assignments).reduce((sum, nets) => sum + nets.length, 0);
  if (count > MAX_PRESET_ASSIGNMENTS) throw new ShardError('preset.too-large', { max: MAX_PRESET_ASSIGNMENTS, count });
  return assignments;
}

/** A role that is named twice gets the nets of both. */
function cleanRules(input: NonNullable<PresetContents['rules']>, details: ErrorDetail[]) {
  if (input.length > MAX_PRESET_RULES) {
    details.push({ pointer: '/rules', detail: `A preset has at most ${MAX_PRESET_RULES} rules.` });
  }
  const byRole = new Map<string, Set<PresetNetRef>>();
  for (const [index, { roleId, nets }] of input.entries()) {
    check(`/rules/${index}/roleId`, details, () => requireId(roleId));
    byRole.set(roleId, new Set([...(byRole.get(roleId) ?? []), ...nets]));
  }
  return [...byRole].map(([roleId, nets]) => ({ roleId, nets: [...nets] })).filter(({ nets }) => nets.length > 0);
}

function isSame(ref: PresetNetRef, { uid, id, name }: PresetNet): boolean {
  if (typeof ref === 'number') return ref === id;
  return ref === uid || presetKey(ref) === presetKey(name);
}

function check(pointer: string, details: ErrorDetail[], work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof ShardError)) throw error;
    details.push({ pointer, detail: error.message });
  }
}
