import { z } from 'zod';
import type { NetRef } from '../../shard/commands.ts';
import { type ErrorDetail, ShardError } from '../../shard/errors.ts';
import type { Reads } from '../../shard/reads.ts';
import { EXAMPLE } from '../example.ts';
import { presentRuleRecords, presentRules, Rule } from '../present/rules.ts';
import { defineRoute, type Route } from '../route.ts';
import { NetId, NetUid, RoleId } from '../schemas.ts';

/** Discord allows 250 roles in a guild. */
const MAX_RULES = 250;
/** As many as there can be nets. */
const MAX_NETS = 249;

/** The four ways of naming the nets of a rule. */
interface NetLists {
  netUids?: string[] | undefined;
  netIds?: number[] | undefined;
  netUid?: string | undefined;
  netId?: number | undefined;
}

const RuleNets = z.object({
  netUids: z.array(NetUid).max(MAX_NETS).optional(),
  netIds: z.array(NetId).max(MAX_NETS).optional(),
  netUid: NetUid.optional(),
  netId: NetId.optional(),
});

const RuleInput = z
  .object({ roleId: RoleId, ...RuleNets.shape })
  .refine((rule) => uidsOf(rule) || idsOf(rule), {
    path: ['netUids'],
    error: 'A rule names its nets: send netUids (preferred) or netIds.',
  })
  .refine((rule) => !(rule.netUids && rule.netUid !== undefined) && !(rule.netIds && rule.netId !== undefined), {
    error: 'Send either a list of nets or a single one, not both.',
  })
  .refine((rule) => sameLength(uidsOf(rule), idsOf(rule)), {
    path: ['netIds'],
    error: 'netUids and netIds must name the same nets in the same order. Send one of them.',
  })
  .meta({
    id: 'RuleInput',
    description:
      'A role and its nets: `netUids` (preferred), `netIds`, or a single `netUid` or `netId`. Where uids and slots are both given they must name the same nets in the same order.',
  });

const Pair = z.object({ roleId: RoleId, netUid: NetUid });

const getRules = defineRoute({
  id: 'getRules',
  method: 'get',
  path: '/rules',
  scope: 'read:assignments',
  tag: 'Rules',
  summary: 'Role rules',
  answer: z.object({ rules: z.array(Rule) }),
  errors: [],
  example: {
    answer: { rules: [{ roleId: EXAMPLE.roleId, netUids: [EXAMPLE.netUid], netIds: [EXAMPLE.netId] }] },
  },
  handle: ({ shard }) => ({ rules: presentRules(shard.read) }),
});

const postRules = defineRoute({
  id: 'setRules',
  method: 'post',
  path: '/rules',
  scope: 'write:rules',
  tag: 'Rules',
  summary: 'Replace all role rules',
  description:
    'Connected people get the nets of their roles at once. With `dryRun` nothing changes and the answer is the same. The @everyone role has the id of the guild.',
  body: z.object({ rules: z.array(RuleInput).max(MAX_RULES), dryRun: z.boolean().default(false) }),
  answer: z.object({
    action: z.literal('rules.set'),
    rules: z.array(Rule),
    diff: z.object({
      added: z.array(Pair),
      removed: z.array(Pair),
      membersAffected: z.int().meta({ description: 'Connected people whose nets this changes.' }),
    }),
  }),
  errors: ['rule.nets-unknown', 'rule.limit', 'central.refused', 'central.unreachable'],
  example: {
    body: {
      rules: [
        { roleId: EXAMPLE.roleId, netUids: [EXAMPLE.netUid] },
        { roleId: '1505521308744679465', netIds: [EXAMPLE.netId] },
      ],
    },
    answer: {
      action: 'rules.set',
      rules: [
        { roleId: EXAMPLE.roleId, netUids: [EXAMPLE.netUid], netIds: [EXAMPLE.netId] },
        { roleId: '1505521308744679465', netUids: [EXAMPLE.netUid], netIds: [EXAMPLE.netId] },
      ],
      diff: { added: [{ roleId: '1505521308744679465', netUid: EXAMPLE.netUid }], removed: [], membersAffected: 0 },
    },
  },
  alsoWrong: ({ shard }, body) => unknownNets(shard.read, body),
  async handle({ shard, actor, body }) {
    const rules = body.rules.map((rule) => ({ roleId: rule.roleId, nets: netRefs(rule) }));
    const change = shard.change(actor, { type: 'rules.set', rules, dryRun: body.dryRun });
    const result = await change.catch((error: unknown) => {
      throw pointIntoBody(error, body.rules);
    });
    return { action: 'rules.set' as const, rules: presentRuleRecords(shard.read, result.rules), diff: result.diff };
  },
});

/** `GET /rules`, `POST /rules`. */
export const ruleRoutes: Route[] = [getRules, postRules];

function uidsOf(rule: NetLists): string[] | undefined {
  return rule.netUids ?? (rule.netUid === undefined ? undefined : [rule.netUid]);
}

function idsOf(rule: NetLists): number[] | undefined {
  return rule.netIds ?? (rule.netId === undefined ? undefined : [rule.netId]);
}

function sameLength(uids: string[] | undefined, ids: number[] | undefined): boolean {
  return !uids || !ids || uids.length === ids.length;
}

/** Uid and slot of the same place in the lists name one net; the shard checks that they agree. */
function netRefs(rule: NetLists): NetRef[] {
  const uids = uidsOf(rule);
  const ids = idsOf(rule);
  return (uids ?? ids ?? []).map((_, at) => ({ netUid: uids?.[at], netId: ids?.[at] }));
}

/** The shard points at `/rules/2/nets/0`; the caller wrote `/rules/2/netUids/0`, or `/rules/2/netId`. */
function pointIntoBody(error: unknown, rules: readonly NetLists[]): unknown {
  if (!(error instanceof ShardError)) return error;
  const details = error.details.map(({ pointer, detail }) => {
    const [, , index, , at] = pointer.split('/');
    return { pointer: pointerTo(rules[Number(index)] ?? {}, Number(index), Number(at)), detail };
  });
  return new ShardError(error.code, error.params, details);
}

/** Where the caller wrote a net of a rule. */
function pointerTo(rule: NetLists, index: number, at: number): string {
  const field = (['netUids', 'netIds', 'netUid', 'netId'] as const).find((name) => rule[name] !== undefined);
  const place = field === 'netUids' || field === 'netIds' ? `${field}/${at}` : field;
  return `/rules/${index}/${place}`;
}

const BodyRules = z.object({ rules: z.array(z.unknown()) });

/** Rules that name nets nobody knows, in a body that is malformed elsewhere. */
function unknownNets(read: Reads, body: unknown): ErrorDetail[] {
  const rules = BodyRules.safeParse(body).data?.rules.slice(0, MAX_RULES) ?? [];
  return rules.flatMap((sent, index) => {
    const rule = RuleNets.safeParse(sent).data ?? {};
    return netRefs(rule).flatMap((ref, at) => {
      const detail = whyUnknown(read, ref);
      return detail === null ? [] : [{ pointer: pointerTo(rule, index, at), detail }];
    });
  });
}

function whyUnknown(read: Reads, ref: NetRef): string | null {
  try {
    read.net(ref);
    return null;
  } catch (error) {
    if (error instanceof ShardError) return error.message;
    throw error;
  }
}
