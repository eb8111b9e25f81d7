import { ShardError } from './errors.ts';
import { inTime } from './in-time.ts';
import type { ApprovalRequest, Central, Clock, Log } from './ports.ts';

/** How long central may take to approve a privileged change. */
const APPROVAL_MS = 3000;

/**
 * Asks central before a privileged change is queued.
 * @throws ShardError central.refused | central.unreachable
 */
export async function requireApproval(
  central: Central,
  clock: Clock,
  log: Log,
  request: ApprovalRequest,
): Promise<void> {
  const asked = inTime(clock, APPROVAL_MS, (signal) => central.approve(request, signal));
  const answer = await asked.catch((error: unknown) => {
    log.warn({ err: error, command: request.command }, 'central did not approve in time');
    throw new ShardError('central.unreachable');
  });
  if (!answer.approved) throw new ShardError('central.refused', { reason: answer.reason });
}
