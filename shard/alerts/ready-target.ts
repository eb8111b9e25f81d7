import type { PersonFact } from '../facts.ts';
import type { SettingsRecord } from '../records.ts';
import type { ReadyTarget } from './alert-records.ts';

/** Whether a ready check with this target asks somebody. Everyone holds the role that has the guild's id. */
export function isTarget(target: ReadyTarget, settings: SettingsRecord, guildId: string, person: PersonFact): boolean {
  const holds = (roleIds: readonly string[]) => roleIds.some((id) => id === guildId || person.roleIds.includes(id));
  if (target.everyone || holds(target.roleIds)) return true;
  if (target.squadLeaders && holds(settings.squadLeadRoleIds)) return true;
  return target.admins && (person.administrator === true || holds(settings.adminRoleIds));
}
