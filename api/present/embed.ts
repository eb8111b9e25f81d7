import { z } from 'zod';
import { isProtected } from '../../shard/nets/protected.ts';
import type { Shard } from '../../shard/shard.ts';
import type { NetView } from '../../shard/views.ts';
import { GuildId, NetId, NetUid, Time } from '../schemas.ts';

const EmbeddedNet = z.object({
  id: NetId,
  name: z.string(),
  occupancy: z.int().meta({ description: 'People in its channels now.' }),
  uid: NetUid,
  netUid: NetUid.meta({ description: 'The same as `uid`.' }),
  virtual: z.boolean().optional(),
  public: z.boolean().optional(),
  protected: z.boolean().optional(),
});

/** The answer of `GET /embed/status`: numbers and names of nets, never of people. */
export const EmbedStatus = z.object({
  guildId: GuildId,
  guildName: z.string(),
  operationOpen: z.boolean(),
  connected: z.int().meta({ description: 'Operators connected now.' }),
  publicNet: z.object({
    id: NetId,
    uid: NetUid.nullable().meta({ description: 'Null while it was never shown.' }),
    netUid: NetUid.nullable(),
    name: z.string(),
    enabled: z.boolean(),
    occupancy: z.int(),
  }),
  nets: z.array(EmbeddedNet),
  updatedAt: Time.meta({ description: 'Last change of anything in the guild.' }),
});

/** Shows what anybody with the public token may know. */
export function presentEmbed(shard: Shard): z.output<typeof EmbedStatus> {
  const { guildId, guildName, operationOpen, connected, nets, updatedAt } = shard.read.status();
  const { netId, netUid, name, enabled, occupancy } = shard.read.publicNet();
  return {
    guildId,
    guildName,
    operationOpen,
    connected,
    publicNet: { id: netId, uid: netUid, netUid, name, enabled, occupancy },
    nets: nets.map(presentNet),
    updatedAt,
  };
}

function presentNet(net: NetView): z.output<typeof EmbeddedNet> {
  const { id, uid, name, occupancy } = net;
  const isPublic = isProtected(net) && { virtual: true, public: true, protected: true };
  return { id, name, occupancy, uid, netUid: uid, ...isPublic };
}
