import { z } from 'zod';
import type { Shard } from '../../shard/shard.ts';
import { Features, Time } from '../schemas.ts';
import { presentNet, StatusNet } from './net.ts';

/** What this process says of itself. */
export interface AboutProcess {
  name: string;
  publicUrl: string | null;
  version: string;
}

/** The answer of `GET /status`. */
export const StatusAnswer = z.object({
  guildName: z.string(),
  operation: z.enum(['open', 'closed']),
  operationOpen: z.boolean(),
  connected: z.int().meta({ description: 'Operators connected now.' }),
  transmitting: z.array(z.string()).meta({ description: 'Names of the nets somebody transmits on.' }),
  netCount: z.int(),
  shard: z.object({
    name: z.string(),
    publicUrl: z.string().nullable(),
    version: z.string(),
    startedAt: Time,
    connectedOperators: z.int(),
  }),
  features: Features,
  publicNet: Features.shape.publicNet,
  nets: z.array(StatusNet),
  reduced: z
    .array(z.string())
    .meta({ description: 'What the bot cannot do at the moment and why; empty when all is well.' }),
  updatedAt: Time.meta({ description: 'Last change of anything in this answer.' }),
});

/** Shows the guild at this moment. */
export function presentStatus(shard: Shard, about: AboutProcess): z.output<typeof StatusAnswer> {
  const status = shard.read.status();
  const idOf = new Map(status.nets.map((net) => [net.uid, net.id]));
  return {
    guildName: status.guildName,
    operation: status.operationOpen ? 'open' : 'closed',
    operationOpen: status.operationOpen,
    connected: status.connected,
    transmitting: status.transmitting,
    netCount: status.nets.length,
    shard: { ...about, startedAt: shard.startedAt, connectedOperators: status.connected },
    features: status.features,
    publicNet: status.features.publicNet,
    nets: status.nets.map((net) => presentNet(net, status.guildId, idOf)),
    reduced: status.reduced,
    updatedAt: status.updatedAt,
  };
}
