import { z } from 'zod';
import type { Shard } from '../../shard/shard.ts';
import { EXAMPLE } from '../example.ts';
import { Features, NetId, NetUid } from '../schemas.ts';
import { NetChannel } from './net.ts';

/** The Public Net as it is now. */
export const PublicNet = Features.shape.publicNet
  .extend({
    netId: NetId.meta({ description: 'Its slot while it is shown: 250.', example: 250 }),
    netUid: NetUid.nullable().meta({ description: 'Its uid, the same each time; null while it was never shown.' }),
    occupancy: z.int().meta({ description: 'People in its channels now; 0 while it is hidden.' }),
    channels: z.array(NetChannel).meta({ description: 'The voice channels bound to it, also while it is hidden.' }),
  })
  .meta({
    id: 'PublicNet',
    description: 'The Public Net: everyone connected with one of `roleIds` is on it, or everyone when there are none.',
  });

/** Shows the Public Net, shown or hidden. */
export function presentPublicNet({ read, guildId }: Shard): z.output<typeof PublicNet> {
  const { netId, netUid, occupancy, channels, ...feature } = read.publicNet();
  return { ...feature, netId, netUid, occupancy, channels: channels.map((channel) => ({ guildId, ...channel })) };
}

/** The Public Net of the documented examples, before it was ever shown. */
export const EXAMPLE_PUBLIC_NET: z.output<typeof PublicNet> = {
  enabled: false,
  name: 'Public Net',
  roleIds: [],
  netId: 250,
  netUid: null,
  occupancy: 0,
  channels: [],
};

/** The same once it is shown. */
export const EXAMPLE_SHOWN: z.output<typeof PublicNet> = {
  ...EXAMPLE_PUBLIC_NET,
  enabled: true,
  name: 'Public Rally Net',
  roleIds: [EXAMPLE.roleId],
  netUid: EXAMPLE.newNetUid,
};
