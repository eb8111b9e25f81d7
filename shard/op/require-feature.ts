import { ShardError } from '../errors.ts';
import type { PlanContext } from '../handler.ts';
import type { EntitledFeature } from '../ports.ts';
import type { FeaturesRecord } from '../records.ts';
import type { StateView } from '../state.ts';
import { featuresOn } from './features.ts';

/** The switch of each feature among the guild's features. */
const SWITCH: Readonly<Record<EntitledFeature, keyof FeaturesRecord>> = {
  acars: 'acarsEnabled',
  'global-ptt': 'globalPttEnabled',
  'org-link': 'orgLink',
  'public-net': 'publicNet',
  'ready-checks': 'readyCheckEnabled',
};

/**
 * Whether a feature may be used now: central entitles the guild to it, and it is switched on.
 * @throws ShardError feature.not-entitled | feature.off
 */
export function requireFeature(
  state: StateView,
  context: Pick<PlanContext, 'entitled'>,
  feature: EntitledFeature,
): void {
  if (!context.entitled(feature)) throw new ShardError('feature.not-entitled', { feature });
  if (!featuresOn(state).includes(feature)) throw new ShardError('feature.off', { feature, switch: SWITCH[feature] });
}
