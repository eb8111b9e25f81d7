import { ShardError } from './errors.ts';
import type { Approval, ApprovalRequest, Central, Clock, Log } from './ports.ts';

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
  const answer = await askInTime(central, clock, request).catch((error: unknown) => {
    log.warn({ err: error, command: request.command }, 'central did not approve in time');
    throw new ShardError('central.unreachable');
  });
  if (!answer.approved) throw new ShardError('central.refused', { reason: answer.reason });
}

async function askInTime(central: Central, clock: Clock, request: ApprovalRequest): Promise<Approval> {
  const abort = new AbortController();
  const late = new Promise<never>((_, reject) => {
    abort.signal.addEventListener('abort', () => reject(new Error(`no answer within ${APPROVAL_MS} ms`)));
  });
  const cancel = clock.after(APPROVAL_MS, () => abort.abort());
  try {
    return await Promise.race([central.approve(request, abort.signal), late]);
  } finally {
    cancel();
  }
}
