import type { CommandType } from '../commands.ts';
import { KIND_STATUS } from '../error-kind.ts';
import { ShardError } from '../errors.ts';
import { type Actor, actorSource } from '../people/actor.ts';
import type { AuditNote } from './audit.ts';

/**
 * What is noted of a change that did not come by the Owner API. `error` is why it was refused, null when it was not;
 * its outcome is told by the status that the Owner API would answer.
 */
export function changeNote(actor: Actor, command: CommandType, error: unknown): AuditNote {
  return {
    keyId: null,
    keyName: null,
    actor: actor.kind === 'person' ? `${actor.name} (${actor.userId})` : actor.name,
    method: 'CHANGE',
    path: command,
    status: statusOf(error),
    requestId: '',
    action: command,
    source: actorSource(actor),
  };
}

function statusOf(error: unknown): number {
  if (error === null) return 200;
  return error instanceof ShardError ? KIND_STATUS[error.kind] : 500;
}
