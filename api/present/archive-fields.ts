import { z } from 'zod';
import type { ArchiveFields } from '../../shard/commands.ts';
import { isCleanName } from '../../shard/nets/net-name.ts';
import { ChannelId, NetName, NetSettings, UserId } from '../schemas.ts';

/** Longest notes of an entry, in characters. */
const NOTES_MAX = 4000;
/** Longest tag, in characters, and most tags of an entry. */
const TAG_MAX = 48;
const MAX_TAGS = 50;
/** Most people who can be named in one request; an entry of a removed net keeps all of its own. */
const MAX_PEOPLE = 1000;
/** As many as there can be nets. */
const MAX_RELAYS = 249;
/** As many as a net can be created with. */
const MAX_CHANNELS = 100;

// Control characters but line ends and tabs, and halves of characters, which do not survive being written.
const FORBIDDEN_IN_NOTES = /(?![\t\n\r])[\p{Cs}\p{Cc}]/u;

const Notes = z
  .string()
  .max(2 * NOTES_MAX)
  .refine((notes) => [...notes].length <= NOTES_MAX, `Notes have at most ${NOTES_MAX} characters.`)
  .refine((notes) => !FORBIDDEN_IN_NOTES.test(notes), 'Notes have no control characters but line ends and tabs.')
  .meta({ description: `Free text of at most ${NOTES_MAX} characters.` });

const Tag = z
  .string()
  .max(200)
  .refine(
    (tag) => isCleanName(tag.normalize('NFC').trim(), TAG_MAX),
    `A tag has 1 to ${TAG_MAX} characters, something visible among them, and no control characters.`,
  );

const Relay = z.string().regex(/^[\w-]{1,64}$/, 'The uid of a net is "net_" and 24 characters.');
const Relays = z.array(Relay).max(MAX_RELAYS);

const { priority, mode, gainDb, timeLimitSeconds, access } = NetSettings.shape;

/** What can be said about an entry; what is left out stays as it is, or gets what a new net has. */
export const EntryFields = z.object({
  name: NetName.optional(),
  notes: Notes.optional(),
  tags: z.array(Tag).max(MAX_TAGS).optional().meta({ description: 'Each once, whatever its case.' }),
  assignedUserIds: z.array(UserId).max(MAX_PEOPLE).optional().meta({ description: 'Who is assigned by a restore.' }),
  relayTargetNetUids: Relays.optional().meta({ description: 'Nets that hear it after a restore.' }),
  inboundRelayFromNetUids: Relays.optional().meta({ description: 'Nets that it hears after a restore.' }),
  channels: z.array(ChannelId).max(MAX_CHANNELS).optional().meta({ description: 'Channels a restore binds to it.' }),
  priority: priority.optional(),
  mode: mode.optional(),
  gainDb: gainDb.optional(),
  timeLimitSeconds: timeLimitSeconds.optional(),
  access: access.optional(),
  monitors: z
    .record(ChannelId, Relays)
    .refine((monitors) => Object.keys(monitors).length <= MAX_CHANNELS, `At most ${MAX_CHANNELS} channels.`)
    .optional()
    .meta({ description: 'Channel → uids of other nets that are heard in it too.' }),
});

/** The fields as the shard takes them: only those that were sent. */
export function entryFields({ channels: channelIds, ...others }: z.output<typeof EntryFields>): ArchiveFields {
  const sent = Object.entries({ ...others, channelIds }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(sent) as ArchiveFields;
}
