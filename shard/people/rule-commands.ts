import type { NetRef, RuleDiff, RulePair } from '../commands.ts';
import type { Draft } from '../draft.ts';
import { type ErrorDetail, ShardError } from '../errors.ts';
import type { Handler, PlanContext } from '../handler.ts';
import { requireId } from '../nets/channels.ts';
import { resolveNet } from '../nets/net-ref.ts';
import type { RuleRecord } from '../records.ts';
import type { StateView, Tables } from '../state.ts';
import { type Assignee, type AssignmentTables, effectiveAssignments } from './effective.ts';

/** Most rules in one guild: Discord allows 250 roles. */
const MAX_RULES = 250;

export const setRules: Handler<'rules.set'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, input, context) {
    const wanted = new Map<string, string[]>();
    const details: ErrorDetail[] = [];
    for (const [index, { roleId, nets }] of input.rules.entries()) {
      requireId(roleId);
      const uids = nets.map((ref, at) => ruleNetUid(draft.state, ref, `/rules/${index}/nets/${at}`, details));
      wanted.set(roleId, [...new Set([...(wanted.get(roleId) ?? []), ...uids])]);
    }
    if (details.length > 0) throw unknownNets(details);
    const rules = [...wanted]
      .map(([roleId, netUids]) => ({ roleId, netUids }))
      .filter((rule) => rule.netUids.length > 0);
    const diff = replaceRules(draft, context, rules, 'rules.set');
    if (input.dryRun) draft.makeDry();
    return { rules, diff };
  },
};

export const addRule: Handler<'rule.add'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, input, context) {
    requireId(input.roleId);
    const net = resolveNet(draft.state, input.net);
    const others = currentRules(draft).filter((rule) => rule.roleId !== input.roleId);
    const held = draft.state.tables.rules.get(input.roleId)?.netUids ?? [];
    const rule = { roleId: input.roleId, netUids: [...new Set([...held, net.uid])] };
    const diff = replaceRules(draft, context, [...others, rule], 'rule.add');
    return { net, changed: diff.added.length > 0, diff };
  },
};

export const removeRule: Handler<'rule.remove'> = {
  needs: 'commander',
  privileged: true,
  plan(draft, input, context) {
    requireId(input.roleId);
    const net = resolveNet(draft.state, input.net);
    const held = draft.state.tables.rules.get(input.roleId)?.netUids ?? [];
    if (!held.includes(net.uid)) throw new ShardError('rule.unknown', { roleId: input.roleId, net: net.name });
    const others = currentRules(draft).filter((rule) => rule.roleId !== input.roleId);
    const netUids = held.filter((uid) => uid !== net.uid);
    const rules = netUids.length > 0 ? [...others, { roleId: input.roleId, netUids }] : others;
    return { net, diff: replaceRules(draft, context, rules, 'rule.remove') };
  },
};

/** The rules that are kept, sleeping ones among them. */
export function currentRules(draft: Draft): RuleRecord[] {
  return [...draft.state.tables.rules.values()];
}

/** The uid a rule keeps. A net in the archive may be named by its uid: the rule sleeps until the net is restored. */
function ruleNetUid(state: StateView, ref: NetRef, pointer: string, details: ErrorDetail[]): string {
  if ('netUid' in ref && ref.netUid && ref.netId === undefined && state.tables.archive.has(ref.netUid))
    return ref.netUid;
  try {
    return resolveNet(state, ref).uid;
  } catch (error) {
    if (!(error instanceof ShardError)) throw error;
    details.push({ pointer, detail: error.message });
    return '';
  }
}

function unknownNets(details: ErrorDetail[]): ShardError {
  return new ShardError('rule.nets-unknown', { count: details.length }, details);
}

/**
 * Puts the new set in the draft, rule by rule, and says what it changes.
 * @throws ShardError rule.limit
 */
export function replaceRules(
  draft: Draft,
  context: PlanContext,
  rules: readonly RuleRecord[],
  action: string,
): RuleDiff {
  if (rules.length > MAX_RULES) throw new ShardError('rule.limit', { max: MAX_RULES });
  const before = currentRules(draft);
  const wanted = new Map(rules.map((rule) => [rule.roleId, rule]));
  const affected = membersAffected(draft.state.tables, wanted, context);
  const added = pairsMissing(rules, before);
  const removed = pairsMissing(before, rules);
  for (const roleId of new Set([...added, ...removed].map((pair) => pair.roleId))) {
    const rule = wanted.get(roleId);
    if (rule) draft.put('rules', roleId, rule);
    else draft.remove('rules', roleId);
  }
  if (added.length + removed.length > 0)
    draft.emit({ type: 'assignments.changed', data: { action, ...draft.cause() } });
  return { added, removed, membersAffected: affected };
}

/** Pairs of role and net that `rules` has and `others` has not. */
function pairsMissing(rules: readonly RuleRecord[], others: readonly RuleRecord[]): RulePair[] {
  const held = new Set(others.flatMap((rule) => rule.netUids.map((netUid) => `${rule.roleId}/${netUid}`)));
  return rules
    .flatMap(({ roleId, netUids }) => netUids.map((netUid) => ({ roleId, netUid })))
    .filter(({ roleId, netUid }) => !held.has(`${roleId}/${netUid}`));
}

/** Operators whose nets the new rules alter. */
function membersAffected(before: AssignmentTables, rules: Tables['rules'], context: PlanContext): number {
  const after = { ...before, rules };
  const netsOf = (tables: AssignmentTables, who: Assignee) =>
    effectiveAssignments(tables, context.guildId, who)
      .map(({ netUid }) => netUid)
      .join();
  const operators = [...context.roster.operators.values()].map((operator) => operator.person);
  return operators.filter((who) => netsOf(before, who) !== netsOf(after, who)).length;
}
