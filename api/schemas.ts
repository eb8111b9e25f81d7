import { z } from 'zod';
import type { NetRef } from '../shard/commands.ts';
import { ERRORS } from '../shard/errors.ts';
import { isCleanName, NET_NAME_MAX } from '../shard/nets/net-name.ts';
import { SLOTS } from '../shard/op/features.ts';
import { EXAMPLE } from './example.ts';

const idOf = (what: string, example: string) =>
  z
    .string()
    .regex(/^\d{1,20}$/, `The id of a ${what} is a string of 1 to 20 digits.`)
    .meta({ description: `Discord's id of a ${what}.`, example });

// Discord's ids are strings: they do not fit a JavaScript number.

/** The id of a guild. */
export const GuildId = idOf('guild', EXAMPLE.guildId);

/** The id of a person. */
export const UserId = idOf('person', EXAMPLE.userId);

/** The id of a role. */
export const RoleId = idOf('role', EXAMPLE.roleId);

/** The id of a voice channel. */
export const ChannelId = idOf('channel', EXAMPLE.channelId);

/** What a slot looks like, for people. */
export const NET_ID_FORM = 'netId is a whole number from 1 to 255, not a string.';

/** A live slot. One byte on the audio wire; 250 is the Public Net, 255 the Global Alert. */
export const NetId = z
  .int(NET_ID_FORM)
  .min(1, NET_ID_FORM)
  .max(255, NET_ID_FORM)
  .meta({ description: 'Live slot of a net; another net may get it after a removal.', example: EXAMPLE.netId });

/** What is written for a net uid; whether such a net exists is the shard's to say. */
export const NetUid = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: 'Lasting id of a net: `net_` and 24 characters.', example: EXAMPLE.netUid });

/** Checked here as the shard does, so that a bad name is listed with all other bad fields. */
export const NetName = z
  .string()
  .max(1000)
  .refine((name) => isCleanName(name.normalize('NFC').trim(), NET_NAME_MAX), ERRORS['net.name-invalid'].sentence({}))
  .meta({
    description: 'Name of a net: 1 to 48 characters after trimming, no control characters.',
    example: 'Strike Net',
  });

/** A moment. */
export const Time = z.iso.datetime().meta({ description: 'ISO time, UTC.', example: EXAMPLE.time });

/** The two ways of naming a net in a body. */
export const netRefShape = { netUid: NetUid.optional(), netId: NetId.optional() };

/** The same, of a body that has more. */
export const NetRefFields = z.object(netRefShape);

/** Requires that a body names a net; listed together with all other invalid fields. */
export function requireNetRef<T extends z.ZodType>(schema: T): T {
  return schema.refine((body) => hasNetRef(body), {
    path: ['netUid'],
    error: ERRORS['net.ref-missing'].sentence({}),
    when: ({ value, issues }) => isObject(value) && !issues.some(({ path }) => isRefField(path?.[0])),
  });
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isRefField = (field: PropertyKey | undefined) => field === 'netUid' || field === 'netId';
const hasNetRef = (body: unknown) =>
  isObject(body) && (('netUid' in body && body.netUid !== undefined) || ('netId' in body && body.netId !== undefined));

/** The net that a path names, by uid or by slot. */
export function pathNetRef(ref: string): NetRef {
  return /^[1-9]\d{0,2}$/.test(ref) ? { netId: Number(ref) } : { netUid: ref };
}

/** The net that a body names. */
export function bodyNetRef({ netUid, netId }: { netUid?: string | undefined; netId?: number | undefined }): NetRef {
  return { netUid, netId };
}

/** Some roles: at most as many as a guild can have. */
export const RoleIds = z.array(RoleId).max(250);

/** Feature switches of a guild. */
export const Features = z
  .object({
    maxNets: z.int().meta({ description: 'How many nets there can be, at most 249.' }),
    globalPttEnabled: z.boolean(),
    acarsEnabled: z.boolean(),
    readyCheckEnabled: z.boolean(),
    publicNet: z.object({ enabled: z.boolean(), name: z.string(), roleIds: z.array(RoleId) }),
    orgLink: z.object({ enabled: z.boolean(), roleIds: z.array(RoleId), netUid: NetUid.nullable() }),
  })
  .meta({ id: 'Features', description: 'Feature switches of the guild.' });

/** The feature switches of the documented examples: those of a guild that changed none. */
export const EXAMPLE_FEATURES: z.output<typeof Features> = {
  maxNets: 50,
  globalPttEnabled: false,
  acarsEnabled: true,
  readyCheckEnabled: true,
  publicNet: { enabled: false, name: 'Public Net', roleIds: [] },
  orgLink: { enabled: false, roleIds: [], netUid: null },
};

/** The feature switches that are to be other ones. */
export const FeaturesPatch = z
  .object({
    maxNets: z
      .int()
      .min(1)
      .max(SLOTS)
      .optional()
      .meta({ description: `How many nets there can be, 1 to ${SLOTS}.` }),
    globalPttEnabled: z.boolean().optional(),
    acarsEnabled: z.boolean().optional(),
    readyCheckEnabled: z.boolean().optional(),
    publicNet: z
      .object({ enabled: z.boolean().optional(), name: NetName.optional(), roleIds: RoleIds.optional() })
      .optional(),
    orgLink: z
      .object({ enabled: z.boolean().optional(), roleIds: RoleIds.optional(), netUid: NetUid.nullable().optional() })
      .optional(),
  })
  .meta({ id: 'FeaturesPatch', description: 'Feature switches to change; what is left out stays as it is.' });

/** What can be set about a net besides its name and its channels. */
export const NetSettings = z.object({
  priority: z.int().min(1).max(10).meta({ description: '1 (lowest) to 10 (highest).' }),
  mode: z.enum(['open', 'floor']).meta({ description: '`open`: all may speak at once; `floor`: one at a time.' }),
  gainDb: z.number().min(-24).max(24).meta({ description: 'How much louder or quieter it is heard, in dB.' }),
  timeLimitSeconds: z
    .int()
    .min(5)
    .max(3600)
    .nullable()
    .meta({ description: 'Longest transmission in seconds; null: no limit.' }),
  access: z
    .enum(['open', 'assigned'])
    .meta({ description: '`open`: whoever may enter its channels; `assigned`: only those on the net.' }),
  monitors: z
    .record(ChannelId, z.array(NetUid))
    .meta({ description: 'Channel of the net → uids of other nets that are heard in it too.' }),
  relayTargetNetUids: z.array(NetUid).meta({ description: 'Nets that also hear this net.' }),
});
