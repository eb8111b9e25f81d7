import { ShardError } from '../shard/errors.ts';
import type { CommandContext } from './command.ts';

/** Guards what only admins may look at; changes are guarded by the shard itself. @throws ShardError authority.missing */
export function requireAdmin({ read, actor }: CommandContext): void {
  if (read.authority(actor) !== 'admin') throw new ShardError('authority.missing', { needed: 'admins' });
}
