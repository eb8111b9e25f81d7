import { z } from 'zod';
import type { Shard } from '../../shard/shard.ts';
import { EXAMPLE } from '../example.ts';
import { ArchiveEntry, EXAMPLE_ARCHIVED, presentEntry } from '../present/archive.ts';
import { EntryFields, entryFields } from '../present/archive-fields.ts';
import { defineRoute, type Route } from '../route.ts';
import { NetId, NetName, NetUid, Time } from '../schemas.ts';

/** Most entries of one page, and how many there are when nobody says. */
const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;
/** Longest search, in characters: more words than anybody types. */
const MAX_SEARCH = 100;
/** As many tags as an entry can have. */
const MAX_TAGS = 50;
/** Far longer than our cursors are. */
const MAX_CURSOR = 400;

const about = { scope: 'write:archive' as const, tag: 'Archive' };
const params = z.object({
  uid: z.string().meta({ description: 'Uid of the archived net.', example: EXAMPLE.archivedUid }),
});
const exampleParams = { uid: EXAMPLE.archivedUid };

const TagParameter = z.string().min(1).max(200);

/** The entry that a path names. @throws ShardError archive.unknown */
const named = (shard: Shard, { uid = '' }: Readonly<Record<string, string>>) => shard.archive.entry(uid);

const listArchive = defineRoute({
  ...about,
  id: 'listArchive',
  method: 'get',
  path: '/archive',
  summary: 'List or search the archive',
  description:
    'Newest first; with `q` the best match first. A page can hold fewer entries than `limit` when they are large. Ask again with `nextCursor` until there is none.',
  cached: true,
  query: z.object({
    q: z.string().max(MAX_SEARCH).optional().meta({
      description:
        'Words that are all in name, notes or tags, as written or as the beginning of a word; where nothing is found, one or two letters may be wrong. Case and accents make no difference.',
    }),
    tag: z
      .union([TagParameter, z.array(TagParameter).max(MAX_TAGS)])
      .optional()
      .meta({ description: 'A tag that entries have; repeat it for several, which they all have.' }),
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(MAX_LIMIT)
      .default(DEFAULT_LIMIT)
      .meta({
        description: `Most entries of the page, 1 to ${MAX_LIMIT}.`,
      }),
    cursor: z.string().max(MAX_CURSOR).optional().meta({ description: '`nextCursor` of the page before.' }),
  }),
  answer: z.object({
    entries: z.array(ArchiveEntry),
    total: z.int().meta({ description: 'How many there are on all pages.' }),
    nextCursor: z.string().optional().meta({ description: 'Absent on the last page.' }),
  }),
  errors: ['archive.cursor-invalid', 'index.building', 'index.busy'],
  example: {
    query: { q: 'gate patrol', tag: 'night' },
    answer: { entries: [EXAMPLE_ARCHIVED], total: 1 },
  },
  async handle({ shard, query: { q: text, tag = [], limit, cursor } }) {
    const { entries, total, nextCursor } = await shard.archive.list({ text, tags: [tag].flat(), limit, cursor });
    return { entries: entries.map(presentEntry), total, ...(nextCursor !== undefined && { nextCursor }) };
  },
});

const Put = z.object({
  entry: ArchiveEntry,
  action: z.enum(['created', 'updated']).meta({ description: '`updated` also when it was so before.' }),
});

const exampleCreated: z.output<typeof Put> = {
  entry: {
    ...EXAMPLE_ARCHIVED,
    uid: EXAMPLE.newNetUid,
    name: 'Convoy',
    notes: 'For the supply run',
    tags: ['supply'],
    assignedUserIds: [],
  },
  action: 'created',
};

const putting = {
  ...about,
  method: 'post' as const,
  largeBody: true,
  answer: Put,
  created: ({ action }: z.output<typeof Put>) => action === 'created',
  errors: ['archive.uid-invalid', 'archive.name-missing', 'archive.net-live', 'archive.full'] as const,
};

const postArchive = defineRoute({
  ...putting,
  id: 'putArchive',
  path: '/archive',
  summary: 'Create an entry, or update the one with this uid',
  description: 'Of an entry that is there only what is sent changes. A new one needs a name.',
  body: EntryFields.extend({
    uid: NetUid.optional().meta({ description: 'A new one is minted when it is left out.' }),
  }),
  example: { body: { name: 'Convoy', notes: 'For the supply run', tags: ['supply'] }, answer: exampleCreated },
  async handle({ shard, actor, body: { uid, ...sent } }) {
    const { entry, action } = await shard.change(actor, { type: 'archive.put', uid, fields: entryFields(sent) });
    return { entry: presentEntry(entry), action };
  },
});

const getEntry = defineRoute({
  ...about,
  id: 'getArchived',
  method: 'get',
  path: '/archive/:uid',
  summary: 'One entry',
  cached: true,
  params,
  answer: z.object({ entry: ArchiveEntry, source: ArchiveEntry.shape.source }),
  errors: ['archive.unknown'],
  example: { params: exampleParams, answer: { entry: EXAMPLE_ARCHIVED, source: EXAMPLE_ARCHIVED.source } },
  handle({ shard, params: { uid } }) {
    const entry = shard.archive.entry(uid);
    return { entry: presentEntry(entry), source: entry.source };
  },
});

const postEntry = defineRoute({
  ...putting,
  id: 'putArchived',
  path: '/archive/:uid',
  summary: 'Update an entry, or create one with this uid',
  description: 'Of an entry that is there only what is sent changes. A new one needs a name.',
  params,
  body: EntryFields,
  example: {
    params: exampleParams,
    body: { notes: 'Patrols the south gate' },
    answer: { entry: { ...EXAMPLE_ARCHIVED, notes: 'Patrols the south gate' }, action: 'updated' },
  },
  async handle({ shard, actor, params: { uid }, body }) {
    const { entry, action } = await shard.change(actor, { type: 'archive.put', uid, fields: entryFields(body) });
    return { entry: presentEntry(entry), action };
  },
});

const patchEntry = defineRoute({
  ...about,
  id: 'updateArchived',
  method: 'patch',
  path: '/archive/:uid',
  summary: 'Change some of an entry',
  description: 'Only what is sent changes.',
  largeBody: true,
  params,
  find: named,
  body: EntryFields,
  answer: z.object({ entry: ArchiveEntry, action: z.literal('updated') }),
  errors: ['archive.unknown'],
  example: {
    params: exampleParams,
    body: { tags: ['patrol'] },
    answer: { entry: { ...EXAMPLE_ARCHIVED, tags: ['patrol'] }, action: 'updated' },
  },
  async handle({ shard, actor, params: { uid }, body }) {
    const { entry } = await shard.change(actor, { type: 'archive.update', uid, fields: entryFields(body) });
    return { entry: presentEntry(entry), action: 'updated' as const };
  },
});

const deleteEntry = defineRoute({
  ...about,
  id: 'deleteArchived',
  method: 'delete',
  path: '/archive/:uid',
  summary: 'Delete an entry for good',
  description: 'Role rules that name its net forget it.',
  params,
  answer: z.object({ uid: NetUid, deleted: z.literal(true) }),
  errors: ['archive.unknown'],
  example: { params: exampleParams, answer: { uid: EXAMPLE.archivedUid, deleted: true } },
  async handle({ shard, actor, params: { uid } }) {
    await shard.change(actor, { type: 'archive.delete', uid });
    return { uid, deleted: true as const };
  },
});

const restoreEntry = defineRoute({
  ...about,
  id: 'restoreArchived',
  method: 'post',
  path: '/archive/:uid/restore',
  summary: 'Bring an archived net back',
  description:
    'It keeps its uid and gets the lowest free slot. Its settings come back, and those of its channels, monitored nets, relay links and assignments whose other end is there and free. Role rules that name it work again. The entry leaves the archive.',
  params,
  find: named,
  body: z.object({
    assignments: z.boolean().default(true).meta({ description: 'Whether people are assigned to it again.' }),
    relays: z.boolean().default(true).meta({ description: 'Whether its relay links come back, both ways.' }),
    name: NetName.optional().meta({ description: 'Another name, where its own is taken.' }),
  }),
  answer: z.object({
    uid: NetUid,
    netId: NetId,
    netUid: NetUid,
    name: z.string(),
    restored: z.object({
      assignments: z.int().meta({ description: 'How many people were assigned to it again.' }),
      relays: z.int().meta({ description: 'How many relay links came back.' }),
    }),
  }),
  errors: [
    'archive.unknown',
    'net.name-taken',
    'net.slots-full',
    'assignment.limit',
    'central.refused',
    'central.unreachable',
  ],
  example: {
    params: exampleParams,
    body: { name: 'Day Watch' },
    answer: {
      uid: EXAMPLE.archivedUid,
      netId: 2,
      netUid: EXAMPLE.archivedUid,
      name: 'Day Watch',
      restored: { assignments: 1, relays: 0 },
    },
  },
  async handle({ shard, actor, params: { uid }, body }) {
    const { net, restored } = await shard.change(actor, { type: 'archive.restore', uid, ...body });
    return { uid: net.uid, netId: net.id, netUid: net.uid, name: net.name, restored };
  },
});

const getSync = defineRoute({
  ...about,
  id: 'getArchiveSync',
  method: 'get',
  path: '/archive/sync/status',
  summary: 'How far central holds the archive',
  description:
    'Every change of the archive makes a version, with a hash over it and the hash before. Central is told every 5 seconds at most.',
  answer: z.object({
    checkpoint: z.object({
      lastCheckpointHash: z.string().nullable().meta({ description: 'SHA-256, hex; null before the first.' }),
      lastCheckpointVersion: z.int(),
      lastCheckpointAt: Time.nullable(),
    }),
    pendingOps: z.int().meta({ description: 'Changes that central has not confirmed.' }),
  }),
  errors: [],
  example: {
    answer: {
      checkpoint: { lastCheckpointHash: null, lastCheckpointVersion: 0, lastCheckpointAt: null },
      pendingOps: 0,
    },
  },
  handle: ({ shard }) => shard.archive.syncStatus(),
});

/** `/archive`, `/archive/sync/status`, `/archive/:uid`, `/archive/:uid/restore`. */
export const archiveRoutes: Route[] = [
  listArchive,
  postArchive,
  getSync,
  getEntry,
  postEntry,
  patchEntry,
  deleteEntry,
  restoreEntry,
];
