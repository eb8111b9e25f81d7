import type { Commands } from '../commands.ts';
import { REASON_MAX, ShardError } from '../errors.ts';
import type { Handler } from '../handler.ts';
import { inTime } from '../in-time.ts';
import { requireId } from '../nets/channels.ts';
import type { Actor } from '../people/actor.ts';
import { cleanText } from './alert-text.ts';

/** How long Discord may take to end a connection. */
const DISCONNECT_MS = 5000;

export const disconnectClient: Handler<'client.disconnect'> = {
  needs: 'commander',
  privileged: false,
  async act({ userId, reason }, { actor, people, clock, log }) {
    try {
      const why = auditReason(actor, reason);
      return { ended: await inTime(clock, DISCONNECT_MS, (signal) => people.disconnect(userId, why, signal)) };
    } catch (error) {
      if (error instanceof ShardError) throw error;
      log.warn({ err: error, userId }, 'Discord did not end a voice connection');
      throw new ShardError('client.unanswered');
    }
  },
  plan(draft, { userId, reason, ended }, context) {
    requireId(userId);
    cleanReason(reason);
    // Whether somebody is connected is asked before; afterwards only what was ended counts.
    const disconnected = ended ?? 0;
    const connected = ended === undefined ? context.roster.operators.has(userId) : disconnected > 0;
    if (!connected) throw new ShardError('client.unknown', { userId });
    const { keyId } = draft.cause();
    draft.emit({ type: 'client.disconnected', data: { userId, ...(keyId && { keyId }), disconnected } });
    return { userId, disconnected };
  },
};

/** What Discord's audit log says: who asked for it, and why. */
function auditReason(actor: Actor, reason: string | undefined): string {
  const why = cleanReason(reason);
  return why ? `${actor.name}: ${why}` : actor.name;
}

function cleanReason(reason: Commands['client.disconnect']['input']['reason']): string | undefined {
  if (reason === undefined) return undefined;
  const clean = cleanText(reason, REASON_MAX);
  if (clean === null) throw new ShardError('client.reason-invalid');
  return clean;
}
