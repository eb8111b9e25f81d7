import { z } from 'zod';
import { PUBLIC_SLOT } from '../../shard/op/features.ts';
import { EXAMPLE } from '../example.ts';
import { EXAMPLE_NET, netAnswer, presentNetChange } from '../present/net.ts';
import { defineRoute, type Route } from '../route.ts';
import {
  bodyNetRef,
  ChannelId,
  NET_ID_FORM,
  NetId,
  NetName,
  NetUid,
  netRefShape,
  pathNetRef,
  requireNetRef,
} from '../schemas.ts';
import { CHANNEL_ERRORS, netFieldsShape } from './net-fields.ts';

/** Most nets that one can name besides itself. */
const MAX_OTHERS = PUBLIC_SLOT - 1;

const Monitors = z
  .record(ChannelId, z.array(NetUid).max(MAX_OTHERS))
  .meta({ description: 'Channel of the net → uids of other nets that are heard in it too. Replaces what there was.' });

const patchNet = defineRoute({
  id: 'updateNet',
  method: 'patch',
  path: '/nets/:ref',
  scope: 'write:nets',
  tag: 'Nets',
  summary: 'Change what is set about a net',
  description:
    'Fields that are left out stay as they are. `channelIds` and `monitors` replace what there was; what a channel monitors goes when the channel does. The Public Net keeps its name here. Answers the net in `net`, and its fields once more beside it.',
  params: z.object({ ref: z.string().meta({ description: 'Uid or slot of the net.', example: EXAMPLE.netUid }) }),
  find: (shard, { ref = '' }) => shard.read.net(pathNetRef(ref)),
  body: z.object({ name: NetName.optional(), ...netFieldsShape, monitors: Monitors.optional() }),
  answer: netAnswer('net.update'),
  errors: [
    'net.unknown',
    'net.name-taken',
    'net.protected',
    'net.monitors-invalid',
    ...CHANNEL_ERRORS,
    'central.refused',
    'central.unreachable',
  ],
  example: {
    params: { ref: EXAMPLE.netUid },
    body: { priority: 8, mode: 'floor', timeLimitSeconds: 60 },
    answer: netExample('net.update', { priority: 8, mode: 'floor', timeLimitSeconds: 60 }),
  },
  async handle({ shard, actor, params, body: { monitors, ...fields } }) {
    const net = pathNetRef(params.ref);
    const refs = monitors && {
      monitors: Object.fromEntries(
        Object.entries(monitors).map(([channelId, uids]) => [channelId, uids.map((netUid) => ({ netUid }))]),
      ),
    };
    return presentNetChange(
      'net.update',
      await shard.change(actor, { type: 'net.update', net, ...fields, ...refs }),
      shard,
    );
  },
});

const Target = z.union([NetUid, NetId], `A target is the uid of a net or its slot: ${NET_ID_FORM}`);

const postRelays = defineRoute({
  id: 'setRelays',
  method: 'post',
  path: '/nets/relays',
  scope: 'write:nets',
  tag: 'Nets',
  summary: 'Say which other nets also hear a net',
  description:
    'Replaces the relay targets. A relay goes one way and one hop: what reaches a target by relay is not passed on by the target’s own relays. Answers the net in `net`, and its fields once more beside it.',
  body: requireNetRef(
    z.object({
      ...netRefShape,
      targets: z.array(Target).max(MAX_OTHERS).meta({ description: 'Uids or slots; none ends all relays of the net.' }),
    }),
  ),
  answer: netAnswer('net.relays'),
  errors: ['net.unknown', 'net.ref-mismatch', 'net.relays-invalid', 'central.refused', 'central.unreachable'],
  example: {
    body: { netUid: EXAMPLE.netUid, targets: [2] },
    answer: netExample('net.relays', {
      relayTargetNetIds: [2],
      relayTargetNetUids: [EXAMPLE.newNetUid],
    }),
  },
  async handle({ shard, actor, body }) {
    const targets = body.targets.map((ref) => (typeof ref === 'number' ? { netId: ref } : { netUid: ref }));
    const change = await shard.change(actor, { type: 'net.relays', net: bodyNetRef(body), targets });
    return presentNetChange('net.relays', change, shard);
  },
});

function netExample<A extends string>(action: A, fields: Partial<typeof EXAMPLE_NET>) {
  const net = { ...EXAMPLE_NET, ...fields };
  return { action, changed: true, netId: net.id, ...net, net };
}

/** `PATCH /nets/:ref`, `POST /nets/relays`. */
export const netChangeRoutes: Route[] = [patchNet, postRelays];
