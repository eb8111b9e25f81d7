import { z } from 'zod';
import { DEFAULT_NET_SETTINGS } from '../../shard/nets/net-settings.ts';
import type { ArchiveRecord } from '../../shard/records.ts';
import { EXAMPLE } from '../example.ts';
import { ChannelId, NetSettings, NetUid, Time, UserId } from '../schemas.ts';

/** A removed net in the archive's answers. */
export const ArchiveEntry = z
  .object({
    uid: NetUid,
    name: z.string(),
    notes: z.string(),
    tags: z.array(z.string()),
    assignedUserIds: z.array(UserId),
    inboundRelayFromNetUids: z.array(NetUid).meta({ description: 'Nets that it heard.' }),
    inboundMonitors: z
      .array(z.object({ netUid: NetUid, channelId: ChannelId }))
      .optional()
      .meta({ description: 'Channels of other nets that monitored it.' }),
    channels: z.array(ChannelId).meta({ description: 'The channels that were bound to it.' }),
    ...NetSettings.shape,
    createdAt: Time,
    archivedAt: Time,
    updatedAt: Time,
    source: z.enum(['api', 'discord', 'rule', 'preset', 'timer', 'system']),
  })
  .meta({ id: 'ArchiveEntry', description: 'A removed net with what belonged to it.' });

/** Shows an entry. */
export function presentEntry({ channelIds, ...entry }: ArchiveRecord): z.output<typeof ArchiveEntry> {
  return { ...entry, channels: channelIds };
}

/** The entry that the documented examples of removing a net make. */
export const EXAMPLE_ENTRY: z.output<typeof ArchiveEntry> = {
  uid: EXAMPLE.netUid,
  name: EXAMPLE.netName,
  notes: '',
  tags: [],
  assignedUserIds: [EXAMPLE.userId],
  inboundRelayFromNetUids: [],
  channels: [EXAMPLE.channelId],
  ...DEFAULT_NET_SETTINGS,
  createdAt: EXAMPLE.time,
  archivedAt: EXAMPLE.time,
  updatedAt: EXAMPLE.time,
  source: 'api',
};

/** The entry that the documented examples find in the archive. */
export const EXAMPLE_ARCHIVED: z.output<typeof ArchiveEntry> = {
  ...EXAMPLE_ENTRY,
  uid: EXAMPLE.archivedUid,
  name: EXAMPLE.archivedName,
  notes: 'Patrols the north gate',
  tags: ['patrol', 'night'],
  channels: [],
};
