import { COMMAND_SCOPE, type CommandType } from '../commands.ts';
import { ShardError } from '../errors.ts';
import { settingsOf } from '../op/settings-commands.ts';
import type { StateView } from '../state.ts';
import type { AuthorityLevel } from '../views.ts';
import type { Actor } from './actor.ts';

/** Levels by how much they may do. */
export const RANK: Readonly<Record<AuthorityLevel, number>> = { member: 0, 'squad-lead': 1, commander: 2, admin: 3 };

const WHO: Readonly<Record<AuthorityLevel, string>> = {
  member: 'members',
  'squad-lead': 'squad leads, commanders and admins',
  commander: 'commanders and admins',
  admin: 'admins',
};

/** What a person may do, by their roles and the guild's settings. The system may do everything, a key nothing by rank. */
export function authorityOf(state: StateView, actor: Actor): AuthorityLevel {
  if (actor.kind === 'system') return 'admin';
  if (actor.kind === 'key') return 'member';
  if (actor.administrator) return 'admin';
  const settings = settingsOf(state);
  const holds = (roleIds: readonly string[]) => roleIds.some((roleId) => actor.roleIds.includes(roleId));
  if (holds(settings.adminRoleIds)) return 'admin';
  if (holds(settings.commanderRoleIds)) return 'commander';
  return holds(settings.squadLeadRoleIds) ? 'squad-lead' : 'member';
}

/**
 * Whether this actor may give this command.
 * @throws ShardError authority.missing (a person of too low rank, a key for what keys cannot do) | scope.missing
 */
export function requireAuthority(state: StateView, actor: Actor, command: CommandType, needs: AuthorityLevel): void {
  if (actor.kind === 'key') {
    const scope = COMMAND_SCOPE[command];
    if (!scope) throw new ShardError('authority.missing', { needed: 'people, in Discord,' });
    if (!actor.scopes.includes(scope)) throw new ShardError('scope.missing', { scope });
    return;
  }
  if (RANK[authorityOf(state, actor)] < RANK[needs]) throw new ShardError('authority.missing', { needed: WHO[needs] });
}

/** Whether `requireAuthority` would let this actor give this command. */
export function mayCommand(state: StateView, actor: Actor, command: CommandType, needs: AuthorityLevel): boolean {
  try {
    requireAuthority(state, actor, command, needs);
    return true;
  } catch {
    return false;
  }
}
