import { z } from 'zod';
import type { NetView } from '../../shard/views.ts';
import { EXAMPLE } from '../example.ts';
import { ChannelId, GuildId, NetId, NetUid, UserId } from '../schemas.ts';

const NetChannel = z.object({
  guildId: GuildId,
  channelId: ChannelId,
  name: z.string().nullable().meta({ description: "Discord's name of the channel; null while it is not known." }),
  people: z.int().meta({ description: 'People in it now, bots not counted.' }),
  worker: z
    .enum(['ok', 'joining', 'missing', 'idle'])
    .meta({ description: 'Whether the voice worker it needs now is there; `idle`: it needs none.' }),
});

/** A net in the answer of `GET /status`. */
export const StatusNet = z
  .object({
    id: NetId,
    uid: NetUid,
    netUid: NetUid.meta({ description: 'The same as `uid`.', example: EXAMPLE.netUid }),
    name: z.string(),
    occupancy: z.int().meta({ description: 'People in its channels now.' }),
    transmitting: z.array(UserId).meta({ description: 'Who transmits on it now.' }),
    relayTargetNetIds: z.array(NetId).meta({ description: 'Nets that also hear this net.' }),
    relayTargetNetUids: z.array(NetUid),
    channels: z.array(NetChannel),
    priority: z.int().meta({ description: '1 (lowest) to 10 (highest).' }),
    mode: z.enum(['open', 'floor']).meta({ description: '`open`: all may speak at once; `floor`: one at a time.' }),
    workers: z
      .enum(['ok', 'missing', 'idle'])
      .meta({ description: '`missing` when any of its channels lacks a voice worker it needs.' }),
  })
  .meta({ id: 'StatusNet', description: 'A net at this moment.' });

/** Shows one net; `idOf` gives the slot of a live net's uid. */
export function presentNet(
  net: NetView,
  guildId: string,
  idOf: ReadonlyMap<string, number>,
): z.output<typeof StatusNet> {
  const targets = net.relayTargetNetUids.filter((uid) => idOf.has(uid));
  return {
    id: net.id,
    uid: net.uid,
    netUid: net.uid,
    name: net.name,
    occupancy: net.occupancy,
    transmitting: net.transmitting,
    relayTargetNetIds: targets.map((uid) => idOf.get(uid) as number),
    relayTargetNetUids: targets,
    channels: net.channels.map((channel) => ({ guildId, ...channel })),
    priority: net.priority,
    mode: net.mode,
    workers: net.workers,
  };
}
