import type { Draft } from '../draft.ts';
import { type ErrorDetail, ShardError } from '../errors.ts';
import type { PlanContext } from '../handler.ts';

const ID = /^\d{1,20}$/;

/** @throws ShardError id.invalid unless it is a string of 1 to 20 digits. */
export function requireId(id: string): void {
  if (!ID.test(id)) throw new ShardError('id.invalid', { id: id.slice(0, 40) });
}

/**
 * Whether a channel may become a net channel of the net with this uid. A channel that Discord has not told us of may:
 * it is served once it appears.
 * @throws ShardError id.invalid | channel.stage | channel.not-voice | channel.not-visible | channel.bound
 */
export function requireBindable(draft: Draft, context: PlanContext, channelId: string, netUid: string): void {
  requireId(channelId);
  const channel = context.presence.channels.get(channelId);
  if (channel?.kind === 'stage') throw new ShardError('channel.stage', { channelId });
  if (channel && channel.kind !== 'voice') throw new ShardError('channel.not-voice', { channelId });
  if (channel && !channel.usable) throw new ShardError('channel.not-visible', { channelId });
  const owner = draft.state.netByChannel.get(channelId);
  if (owner && owner.uid !== netUid) throw new ShardError('channel.bound', { channelId, net: owner.name });
}

/**
 * The same of all channels that a net is to have; those it has already are not looked at again, they may have become
 * hidden to us since.
 * @throws ShardError as for the first that may not, with every one that may not
 */
export function requireAllBindable(
  draft: Draft,
  context: PlanContext,
  channelIds: readonly string[],
  { uid, has = [] }: { uid: string; has?: readonly string[] },
): void {
  let first: ShardError | undefined;
  const details: ErrorDetail[] = [];
  for (const [at, channelId] of channelIds.entries()) {
    if (has.includes(channelId)) continue;
    try {
      requireBindable(draft, context, channelId, uid);
    } catch (error) {
      if (!(error instanceof ShardError)) throw error;
      first ??= error;
      details.push({ pointer: `/channelIds/${at}`, detail: error.message });
    }
  }
  if (first) throw new ShardError(first.code, first.params, details);
}
