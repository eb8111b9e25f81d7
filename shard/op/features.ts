import type { FeaturesRecord } from '../records.ts';
import { ONLY, type State } from '../state.ts';

/** What a guild has before anybody changed a feature. */
const DEFAULT_FEATURES: FeaturesRecord = {
  maxNets: 50,
  globalPttEnabled: false,
  acarsEnabled: true,
  readyCheckEnabled: true,
  publicNet: { enabled: false, name: 'Public Net', roleIds: [] },
  orgLink: { enabled: false, roleIds: [], netUid: null },
};

/** The guild's features now. */
export function featuresOf(state: State): FeaturesRecord {
  return state.tables.features.get(ONLY) ?? DEFAULT_FEATURES;
}
