import { z } from 'zod';
import type { ReadyCheckRecord, TemplateRecord } from '../../shard/alerts/alert-records.ts';
import { readySummary } from '../../shard/alerts/ready-summary.ts';
import { GuildId, RoleId, Time, UserId } from '../schemas.ts';

const Target = z
  .object({
    everyone: z.boolean(),
    squadLeaders: z.boolean(),
    admins: z.boolean(),
    roleIds: z.array(RoleId),
  })
  .meta({ id: 'ReadyTarget', description: 'Whom a ready check asks: whoever fits any of these.' });

/** A ready check that can be started. */
export const ReadyCheck = z
  .object({
    id: z.string(),
    name: z.string(),
    message: z.string(),
    color: z.string().meta({ description: '`#rrggbb`.' }),
    keyCombo: z.string().meta({ description: 'For programs that answer by a key; empty for none.' }),
    target: Target,
    createdBy: z.string().meta({ description: 'Id of the person or key.' }),
    createdByName: z.string(),
    createdAt: Time,
    updatedAt: Time,
  })
  .meta({ id: 'ReadyCheck', description: 'A ready check that can be started again and again.' });

const Participant = z
  .object({
    userId: UserId,
    name: z.string(),
    status: z.enum(['pending', 'ready', 'declined', 'afk']).meta({ description: '`afk`: no answer by the end.' }),
    respondedAt: Time.nullable(),
  })
  .meta({ id: 'ReadyParticipant', description: 'Somebody who is asked.' });

/** A ready check that was started. */
export const ReadySession = z
  .object({
    id: z.string(),
    templateId: z.string(),
    guildId: GuildId,
    name: z.string(),
    message: z.string(),
    color: z.string(),
    keyCombo: z.string(),
    target: Target,
    initiatorId: z.string().meta({ description: 'Id of the person or key.' }),
    initiatorName: z.string(),
    source: z.enum(['api', 'discord', 'system', 'timer']),
    startedAt: Time,
    expiresAt: Time,
    completedAt: Time.nullable(),
    status: z.enum(['active', 'complete']),
    participants: z.array(Participant),
  })
  .meta({ id: 'ReadySession', description: 'A ready check that was started.' });

/** The outcome of a session so far. */
export const ReadySummary = z
  .object({
    total: z.int(),
    pending: z.int(),
    ready: z.int(),
    declined: z.int(),
    afk: z.int(),
    allReady: z.boolean().meta({ description: 'Whether everybody is ready; false when nobody was asked.' }),
    notReady: z.array(Participant).meta({ description: 'Everyone who is not ready.' }),
  })
  .meta({ id: 'ReadySummary', description: 'The outcome of a ready check so far.' });

/** Shows a ready check. */
export function presentReadyCheck(template: TemplateRecord): z.output<typeof ReadyCheck> {
  const { id, name, message, color, keyCombo, target, createdBy, createdByName, createdAt, updatedAt } = template;
  return { id, name, message, color, keyCombo, target, createdBy, createdByName, createdAt, updatedAt };
}

/** Shows a session of a guild. */
export function presentSession(guildId: string, session: ReadyCheckRecord): z.output<typeof ReadySession> {
  const { id, templateId, ...rest } = session;
  return { id, templateId, guildId, ...rest };
}

/** Shows a session with its outcome. */
export function presentOutcome(guildId: string, session: ReadyCheckRecord) {
  return { session: presentSession(guildId, session), summary: readySummary(session) };
}
