import type { Hop } from '../voice/voice-media.ts';
import type { VoiceMatch } from '../voice/voice-server.ts';
import type { VoiceSession } from '../voice/voice-session.ts';
import type { FaultServices, FaultSpec } from './fault.ts';

/** Which voice sessions a fault concerns. */
export function matchOf({ botId, memberId, channelId }: FaultSpec): VoiceMatch {
  const userId = memberId ?? botId;
  return { ...(userId === undefined ? {} : { userId }), ...(channelId === undefined ? {} : { channelId }) };
}

/** The sessions a fault concerns that are in their call with somebody else, each with the others of that call. */
export function inCompany(
  spec: FaultSpec,
  { voiceServer }: FaultServices,
): { session: VoiceSession; others: VoiceSession[] }[] {
  return voiceServer
    .find(matchOf(spec))
    .map((session) => ({ session, others: voiceServer.othersOf(session) }))
    .filter(({ others }) => others.length > 0);
}

/** Whether a packet between two members concerns a fault: a bot and a member, as far as they are given, are its two ends. */
export function concernsHop({ botId, memberId, channelId }: FaultSpec, { from, to }: Hop): boolean {
  const isEnd = (userId: string | undefined) => userId === undefined || userId === from.userId || userId === to.userId;
  return isEnd(botId) && isEnd(memberId) && (channelId === undefined || channelId === from.ticket.channelId);
}
