import type { Draft } from '../draft.ts';
import { ShardError } from '../errors.ts';
import type { Handler, PlanContext } from '../handler.ts';
import { tellConfig } from '../nets/net-commands.ts';
import type { FeaturesPatch, FeaturesRecord } from '../records.ts';
import { ONLY } from '../state.ts';
import { countedNets, featuresOf, SLOTS } from './features.ts';
import { cleanRoleIds, setPublicNet } from './public-net.ts';

export const setFeatures: Handler<'features.set'> = {
  needs: 'admin',
  privileged: true,
  plan(draft, { features: patch }, context) {
    const netUid = patch.orgLink?.netUid;
    if (netUid && netUid !== featuresOf(draft.state).orgLink.netUid && !draft.state.tables.nets.has(netUid)) {
      throw new ShardError('net.unknown', { ref: netUid.slice(0, 64) });
    }
    const changed = applyFeatures(draft, context, patch);
    if (changed) tellConfig(draft, 'features.set');
    return { features: featuresOf(draft.state), changed };
  },
};

/**
 * Puts the switches that are given into the draft, and the Public Net among the nets or out of them; answers whether
 * anything is other than before. What `orgLink` names need not be there.
 * @throws ShardError features.max-nets-invalid | features.max-nets-in-use | id.invalid | net.name-invalid | net.name-taken
 */
export function applyFeatures(draft: Draft, context: PlanContext, patch: FeaturesPatch): boolean {
  const before = featuresOf(draft.state);
  const { publicNet, orgLink, ...switches } = patch;
  const next: FeaturesRecord = {
    maxNets: switches.maxNets ?? before.maxNets,
    globalPttEnabled: switches.globalPttEnabled ?? before.globalPttEnabled,
    acarsEnabled: switches.acarsEnabled ?? before.acarsEnabled,
    readyCheckEnabled: switches.readyCheckEnabled ?? before.readyCheckEnabled,
    publicNet: before.publicNet,
    orgLink: {
      enabled: orgLink?.enabled ?? before.orgLink.enabled,
      roleIds: cleanRoleIds(orgLink?.roleIds ?? before.orgLink.roleIds),
      netUid: orgLink?.netUid === undefined ? before.orgLink.netUid : orgLink.netUid,
    },
  };
  requireMaxNets(draft, next.maxNets, before.maxNets);
  if (JSON.stringify(next) !== JSON.stringify(before)) draft.put('features', ONLY, next);
  if (publicNet) setPublicNet(draft, context, publicNet);
  return JSON.stringify(featuresOf(draft.state)) !== JSON.stringify(before);
}

function requireMaxNets(draft: Draft, maxNets: number, before: number): void {
  if (!Number.isInteger(maxNets) || maxNets < 1 || maxNets > SLOTS) {
    throw new ShardError('features.max-nets-invalid', { max: SLOTS });
  }
  const live = countedNets(draft.state);
  if (maxNets < before && maxNets < live) throw new ShardError('features.max-nets-in-use', { max: maxNets, live });
}
