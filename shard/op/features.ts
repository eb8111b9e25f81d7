import { ENTITLED_FEATURES, type EntitledFeature } from '../ports.ts';
import type { FeaturesRecord } from '../records.ts';
import { ONLY, type StateView } from '../state.ts';

/** Most nets that a guild can have: slots are one byte on the audio wire, and the last six are taken. */
export const SLOTS = 249;

/** What a guild has before anybody changed a feature. */
export const DEFAULT_FEATURES: FeaturesRecord = {
  maxNets: 50,
  globalPttEnabled: false,
  acarsEnabled: true,
  readyCheckEnabled: true,
  publicNet: { enabled: false, name: 'Public Net', roleIds: [] },
  orgLink: { enabled: false, roleIds: [], netUid: null },
};

/** The guild's features now. */
export function featuresOf(state: StateView): FeaturesRecord {
  return state.tables.features.get(ONLY) ?? DEFAULT_FEATURES;
}

/** The slot of the Public Net; ordinary nets have 1…249. */
export const PUBLIC_SLOT = 250;

/** How many nets count against `maxNets`: all but the Public Net. */
export function countedNets({ tables, netBySlot }: StateView): number {
  return tables.nets.size - (netBySlot.has(PUBLIC_SLOT) ? 1 : 0);
}

/** Which of the features that a guild may be entitled to are on. */
export function featuresOn(state: StateView): EntitledFeature[] {
  const { acarsEnabled, globalPttEnabled, orgLink, publicNet, readyCheckEnabled } = featuresOf(state);
  const on: Record<EntitledFeature, boolean> = {
    acars: acarsEnabled,
    'global-ptt': globalPttEnabled,
    'org-link': orgLink.enabled,
    'public-net': publicNet.enabled,
    'ready-checks': readyCheckEnabled,
  };
  return ENTITLED_FEATURES.filter((feature) => on[feature]);
}
