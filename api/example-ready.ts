/** The ready check of the documented examples, and the one that they make. */
import { EXAMPLE } from './example.ts';

const EVERYONE = { everyone: true, squadLeaders: false, admins: false, roleIds: [] };

const STARTED = '2026-11-21T07:12:00.000Z';
const DONE = '2026-11-21T07:12:05.000Z';
const ENDS_AFTER_20_S = '2026-11-21T07:13:20.000Z';

const FORM_UP = {
  name: 'Form up',
  message: 'Form up at OM-1. Ready?',
  color: '#3498db',
  keyCombo: 'F9',
  target: EVERYONE,
};

/** A ready check that there is. */
export const EXAMPLE_READY = {
  id: EXAMPLE.readyId,
  ...FORM_UP,
  createdBy: EXAMPLE.userId,
  createdByName: EXAMPLE.displayName,
  createdAt: STARTED,
  updatedAt: STARTED,
};

/** A new one of which nothing was said but its message. */
export const NEW_READY = {
  id: EXAMPLE.newReadyId,
  name: FORM_UP.message,
  message: FORM_UP.message,
  color: '#f1c40f',
  keyCombo: '',
  target: EVERYONE,
  createdBy: EXAMPLE.keyId,
  createdByName: EXAMPLE.keyName,
  createdAt: EXAMPLE.time,
  updatedAt: EXAMPLE.time,
};

const ADA = { userId: EXAMPLE.userId, name: EXAMPLE.displayName };

/** A session that is over. */
export const EXAMPLE_SESSION = {
  id: EXAMPLE.sessionId,
  templateId: EXAMPLE.readyId,
  guildId: EXAMPLE.guildId,
  ...FORM_UP,
  initiatorId: EXAMPLE.userId,
  initiatorName: EXAMPLE.displayName,
  source: 'discord' as const,
  startedAt: STARTED,
  expiresAt: '2026-11-21T07:12:20.000Z',
  completedAt: DONE,
  status: 'complete' as const,
  participants: [{ ...ADA, status: 'ready' as const, respondedAt: DONE }],
};

/** It, with its outcome. */
export const EXAMPLE_OUTCOME = {
  session: EXAMPLE_SESSION,
  summary: { total: 1, pending: 0, ready: 1, declined: 0, afk: 0, allReady: true, notReady: [] },
};

const WAITING = { ...ADA, status: 'pending' as const, respondedAt: null };

/** A session that has just begun. */
export const NEW_OUTCOME = {
  session: {
    ...EXAMPLE_SESSION,
    id: EXAMPLE.newSessionId,
    initiatorId: EXAMPLE.keyId,
    initiatorName: 'Ops Bot',
    source: 'api' as const,
    startedAt: EXAMPLE.time,
    expiresAt: ENDS_AFTER_20_S,
    completedAt: null,
    status: 'active' as const,
    participants: [WAITING],
  },
  summary: { total: 1, pending: 1, ready: 0, declined: 0, afk: 0, allReady: false, notReady: [WAITING] },
};
