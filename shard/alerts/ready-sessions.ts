import type { Draft } from '../draft.ts';
import { ShardError } from '../errors.ts';
import type { Handler, PlanContext } from '../handler.ts';
import { mintAlertId } from '../mint.ts';
import { requireFeature } from '../op/require-feature.ts';
import { settingsOf } from '../op/settings-commands.ts';
import { actorId, actorSource } from '../people/actor.ts';
import type { Operator, SeatedOperator } from '../people/roster.ts';
import type { StateView } from '../state.ts';
import type { ParticipantRecord, ReadyCheckRecord } from './alert-records.ts';
import { cleanText, SENDER_NAME_MAX, textForm } from './alert-text.ts';
import { readySummary } from './ready-summary.ts';
import { isTarget } from './ready-target.ts';
import { invalidReady, templateOf } from './ready-templates.ts';

/** How long people have to answer. */
const SESSION_MS = 20_000;
/** Most that run at once: each asks in every occupied channel. */
const MAX_ACTIVE = 10;
/** How many can be read, and for how long after their start. */
const MAX_SESSIONS = 100;
const READABLE_MS = 24 * 3600 * 1000;

export const startReady: Handler<'ready.start'> = {
  needs: 'squad-lead',
  privileged: false,
  plan(draft, input, context) {
    requireFeature(draft.state, context, 'ready-checks');
    const template = templateOf(draft, input.templateId);
    const initiatorName = cleanText(input.initiatorName ?? draft.actor.name, SENDER_NAME_MAX);
    if (initiatorName === null) throw invalidReady('initiatorName', textForm(SENDER_NAME_MAX));
    requireRoom(draft.state);
    const settings = settingsOf(draft.state);
    const asked = context.roster
      .seated()
      .filter(({ person }) => isTarget(template.target, settings, context.guildId, person));
    const { name, message, color, keyCombo, target } = template;
    const session: ReadyCheckRecord = {
      ...{ id: mintAlertId('ready', context.ids), templateId: template.id, name, message, color, keyCombo, target },
      initiatorId: actorId(draft.actor),
      initiatorName,
      source: actorSource(draft.actor),
      startedAt: draft.at,
      expiresAt: new Date(context.now + SESSION_MS).toISOString(),
      completedAt: null,
      status: 'active',
      participants: asked.map(participant),
    };
    begin(draft, session, asked);
    forgetOld(draft, context);
    return { session: asked.length === 0 ? complete(draft, session) : session };
  },
};

export const respondReady: Handler<'ready.respond'> = {
  needs: 'member',
  privileged: false,
  plan(draft, { sessionId, status }, context) {
    const session = sessionOf(draft.state, sessionId, context.now);
    const userId = actorId(draft.actor);
    const old = session.participants.find((one) => one.userId === userId);
    if (!old) throw new ShardError('ready.not-asked', { name: session.name });
    if (isOver(session, context.now)) throw new ShardError('ready.over', { name: session.name });
    if (old.status === status) return { session, changed: false };
    const answer: ParticipantRecord = { ...old, status, respondedAt: draft.at };
    const participants = session.participants.map((one) => (one === old ? answer : one));
    const answered = { ...session, participants };
    const { name } = answer;
    draft.emit({ type: 'ready-check.response', data: { sessionId, userId, name, status, respondedAt: draft.at } });
    if (participants.every((one) => one.status !== 'pending'))
      return { session: complete(draft, answered), changed: true };
    keep(draft, answered);
    return { session: answered, changed: true };
  },
};

/** Ends every session whose time is over. */
export const endReady: Handler<'ready.end'> = {
  needs: 'admin',
  privileged: false,
  plan(draft, _, context) {
    const over = activeSessions(draft.state).filter((session) => isOver(session, context.now));
    return { sessions: over.map((session) => complete(draft, session)) };
  },
};

/** When the next session ends, milliseconds since the epoch; null: none is running. */
export function nextReadyEnd(state: StateView): number | null {
  const ends = activeSessions(state).map((session) => Date.parse(session.expiresAt));
  return ends.length > 0 ? Math.min(...ends) : null;
}

/** What can be read at this time (ms), the newest first. */
export function readableSessions(state: StateView, now: number): ReadyCheckRecord[] {
  return [...state.tables.readyChecks.values()]
    .filter((session) => isReadable(session, now))
    .reverse()
    .sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
}

/** @throws ShardError ready.session-unknown */
export function sessionOf(state: StateView, id: string, now: number): ReadyCheckRecord {
  const session = state.tables.readyChecks.get(id);
  if (!session || !isReadable(session, now)) throw new ShardError('ready.session-unknown', { ref: id.slice(0, 64) });
  return session;
}

function isReadable({ startedAt }: ReadyCheckRecord, now: number): boolean {
  return now - Date.parse(startedAt) < READABLE_MS;
}

function isOver({ status, expiresAt }: ReadyCheckRecord, now: number): boolean {
  return status === 'complete' || Date.parse(expiresAt) <= now;
}

function activeSessions({ tables }: StateView): ReadyCheckRecord[] {
  return [...tables.readyChecks.values()].filter((session) => session.status === 'active');
}

function participant({ person: { userId, displayName } }: Operator): ParticipantRecord {
  return { userId, name: displayName, status: 'pending', respondedAt: null };
}

function requireRoom(state: StateView): void {
  if (activeSessions(state).length >= MAX_ACTIVE) throw new ShardError('ready.active-limit', { max: MAX_ACTIVE });
}

function begin(draft: Draft, session: ReadyCheckRecord, asked: readonly SeatedOperator[]): void {
  const { id: sessionId, templateId, initiatorId, initiatorName, expiresAt } = session;
  const { source } = draft.cause();
  const who = { initiatorId, initiatorName, source, participantCount: asked.length };
  draft.emit({ type: 'ready-check.started', data: { sessionId, templateId, ...who, expiresAt } });
  draft.put('readyChecks', sessionId, session);
  if (asked.length === 0) return;
  const channelIds = [...new Set(asked.map(({ channelId }) => channelId))];
  draft.afterwards(({ notices }) => notices.askReady(session, channelIds));
}

/** Whoever did not answer was away. */
function complete(draft: Draft, session: ReadyCheckRecord): ReadyCheckRecord {
  const participants = session.participants.map((one) =>
    one.status === 'pending' ? { ...one, status: 'afk' as const } : one,
  );
  const ended = { ...session, participants, status: 'complete' as const, completedAt: draft.at };
  const { id: sessionId, templateId } = ended;
  draft.emit({ type: 'ready-check.completed', data: { sessionId, templateId, summary: readySummary(ended) } });
  keep(draft, ended);
  return ended;
}

function keep(draft: Draft, session: ReadyCheckRecord): void {
  draft.put('readyChecks', session.id, session);
  draft.afterwards(({ notices }) => notices.updateReady(session));
}

/** Those that cannot be read any more go; those under way stay. */
function forgetOld(draft: Draft, { now }: PlanContext): void {
  const over = [...draft.state.tables.readyChecks.values()].filter((session) => session.status === 'complete');
  over.sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  const tooMany = draft.state.tables.readyChecks.size - MAX_SESSIONS;
  const gone = over.filter((session, index) => index < tooMany || !isReadable(session, now));
  for (const { id } of gone) draft.remove('readyChecks', id);
}
