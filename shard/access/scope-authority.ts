import { RANK } from '../people/authority.ts';
import type { AuthorityLevel } from '../views.ts';
import { isScope, type Scope } from './scopes.ts';

/**
 * The least authority of a person who may do what a scope lets a key do: that of the commands behind it, and for reading
 * what names people and their acts that of who answers for them.
 */
export const SCOPE_NEEDS: Readonly<Record<Scope, AuthorityLevel>> = {
  'read:status': 'commander',
  'read:roster': 'commander',
  'read:roster:roles': 'commander',
  'read:assignments': 'commander',
  'read:events': 'commander',
  'read:metrics': 'commander',
  'read:audit': 'admin',
  'read:ready-checks': 'commander',
  'write:assignments': 'commander',
  'write:nets': 'commander',
  'write:archive': 'commander',
  'write:operation': 'commander',
  'write:rules': 'commander',
  'write:presets': 'commander',
  'write:acars': 'commander',
  'write:clients': 'commander',
  'write:ready-checks': 'commander',
  'manage:features': 'admin',
};

/** Those of the scopes that somebody of this authority may not give away. */
export function scopesBeyond(level: AuthorityLevel, scopes: readonly string[]): Scope[] {
  return scopes.filter(isScope).filter((scope) => RANK[SCOPE_NEEDS[scope]] > RANK[level]);
}
