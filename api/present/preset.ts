import { z } from 'zod';
import type { PresetNetRef, PresetRecord } from '../../shard/records.ts';
import { EXAMPLE } from '../example.ts';
import { ChannelId, FeaturesPatch, NetId, NetSettings, NetUid, RoleId, Time, UserId } from '../schemas.ts';

/** How a preset names a net. */
export const PresetRef = z
  .union([NetId, z.string().min(1).max(64)], 'A net is named by its slot, name or uid.')
  .meta({ description: 'A slot, or the name or uid of a net of the preset or of a live net.', example: 'Strike Net' });

/** What a net of a preset gets when it is made. */
export const PresetNetSettings = NetSettings.pick({
  priority: true,
  mode: true,
  gainDb: true,
  timeLimitSeconds: true,
  access: true,
}).partial();

const PresetNet = z
  .object({
    uid: NetUid.optional(),
    id: NetId.optional(),
    name: z.string(),
    relayTargets: z.array(PresetRef).optional().meta({ description: 'Nets that also hear it.' }),
    channelIds: z.array(ChannelId).optional().meta({ description: 'Channels to bind to it where they are free.' }),
    ...PresetNetSettings.shape,
  })
  .meta({ id: 'PresetNet', description: 'A net of a preset.' });

const PresetRule = z
  .object({
    roleId: RoleId,
    nets: z.array(PresetRef),
    netUids: z.array(NetUid).meta({ description: 'Those of them that are named by uid.' }),
    netIds: z.array(NetId).meta({ description: 'Those of them that are named by slot.' }),
  })
  .meta({ id: 'PresetRule', description: 'A role rule of a preset.' });

/** A preset as answers show it. */
export const Preset = z
  .object({
    name: z.string(),
    description: z.string().optional(),
    nets: z.array(PresetNet),
    assignments: z.record(UserId, z.array(PresetRef)).meta({ description: 'Person to nets.' }),
    rules: z.array(PresetRule).optional(),
    features: FeaturesPatch.optional(),
    open: z.boolean().optional().meta({ description: 'Whether the operation is open once it is applied.' }),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'Preset', description: 'A layout of an operation that can be applied at once.' });

const isUid = (ref: PresetNetRef): ref is string => typeof ref === 'string' && ref.startsWith('net_');
const isSlot = (ref: PresetNetRef): ref is number => typeof ref === 'number';

/** Shows a preset, in a form that can be sent back. */
export function presentPreset({ rules, ...preset }: PresetRecord): z.output<typeof Preset> {
  const shown = rules?.map(({ roleId, nets }) => {
    return { roleId, nets, netUids: nets.filter(isUid), netIds: nets.filter(isSlot) };
  });
  return { ...preset, ...(shown && { rules: shown }) } as z.output<typeof Preset>;
}

/** The preset of the documented examples. */
export const EXAMPLE_PRESET: z.output<typeof Preset> = {
  name: 'Friday Convoy',
  description: 'Escort and haulers',
  nets: [
    { uid: EXAMPLE.netUid, name: EXAMPLE.netName },
    { name: 'Haulers', relayTargets: [EXAMPLE.netName] },
  ],
  assignments: { [EXAMPLE.userId]: [EXAMPLE.netName], '223456789012345678': ['Haulers'] },
  open: true,
  createdAt: EXAMPLE.time,
  updatedAt: EXAMPLE.time,
};
