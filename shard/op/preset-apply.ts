import type { Handler } from '../handler.ts';
import { tellConfig } from '../nets/net-commands.ts';
import type { FeaturesPatch, PresetNet, RuleRecord } from '../records.ts';
import { applyFeatures } from './feature-commands.ts';
import { featuresOf } from './features.ts';
import { setOperation } from './operation-commands.ts';
import { requireContents, tellPreset } from './preset-commands.ts';
import { presetOf } from './preset-name.ts';
import { archiveOthers, freeNames, layChannels, layNets, layRelays } from './preset-nets.ts';
import { layAssignments, layRules, type WantedAssignments } from './preset-people.ts';
import { matchNets, PresetRefs, type PresetRun } from './preset-run.ts';

export const applyPreset: Handler<'preset.apply'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, { name, mode = 'merge', open, dryRun = false }, context) {
    const preset = presetOf(draft.state, name);
    requireContents(draft, preset);
    draft.attribute('preset');
    const uids = matchNets(draft.state, preset.nets);
    const run: PresetRun = { draft, context, preset, mode, uids, results: [] };
    layLayout(run);
    setOpen(run, open ?? preset.open);
    if (draft.rows().length > 0) tellPreset(draft, 'preset.apply', preset.name, summary(run));
    if (dryRun) draft.makeDry();
    return { preset, applied: !dryRun, results: run.results };
  },
};

/** Nets first, since everything else names them; what frees slots and names before what takes them. */
function layLayout(run: PresetRun): void {
  if (run.mode === 'replace') {
    archiveOthers(run);
    freeNames(run);
  }
  setFeatures(run);
  layNets(run);
  const refs = new PresetRefs(run);
  const relays = wantedRelays(run, refs);
  const assignments = wantedAssignments(run, refs);
  const rules = wantedRules(run, refs);
  refs.requireKnown();
  layChannels(run);
  layRelays(run, relays);
  layAssignments(run, assignments);
  if (run.preset.rules) layRules(run, rules);
}

/** Merging does not lower the limit of nets. */
function setFeatures({ draft, context, mode, preset, results }: PresetRun): void {
  if (!preset.features) return;
  const limit = featuresOf(draft.state).maxNets;
  const lowers = mode === 'merge' && (preset.features.maxNets ?? limit) < limit;
  const patch: FeaturesPatch = lowers ? { ...preset.features, maxNets: limit } : preset.features;
  const changed = applyFeatures(draft, context, patch);
  if (changed) tellConfig(draft, 'features.set');
  const reason = lowers ? { reason: `Merging does not lower maxNets from ${limit}.` } : {};
  results.push({ step: 'features', target: 'features', action: changed ? 'set' : 'keep', ok: true, ...reason });
}

function setOpen({ draft, context, results }: PresetRun, open: boolean | undefined): void {
  if (open === undefined) return;
  const { changed } = setOperation.plan(draft, { open }, context);
  const action = changed ? (open ? 'open' : 'close') : 'keep';
  results.push({ step: 'operation', target: 'operation', action, ok: true });
}

function wantedRelays({ preset }: PresetRun, refs: PresetRefs): Map<PresetNet, string[]> {
  const wanted = new Map<PresetNet, string[]>();
  for (const [index, net] of preset.nets.entries()) {
    const uids = net.relayTargets?.map((ref, at) => refs.uidOf(ref, `/nets/${index}/relayTargets/${at}`));
    if (uids) wanted.set(net, known(uids));
  }
  return wanted;
}

function wantedAssignments({ preset }: PresetRun, refs: PresetRefs): WantedAssignments {
  const people = Object.entries(preset.assignments);
  return new Map(
    people.map(([userId, nets]) => [
      userId,
      known(nets.map((ref, at) => refs.uidOf(ref, `/assignments/${userId}/${at}`))),
    ]),
  );
}

function wantedRules({ preset }: PresetRun, refs: PresetRefs): RuleRecord[] {
  return (preset.rules ?? []).map(({ roleId, nets }, index) => ({
    roleId,
    netUids: known(nets.map((ref, at) => refs.sleepingUidOf(ref, `/rules/${index}/nets/${at}`))),
  }));
}

/** Each once, without what names no net: that is refused before anything comes of it. */
const known = (uids: readonly (string | undefined)[]) => [...new Set(uids.filter((uid) => uid !== undefined))];

/** What came of it, in few words, for the event. */
function summary({ mode, results }: PresetRun): string {
  const changed = results.filter(({ action, ok }) => ok && action !== 'keep').length;
  return `${mode}: ${changed} changed, ${results.filter(({ ok }) => !ok).length} left out`;
}
