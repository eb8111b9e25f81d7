import type { Router } from '@koa/router';
import { z } from 'zod';
import type { VoiceStats } from '../shard/ports.ts';
import type { Shard } from '../shard/shard.ts';
import type { OperatorView } from '../shard/views.ts';
import type { ApiContext, Caller, RequestState } from './context.ts';
import { indexedRouter } from './indexed-router.ts';
import { presentVoice, Voice } from './present/metrics.ts';
import type { AboutProcess } from './present/status.ts';
import { HttpError } from './problem.ts';
import { ChannelId, GuildId, NetId, Time, UserId } from './schemas.ts';

const DebugUser = z.object({
  userId: UserId,
  name: z.string(),
  connectedAt: Time,
  voice: z
    .boolean()
    .meta({ description: 'Whether a voice worker is in their channel now; true for a listening program.' }),
  assignedNetIds: z.array(NetId),
  audioIn: z.int().meta({ description: 'Voice packets received from them since the program heard them first.' }),
  audioOut: z.int().meta({
    description:
      'Voice packets sent into their channel since its worker joined; to a listening program, since it connected.',
  }),
  audioDropped: z.int().meta({
    description: 'Voice packets of theirs that were not passed on; for a listening program, those it was too slow for.',
  }),
});

/** The answer of `GET /debug`. */
export const DebugAnswer = z.object({
  ok: z.literal(true),
  app: z.string(),
  guildId: GuildId,
  guildName: z.string(),
  publicUrl: z.string().nullable(),
  runtime: z.string().meta({ description: 'What the program runs on.' }),
  startedAt: Time,
  clients: z.int().meta({ description: 'Connected operators, listening programs among them.' }),
  users: z.array(DebugUser),
  channels: z
    .array(z.object({ id: ChannelId, name: z.string().nullable(), userIds: z.array(UserId) }))
    .meta({ description: 'Served channels: net channels and the Ready Room.' }),
  voice: Voice,
});

/** `GET /debug`: what a guild's shard holds, for whoever looks after it. Only a shard token opens it. */
export function debugRouter(about: AboutProcess): Router<RequestState> {
  const router = indexedRouter({ sensitive: true });
  router.get('/debug', (ctx) => {
    ctx.body = presentDebug(callerOf(ctx), about);
  });
  return router;
}

/** @throws HttpError key.shard-only */
function callerOf(ctx: ApiContext): Caller {
  const { caller } = ctx.state;
  if (!caller) throw new Error('/debug was reached without a key');
  if (caller.key.kind !== 'shard') throw new HttpError('key.shard-only', { kind: caller.key.kind });
  return caller;
}

function presentDebug({ shard, live }: Caller, { name, publicUrl }: AboutProcess): z.output<typeof DebugAnswer> {
  const { voice, read, startedAt, guildId } = shard;
  return {
    ok: true,
    app: name,
    guildId,
    guildName: read.guild().name,
    publicUrl,
    runtime: `node ${process.versions.node} ${process.platform}-${process.arch}`,
    startedAt,
    clients: read.connected(),
    users: read.roster().map((operator) => ({
      userId: operator.userId,
      name: operator.displayName,
      connectedAt: operator.since,
      assignedNetIds: operator.nets.map((net) => net.id),
      ...audioOf(operator, voice, live.listening.heard(shard, operator.userId)),
    })),
    channels: channelsOf(shard),
    voice: presentVoice(voice),
  };
}

function audioOf({ userId, channelId }: OperatorView, voice: VoiceStats, heard?: { sent: number; dropped: number }) {
  if (channelId === null)
    return { voice: true, audioIn: 0, audioOut: heard?.sent ?? 0, audioDropped: heard?.dropped ?? 0 };
  const spoken = voice.speakers.get(userId);
  return {
    voice: voice.channels.has(channelId),
    audioIn: spoken?.in ?? 0,
    audioOut: voice.channels.get(channelId) ?? 0,
    audioDropped: spoken?.dropped ?? 0,
  };
}

function channelsOf({ read }: Shard): z.output<typeof DebugAnswer>['channels'] {
  const { readyRoomId } = read.settings();
  const people = new Map<string, string[]>(read.nets().flatMap((net) => net.channelIds.map((id) => [id, []])));
  if (readyRoomId !== null) people.set(readyRoomId, []);
  for (const { channelId, userId } of read.roster()) if (channelId !== null) people.get(channelId)?.push(userId);
  const { channels } = read.guild();
  return [...people].map(([id, userIds]) => ({ id, name: channels.get(id)?.name ?? null, userIds }));
}
