import { z } from 'zod';
import type { VoiceStats } from '../../shard/ports.ts';
import type { Shard } from '../../shard/shard.ts';
import type { RequestCounts } from '../request-counts.ts';
import { NetId, NetUid, Time, UserId } from '../schemas.ts';
import { inTurns } from '../sliced-json.ts';

const Talk = {
  ms: z.int().meta({ description: 'Time on the air, milliseconds.' }),
  transmissions: z.int().meta({ description: 'Transmissions begun.' }),
};

const UserTalk = z.object({
  userId: UserId.meta({ description: 'The person; `0` for everyone beyond the people that are told apart.' }),
  displayName: z.string().meta({ description: 'The name they had last.' }),
  ...Talk,
});

const NetTalk = z.object({
  netUid: NetUid,
  netId: NetId.nullable().meta({ description: 'Its slot; null for a net that is gone or in the archive.' }),
  name: z.string(),
  ...Talk,
});

const OccupancyPoint = z.object({
  at: Time,
  connected: z.int().meta({ description: 'Operators connected.' }),
  byNet: z
    .record(NetUid, z.int())
    .meta({ description: 'People in the channels of each net; nets without are left out.' }),
});

/** What the voice workers of a guild did and do. */
export const Voice = z
  .object({
    packetsIn: z.int().meta({ description: 'Voice packets received and authenticated.' }),
    packetsOut: z.int().meta({ description: 'Voice packets sent.' }),
    dropped: z.record(z.string(), z.int()).meta({ description: 'Why packets were not passed on → how many.' }),
    recoveries: z.int().meta({ description: 'Recoveries of end-to-end encryption begun.' }),
    workers: z
      .object({ idle: z.int(), joining: z.int(), serving: z.int(), leaving: z.int() })
      .meta({ description: 'Voice workers by what they do now.' }),
  })
  .meta({ id: 'VoiceNumbers', description: 'What the voice workers did since the start of the program, and do now.' });

/** The answer of `GET /metrics`. */
export const MetricsAnswer = z.object({
  uptimeSeconds: z.int(),
  startedAt: Time,
  window: z.object({ sinceMinutes: z.int(), from: Time, to: Time }),
  connected: z.object({
    now: z.int(),
    peak: z.int().meta({ description: 'The most at any moment of the window.' }),
  }),
  talkTime: z.object({
    totalMs: z.int(),
    byUser: z.array(UserTalk).meta({ description: 'Most time first.' }),
    byNet: z.array(NetTalk).meta({ description: 'Most time first.' }),
  }),
  occupancy: z.array(OccupancyPoint).meta({
    description:
      'Oldest first, at most 1,000 points. A point that stands for several samples has their peaks, `at` the time of the most connected.',
  }),
  transmissions: z.object({ total: z.int() }),
  api: z.object({ requests: z.int(), errors: z.int() }).meta({
    description: "Answers to the guild's keys since the start of the program; errors are those of 400 and above.",
  }),
  voice: Voice,
});

/** Shows what was measured in the last minutes. Others get their turn while it is worked out. */
export async function presentMetrics(
  shard: Shard,
  requests: RequestCounts,
  sinceMinutes: number,
): Promise<z.output<typeof MetricsAnswer>> {
  const report = await inTurns(shard.metrics.report(sinceMinutes));
  const now = shard.read.connected();
  return {
    uptimeSeconds: Math.floor((report.to - Date.parse(shard.startedAt)) / 1000),
    startedAt: shard.startedAt,
    window: { sinceMinutes, from: iso(report.from), to: iso(report.to) },
    connected: { now, peak: Math.max(now, report.peak) },
    talkTime: {
      totalMs: report.talk.ms,
      byUser: report.byUser,
      byNet: report.byNet.map(({ netUid, id, name, ms, transmissions }) => ({
        netUid,
        netId: id,
        name,
        ms,
        transmissions,
      })),
    },
    occupancy: report.occupancy.map(({ at, ...counts }) => ({ at: iso(at), ...counts })),
    transmissions: { total: report.talk.transmissions },
    api: presentRequests(requests, shard.guildId),
    voice: presentVoice(shard.voice),
  };
}

/** Shows what the voice workers did and do. */
export function presentVoice({
  packetsIn,
  packetsOut,
  dropped,
  recoveries,
  workers,
}: VoiceStats): z.output<typeof Voice> {
  return { packetsIn, packetsOut, dropped: { ...dropped }, recoveries, workers: { ...workers } };
}

function presentRequests(requests: RequestCounts, guildId: string): { requests: number; errors: number } {
  const counts = requests.of(guildId);
  const errors = counts['4xx'] + counts['5xx'];
  return { requests: counts['2xx'] + counts['3xx'] + errors, errors };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
