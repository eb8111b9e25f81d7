import { z } from 'zod';
import { EXAMPLE } from '../example.ts';
import { EXAMPLE_PRESET, Preset, presentPreset } from '../present/preset.ts';
import { PresetInput, presetContents, requireOneNetEach } from '../preset-body.ts';
import { defineRoute, type Route } from '../route.ts';

const about = { scope: 'write:presets' as const, tag: 'Presets' };

const AUTHORITY =
  'A preset that holds rules or features needs `write:rules` or `manage:features` too, to be saved and to be applied.';

const Name = z.object({
  name: z.string().meta({ description: 'Name of the preset, in any case.', example: EXAMPLE_PRESET.name }),
});

const getPresets = defineRoute({
  ...about,
  id: 'getPresets',
  method: 'get',
  path: '/presets',
  summary: 'Saved presets',
  description: 'By name.',
  cached: true,
  answer: z.object({ presets: z.array(Preset) }),
  errors: [],
  example: { answer: { presets: [EXAMPLE_PRESET] } },
  handle: ({ shard }) => ({ presets: shard.read.presets().map(presentPreset) }),
});

const postPreset = defineRoute({
  ...about,
  id: 'savePreset',
  method: 'post',
  path: '/presets',
  summary: 'Create or replace a preset, or capture the live layout as one',
  description: `${AUTHORITY} A capture holds as much of them as the key may set.`,
  largeBody: true,
  body: PresetInput,
  answer: z.object({ preset: Preset, action: z.enum(['created', 'updated']) }),
  created: ({ action }) => action === 'created',
  errors: [
    'preset.invalid',
    'net.ref-mismatch',
    'preset.too-large',
    'preset.limit',
    'preset.room',
    'central.refused',
    'central.unreachable',
  ],
  example: {
    body: { name: 'Fleet Night', nets: [{ name: 'Fleet Command' }], assignments: [] },
    answer: {
      action: 'created',
      preset: {
        name: 'Fleet Night',
        nets: [{ name: 'Fleet Command' }],
        assignments: {},
        createdAt: EXAMPLE.time,
        updatedAt: EXAMPLE.time,
      },
    },
  },
  async handle({ shard, actor, body }) {
    const { capture, name, description } = body;
    if (!capture) requireOneNetEach(shard.read, body);
    const { preset, created } = capture
      ? await shard.change(actor, { type: 'preset.capture', name, description })
      : await shard.change(actor, { type: 'preset.save', preset: presetContents(body) });
    return { preset: presentPreset(preset), action: created ? ('created' as const) : ('updated' as const) };
  },
});

const deletePreset = defineRoute({
  ...about,
  id: 'deletePreset',
  method: 'delete',
  path: '/presets/:name',
  summary: 'Delete a preset',
  params: Name,
  answer: z.object({ name: z.string() }),
  errors: ['preset.unknown', 'central.refused', 'central.unreachable'],
  example: { params: { name: EXAMPLE_PRESET.name }, answer: { name: EXAMPLE_PRESET.name } },
  handle: ({ shard, actor, params }) => shard.change(actor, { type: 'preset.delete', name: params.name }),
});

const Step = z
  .object({
    step: z.enum(['net', 'channel', 'relay', 'assignment', 'rule', 'features', 'operation']),
    target: z.string().meta({ description: 'Name of a net, id of a channel, person or role, or the step itself.' }),
    net: z.string().optional().meta({ description: 'The net that a channel or a person was put on or taken off.' }),
    action: z
      .enum([
        ...(['keep', 'create', 'restore', 'rename', 'archive', 'bind', 'unbind'] as const),
        ...(['assign', 'unassign', 'set', 'remove', 'open', 'close'] as const),
      ])
      .meta({ description: '`keep`: it was so before.' }),
    ok: z.boolean().meta({ description: 'False where it could not be done and was left out.' }),
    reason: z.string().optional(),
  })
  .meta({ id: 'PresetStep', description: 'One thing that applying a preset did, or left.' });

const applyPreset = defineRoute({
  ...about,
  id: 'applyPreset',
  method: 'post',
  path: '/presets/:name/apply',
  find: (shard, { name = '' }) => shard.read.preset(name),
  summary: 'Apply a preset',
  description: `All of it or nothing. \`merge\` takes nothing away: it makes the nets that are missing, binds free channels, adds relay targets, assignments and rules, and sets features and the state of the operation. \`replace\` also archives the nets that are not in the preset, and makes names, channels, relay targets, assignments and rules what the preset says. A channel that is not free is left out and the reason given. With \`dryRun\` the answer is the same and nothing changes. ${AUTHORITY}`,
  params: Name,
  body: z.object({
    dryRun: z.boolean().default(false),
    mode: z.enum(['merge', 'replace']).default('merge'),
    open: z.boolean().optional().meta({ description: 'Goes before what the preset says.' }),
  }),
  answer: z.object({
    preset: Preset,
    applied: z.boolean().meta({ description: 'False for a dry run.' }),
    results: z.array(Step),
  }),
  errors: [
    'preset.unknown',
    'preset.nets-unknown',
    'net.name-taken',
    'net.slots-full',
    'features.max-nets-in-use',
    'archive.full',
    'assignment.limit',
    'rule.limit',
    'central.refused',
    'central.unreachable',
  ],
  example: {
    params: { name: EXAMPLE_PRESET.name },
    body: { mode: 'merge' },
    answer: {
      preset: EXAMPLE_PRESET,
      applied: true,
      results: [
        { step: 'net', target: EXAMPLE.netName, action: 'keep', ok: true },
        { step: 'net', target: 'Haulers', action: 'create', ok: true },
        { step: 'relay', target: 'Haulers', action: 'set', ok: true },
        { step: 'assignment', target: EXAMPLE.userId, net: EXAMPLE.netName, action: 'keep', ok: true },
        { step: 'assignment', target: '223456789012345678', net: 'Haulers', action: 'assign', ok: true },
        { step: 'operation', target: 'operation', action: 'keep', ok: true },
      ],
    },
  },
  async handle({ shard, actor, params: { name }, body }) {
    const answer = await shard.change(actor, { type: 'preset.apply', name, ...body });
    return { ...answer, preset: presentPreset(answer.preset) };
  },
});

/** `GET /presets`, `POST /presets`, `DELETE /presets/:name`, `POST /presets/:name/apply`. */
export const presetRoutes: Route[] = [getPresets, postPreset, deletePreset, applyPreset];
