import { z } from 'zod';
import { isProtected } from '../../shard/nets/protected.ts';
import type { Reads } from '../../shard/reads.ts';
import type { NetRecord } from '../../shard/records.ts';
import type { NetView } from '../../shard/views.ts';
import { EXAMPLE } from '../example.ts';
import { ChannelId, GuildId, NetId, NetSettings, NetUid, UserId } from '../schemas.ts';

/** A voice channel that is bound to a net. */
export const NetChannel = z.object({
  guildId: GuildId,
  channelId: ChannelId,
  name: z.string().nullable().meta({ description: "Discord's name of the channel; null while it is not known." }),
  people: z.int().meta({ description: 'People in it now, bots not counted.' }),
  worker: z
    .enum(['ok', 'joining', 'missing', 'idle'])
    .meta({ description: 'Whether the voice worker it needs now is there; `idle`: it needs none.' }),
});

const StatusNetShape = z.object({
  id: NetId,
  uid: NetUid,
  netUid: NetUid.meta({ description: 'The same as `uid`.', example: EXAMPLE.netUid }),
  name: z.string(),
  occupancy: z.int().meta({ description: 'People in its channels now.' }),
  transmitting: z.array(UserId).meta({ description: 'Who transmits on it now.' }),
  relayTargetNetIds: z.array(NetId).meta({ description: 'Nets that also hear this net.' }),
  relayTargetNetUids: z.array(NetUid),
  channels: z.array(NetChannel),
  priority: NetSettings.shape.priority,
  virtual: z.literal(true).optional().meta({ description: 'Only on the Public Net: the shard keeps it by itself.' }),
  public: z.literal(true).optional().meta({ description: 'Only on the Public Net.' }),
  protected: z
    .literal(true)
    .optional()
    .meta({ description: 'Only on the Public Net: it is neither renamed nor removed like other nets.' }),
  mode: NetSettings.shape.mode,
  gainDb: NetSettings.shape.gainDb,
  timeLimitSeconds: NetSettings.shape.timeLimitSeconds,
  access: NetSettings.shape.access,
  monitors: NetSettings.shape.monitors,
  workers: z
    .enum(['ok', 'missing', 'idle'])
    .meta({ description: '`missing` when any of its channels lacks a voice worker it needs.' }),
});

/** A net in the answer of `GET /status`. */
export const StatusNet = StatusNetShape.meta({ id: 'StatusNet', description: 'A net at this moment.' });

/** The answer of a change of one net: the net in `net`, and its fields once more beside it. */
export function netAnswer<A extends string>(action: A) {
  return z.object({
    action: z.literal(action),
    changed: z.boolean().meta({ description: 'False when it was so before.' }),
    netId: NetId,
    ...StatusNetShape.shape,
    net: StatusNet,
  });
}

/** Shows one net; `idOf` gives the slot of a live net's uid. */
export function presentNet(
  net: NetView,
  guildId: string,
  idOf: ReadonlyMap<string, number>,
): z.output<typeof StatusNet> {
  const live = (uids: readonly string[]) => uids.filter((uid) => idOf.has(uid));
  const targets = live(net.relayTargetNetUids);
  const monitors = Object.entries(net.monitors).map(([channelId, uids]) => [channelId, live(uids)] as const);
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
    ...(isProtected(net) && { virtual: true, public: true, protected: true }),
    mode: net.mode,
    gainDb: net.gainDb,
    timeLimitSeconds: net.timeLimitSeconds,
    access: net.access,
    monitors: Object.fromEntries(monitors.filter(([, uids]) => uids.length > 0)),
    workers: net.workers,
  };
}

/** Answers a change of one net. */
export function presentNetChange<A extends string>(
  action: A,
  { net, changed }: { net: NetRecord; changed: boolean },
  { read, guildId }: { read: Reads; guildId: string },
) {
  const idOf = new Map(read.nets().map((other) => [other.uid, other.id]));
  const shown = presentNet(read.netView(net), guildId, idOf);
  return { action, changed, netId: net.id, ...shown, net: shown };
}

/** The net of the documented examples. */
export const EXAMPLE_NET: z.output<typeof StatusNet> = {
  id: EXAMPLE.netId,
  uid: EXAMPLE.netUid,
  netUid: EXAMPLE.netUid,
  name: EXAMPLE.netName,
  occupancy: 1,
  transmitting: [],
  relayTargetNetIds: [],
  relayTargetNetUids: [],
  channels: [
    {
      guildId: EXAMPLE.guildId,
      channelId: EXAMPLE.channelId,
      name: EXAMPLE.channelName,
      people: 1,
      worker: 'idle',
    },
  ],
  priority: 5,
  mode: 'open',
  gainDb: 0,
  timeLimitSeconds: null,
  access: 'open',
  monitors: {},
  workers: 'idle',
};
