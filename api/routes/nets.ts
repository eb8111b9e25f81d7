import { z } from 'zod';
import type { NetRef } from '../../shard/commands.ts';
import type { Caller } from '../context.ts';
import { EXAMPLE } from '../example.ts';
import { ArchiveEntry, EXAMPLE_ENTRY, presentEntry } from '../present/archive.ts';
import { defineRoute, type Route } from '../route.ts';
import { bodyNetRef, NetId, NetName, NetUid, netRefShape, pathNetRef, requireNetRef } from '../schemas.ts';
import { CHANNEL_ERRORS, netFieldsShape } from './net-fields.ts';

const postNet = defineRoute({
  id: 'createNet',
  method: 'post',
  path: '/nets',
  scope: 'write:nets',
  tag: 'Nets',
  summary: 'Create a net',
  description: 'It gets the lowest free slot and a new uid.',
  body: z.object({
    name: NetName,
    ...netFieldsShape,
  }),
  answer: z.object({ action: z.literal('net.create'), netId: NetId, netUid: NetUid, name: z.string() }),
  status: 201,
  errors: ['net.name-taken', 'net.slots-full', ...CHANNEL_ERRORS, 'central.refused', 'central.unreachable'],
  example: {
    body: { name: 'Air Wing', priority: 7 },
    answer: { action: 'net.create', netId: 2, netUid: EXAMPLE.newNetUid, name: 'Air Wing' },
  },
  async handle({ shard, actor, body }) {
    const { net } = await shard.change(actor, { type: 'net.create', ...body });
    return { action: 'net.create' as const, netId: net.id, netUid: net.uid, name: net.name };
  },
});

const renameNet = defineRoute({
  id: 'renameNet',
  method: 'post',
  path: '/nets/rename',
  scope: 'write:nets',
  tag: 'Nets',
  summary: 'Rename a net',
  body: requireNetRef(z.object({ ...netRefShape, name: NetName })),
  answer: z.object({ action: z.literal('net.rename'), netId: NetId, netUid: NetUid, name: z.string() }),
  errors: [
    'net.unknown',
    'net.ref-mismatch',
    'net.name-taken',
    'net.protected',
    'central.refused',
    'central.unreachable',
  ],
  example: {
    body: { netUid: EXAMPLE.netUid, name: 'Air Wing' },
    answer: { action: 'net.rename', netId: EXAMPLE.netId, netUid: EXAMPLE.netUid, name: 'Air Wing' },
  },
  async handle({ shard, actor, body }) {
    const { net } = await shard.change(actor, { type: 'net.rename', net: bodyNetRef(body), name: body.name });
    return { action: 'net.rename' as const, netId: net.id, netUid: net.uid, name: net.name };
  },
});

const Removed = z.object({
  action: z.literal('net.remove'),
  netId: NetId,
  netUid: NetUid,
  archived: z.boolean(),
  entry: ArchiveEntry.nullable().meta({ description: 'Null when it was removed for good.' }),
});

const exampleRemoved: z.output<typeof Removed> = {
  action: 'net.remove',
  netId: EXAMPLE.netId,
  netUid: EXAMPLE.netUid,
  archived: true,
  entry: EXAMPLE_ENTRY,
};

const removal = {
  scope: 'write:nets' as const,
  tag: 'Nets',
  answer: Removed,
  errors: ['net.unknown', 'net.protected', 'archive.full', 'central.refused', 'central.unreachable'] as const,
};

const postRemoveNet = defineRoute({
  ...removal,
  id: 'removeNet',
  method: 'post',
  path: '/nets/remove',
  summary: 'Remove a net',
  description: 'It goes to the archive with its assignments, relays and channels unless `permanent` is true.',
  body: requireNetRef(z.object({ ...netRefShape, permanent: z.boolean().default(false) })),
  errors: [...removal.errors, 'net.ref-mismatch'],
  example: { body: { netUid: EXAMPLE.netUid }, answer: exampleRemoved },
  handle: ({ shard, actor, body }) => remove({ shard, actor }, bodyNetRef(body), body.permanent),
});

const deleteNet = defineRoute({
  ...removal,
  id: 'deleteNet',
  method: 'delete',
  path: '/nets/:ref',
  summary: 'Remove a net to the archive',
  params: z.object({ ref: z.string().meta({ description: 'Uid or slot of the net.', example: EXAMPLE.netUid }) }),
  example: { params: { ref: EXAMPLE.netUid }, answer: exampleRemoved },
  handle: ({ shard, actor, params }) => remove({ shard, actor }, pathNetRef(params.ref), false),
});

async function remove({ shard, actor }: Pick<Caller, 'shard' | 'actor'>, ref: NetRef, permanent: boolean) {
  const { net, archived, entry } = await shard.change(actor, { type: 'net.remove', net: ref, permanent });
  const shown = entry && presentEntry(entry);
  return { action: 'net.remove' as const, netId: net.id, netUid: net.uid, archived, entry: shown };
}

/** `POST /nets`, `/nets/rename`, `/nets/remove`, `DELETE /nets/:ref`. */
export const netRoutes: Route[] = [postNet, renameNet, postRemoveNet, deleteNet];
