import { setAssignment } from '../people/assignment-commands.ts';
import { currentRules, replaceRules } from '../people/rule-commands.ts';
import type { RuleRecord } from '../records.ts';
import type { PresetRun } from './preset-run.ts';

/** Somebody and the uids of nets. */
export type WantedAssignments = ReadonlyMap<string, readonly string[]>;

/** Puts people on nets; where everything is replaced, first takes everybody off the nets they shall not be on. */
export function layAssignments(run: PresetRun, wanted: WantedAssignments): void {
  if (run.mode === 'replace') unassignOthers(run, wanted);
  for (const [userId, netUids] of wanted) for (const netUid of netUids) assign(run, userId, netUid, 'assign');
}

/** Assignments that sleep, to a net that is hidden, are left. */
function unassignOthers(run: PresetRun, wanted: WantedAssignments): void {
  const { assignments, nets } = run.draft.state.tables;
  for (const { userId, netUids } of assignments.values()) {
    for (const netUid of netUids) {
      const isExtra = nets.has(netUid) && !wanted.get(userId)?.includes(netUid);
      if (isExtra) assign(run, userId, netUid, 'unassign');
    }
  }
}

function assign(
  { draft, context, results }: PresetRun,
  userId: string,
  netUid: string,
  action: 'assign' | 'unassign',
): void {
  const { net, changed } = setAssignment.plan(draft, { userId, net: { netUid }, action }, context);
  results.push({ step: 'assignment', target: userId, net: net.name, action: changed ? action : 'keep', ok: true });
}

/** Adds the rules, or makes them the whole set. */
export function layRules({ draft, context, mode, results }: PresetRun, wanted: readonly RuleRecord[]): void {
  const before = new Map(currentRules(draft).map((rule) => [rule.roleId, rule.netUids]));
  const after = new Map(mode === 'merge' ? before : []);
  for (const { roleId, netUids } of wanted) {
    after.set(roleId, [...new Set([...(after.get(roleId) ?? []), ...netUids])]);
  }
  const rules = [...after].map(([roleId, netUids]) => ({ roleId, netUids }));
  const { added, removed } = replaceRules(draft, context, rules, 'rules.set');
  const changed = new Set([...added, ...removed].map(({ roleId }) => roleId));
  for (const roleId of new Set([...wanted.map((rule) => rule.roleId), ...changed])) {
    const action = !changed.has(roleId) ? 'keep' : after.has(roleId) ? 'set' : 'remove';
    results.push({ step: 'rule', target: roleId, action, ok: true });
  }
}
