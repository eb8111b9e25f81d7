import { z } from 'zod';
import { ERRORS, ShardError } from '../shard/errors.ts';
import { SLOTS } from '../shard/op/features.ts';
import { MAX_PRESET_ASSIGNMENTS, MAX_PRESET_RULES } from '../shard/op/preset-check.ts';
import { isPresetName, PRESET_NAME_MAX } from '../shard/op/preset-name.ts';
import type { Reads } from '../shard/reads.ts';
import type { PresetContents, PresetNetRef } from '../shard/records.ts';
import { PresetNetSettings, PresetRef } from './present/preset.ts';
import { ChannelId, FeaturesPatch, NetId, NetName, NetUid, RoleId, UserId } from './schemas.ts';

/** Most channels of one net, as where nets are made. */
const MAX_CHANNELS = 100;

const Slot = z
  .int()
  .min(1)
  .max(SLOTS)
  .meta({ description: `Slot of the net, 1 to ${SLOTS}: looked at where no uid is given and no net has the name.` });

const NetInput = z
  .object({
    uid: NetUid.optional(),
    id: Slot.optional(),
    name: NetName,
    relayTargets: z.array(PresetRef).max(SLOTS).optional().meta({ description: 'Nets that also hear it.' }),
    channelIds: z
      .array(ChannelId)
      .max(MAX_CHANNELS)
      .optional()
      .meta({ description: 'Channels to bind to it where they are free.' }),
    ...PresetNetSettings.shape,
  })
  .meta({
    id: 'PresetNetInput',
    description: 'A net of a preset: found by uid, name or slot, or made with the settings given.',
  });

const Pair = z
  .object({
    userId: UserId,
    net: PresetRef.optional(),
    netUid: NetUid.optional(),
    netId: NetId.optional(),
  })
  .refine(({ net, netUid, netId }) => (net ?? netUid ?? netId) !== undefined, {
    path: ['net'],
    error: 'An assignment names its net: send net, netUid or netId.',
  });

const Refs = z.array(PresetRef).max(SLOTS + 1);

const RuleInput = z
  .object({
    roleId: RoleId,
    nets: Refs.optional(),
    netUids: z.array(NetUid).max(SLOTS).optional(),
    netIds: z.array(NetId).max(SLOTS).optional(),
    netUid: NetUid.optional(),
    netId: NetId.optional(),
  })
  .meta({ id: 'PresetRuleInput', description: 'A role and its nets: all that are named in any of the fields.' });

/** The name of a preset in a body. */
const PresetName = z
  .string()
  .max(1000)
  .refine(
    (name) => isPresetName(name.normalize('NFC').trim()),
    ERRORS['preset.name-invalid'].sentence({ max: PRESET_NAME_MAX }),
  )
  .meta({ description: `1 to ${PRESET_NAME_MAX} characters; names in another case are the same.` });

/** What is sent to save a preset. */
export const PresetInput = z.object({
  name: PresetName,
  description: z.string().max(500).optional(),
  capture: z
    .boolean()
    .default(false)
    .meta({ description: 'Saves the live layout; beside `name` and `description` nothing else is read.' }),
  nets: z.array(NetInput).max(SLOTS).default([]),
  assignments: z
    .union(
      [z.record(UserId, Refs), z.array(Pair).max(MAX_PRESET_ASSIGNMENTS)],
      'Send a map of person to nets, or a list of pairs.',
    )
    .default({})
    .meta({ description: 'Person to nets, or a list of pairs of person and net.' }),
  rules: z.array(RuleInput).max(MAX_PRESET_RULES).optional(),
  features: FeaturesPatch.optional(),
  open: z.boolean().optional().meta({ description: 'Whether the operation is open once it is applied.' }),
});

/** A preset as it was sent, in the form in which it is kept. */
export function presetContents(body: z.output<typeof PresetInput>): PresetContents {
  const { name, description, nets, assignments, rules, features, open } = body;
  return {
    name,
    description,
    nets,
    assignments: Array.isArray(assignments) ? byPerson(assignments) : assignments,
    rules: rules?.map((rule) => ({ roleId: rule.roleId, nets: refsOf(rule) })),
    features,
    open,
  };
}

/**
 * Refuses a list of assignments in which one names two nets. A uid that is not live may belong to any slot.
 * @throws ShardError net.ref-mismatch with every such assignment
 */
export function requireOneNetEach(read: Reads, { assignments }: z.output<typeof PresetInput>): void {
  if (!Array.isArray(assignments)) return;
  const slots = new Map(read.nets().map((net) => [net.uid, net.id]));
  const wrong = assignments.flatMap(({ netUid, netId }, at) => {
    const slot = netUid === undefined ? undefined : slots.get(netUid);
    if (netUid === undefined || netId === undefined || slot === undefined || slot === netId) return [];
    return [{ pointer: `/assignments/${at}/netUid`, error: new ShardError('net.ref-mismatch', { netUid, netId }) }];
  });
  const [first] = wrong;
  if (!first) return;
  const details = wrong.map(({ pointer, error }) => ({ pointer, detail: error.message }));
  throw new ShardError('net.ref-mismatch', first.error.params, details);
}

function byPerson(pairs: readonly z.output<typeof Pair>[]): Record<string, PresetNetRef[]> {
  const people: Record<string, PresetNetRef[]> = {};
  for (const { userId, net, netUid, netId } of pairs) {
    const refs = people[userId] ?? [];
    const ref = net ?? netUid ?? netId;
    if (ref !== undefined) refs.push(ref);
    people[userId] = refs;
  }
  return people;
}

function refsOf({ nets = [], netUids = [], netIds = [], netUid, netId }: z.output<typeof RuleInput>): PresetNetRef[] {
  return [...nets, ...netUids, ...netIds, ...(netUid ? [netUid] : []), ...(netId ? [netId] : [])];
}
