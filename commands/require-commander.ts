import { ShardError } from '../shard/errors.ts';
import type { CommandContext } from './command.ts';

/** Guards what only commanders and admins may look at. @throws ShardError authority.missing */
export function requireCommander({ read, actor }: CommandContext): void {
  const level = read.authority(actor);
  if (level === 'commander' || level === 'admin') return;
  throw new ShardError('authority.missing', { needed: 'commanders and admins' });
}
