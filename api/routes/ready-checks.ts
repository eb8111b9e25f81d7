import { z } from 'zod';
import { ALERT_TEXT_MAX, cleanText, SENDER_NAME_MAX } from '../../shard/alerts/alert-text.ts';
import {
  COLOR,
  COLOR_FORM,
  COMBO_FORM,
  ID_FORM,
  KEY_COMBO_MAX,
  MAX_TARGET_ROLES,
  READY_ID,
  READY_NAME_MAX,
} from '../../shard/alerts/ready-templates.ts';
import { EXAMPLE } from '../example.ts';
import { EXAMPLE_OUTCOME, EXAMPLE_READY, EXAMPLE_SESSION, NEW_OUTCOME, NEW_READY } from '../example-ready.ts';
import { cleanTextField } from '../fields.ts';
import {
  presentOutcome,
  presentReadyCheck,
  presentSession,
  ReadyCheck,
  ReadySession,
  ReadySummary,
} from '../present/ready-check.ts';
import { defineRoute, type Route } from '../route.ts';
import { RoleId } from '../schemas.ts';

/** What is written for an id; whether there is such a thing is the shard's to say. */
const Ref = z.string().min(1).max(64);

const TargetInput = z
  .object({
    everyone: z.boolean().optional().meta({ description: 'True when nobody else is named.' }),
    squadLeaders: z.boolean().default(false).meta({ description: 'Holders of a squad lead role.' }),
    admins: z.boolean().default(false).meta({ description: 'Holders of an admin role, and administrators.' }),
    roleIds: z.array(RoleId).max(MAX_TARGET_ROLES).default([]),
  })
  .meta({ id: 'ReadyTargetInput', description: 'Whom to ask: whoever fits any of these.' });

const Outcome = z.object({ session: ReadySession, summary: ReadySummary });

const getReadyChecks = defineRoute({
  id: 'getReadyChecks',
  method: 'get',
  path: '/ready-checks',
  scope: 'read:ready-checks',
  tag: 'Ready checks',
  summary: 'Ready checks that can be started',
  answer: z.object({ readyChecks: z.array(ReadyCheck) }),
  errors: [],
  example: { answer: { readyChecks: [EXAMPLE_READY] } },
  handle: ({ shard }) => ({ readyChecks: shard.read.readyTemplates().map(presentReadyCheck) }),
});

const postReadyCheck = defineRoute({
  id: 'setReadyCheck',
  method: 'post',
  path: '/ready-checks',
  scope: 'write:ready-checks',
  tag: 'Ready checks',
  summary: 'Make a ready check, or change one',
  description:
    'With the id of one that there is it is changed, and what is left out stays as it was. Otherwise it is made: by default it is called by the first 48 characters of its message and asks everyone.',
  body: z.object({
    id: z
      .string()
      .regex(READY_ID, `id: ${ID_FORM}`)
      .optional()
      .meta({ description: 'Of the one to change; a new one gets an id when none is sent.' }),
    name: cleanTextField(READY_NAME_MAX).optional(),
    message: cleanTextField(ALERT_TEXT_MAX).meta({ description: 'What is asked.' }),
    color: z.string().regex(COLOR, `color: ${COLOR_FORM}`).optional().meta({ description: '`#rrggbb`.' }),
    keyCombo: z
      .string()
      .refine((combo) => combo.trim() === '' || cleanText(combo, KEY_COMBO_MAX) !== null, `keyCombo: ${COMBO_FORM}`)
      .optional(),
    target: TargetInput.optional(),
  }),
  answer: z.object({ readyCheck: ReadyCheck, action: z.enum(['created', 'updated']) }),
  created: ({ action }) => action === 'created',
  errors: ['ready.template-limit', 'feature.off', 'feature.not-entitled'],
  example: { body: { message: 'Form up at OM-1. Ready?' }, answer: { readyCheck: NEW_READY, action: 'created' } },
  async handle({ shard, actor, body }) {
    const { template, created } = await shard.change(actor, { type: 'ready.configure', ...body });
    return { readyCheck: presentReadyCheck(template), action: created ? ('created' as const) : ('updated' as const) };
  },
});

const deleteReadyCheck = defineRoute({
  id: 'deleteReadyCheck',
  method: 'delete',
  path: '/ready-checks/:id',
  scope: 'write:ready-checks',
  tag: 'Ready checks',
  summary: 'Remove a ready check',
  description: 'Sessions that were started from it can still be read.',
  params: z.object({ id: Ref.meta({ description: 'Id of the ready check.', example: EXAMPLE.readyId }) }),
  answer: z.object({ removedId: z.string() }),
  errors: ['ready.template-unknown'],
  example: { params: { id: EXAMPLE.readyId }, answer: { removedId: EXAMPLE.readyId } },
  async handle({ shard, actor, params }) {
    const { template } = await shard.change(actor, { type: 'ready.remove', id: params.id });
    return { removedId: template.id };
  },
});

const startReadyCheck = defineRoute({
  id: 'startReadyCheck',
  method: 'post',
  path: '/ready-checks/start',
  scope: 'write:ready-checks',
  tag: 'Ready checks',
  summary: 'Ask everyone whether they are ready',
  description:
    'Asks with buttons, in the chats of the channels where people sit. It ends after 20 seconds or when all have answered; one that reaches nobody is complete at once.',
  body: z.object({
    templateId: Ref.meta({ description: 'Id of a ready check.', example: EXAMPLE.readyId }),
    initiatorName: cleanTextField(SENDER_NAME_MAX)
      .optional()
      .meta({ description: 'Who asks, as people read it; by default the name of the key.' }),
  }),
  answer: Outcome,
  errors: ['ready.template-unknown', 'ready.active-limit', 'feature.off', 'feature.not-entitled'],
  example: { body: { templateId: EXAMPLE.readyId, initiatorName: 'Ops Bot' }, answer: NEW_OUTCOME },
  async handle({ shard, actor, body }) {
    const { session } = await shard.change(actor, { type: 'ready.start', ...body });
    return presentOutcome(shard.guildId, session);
  },
});

const getSessions = defineRoute({
  id: 'getReadySessions',
  method: 'get',
  path: '/ready-checks/status',
  scope: 'read:ready-checks',
  tag: 'Ready checks',
  summary: 'Ready checks that were started',
  description: 'Those of the last 24 hours, at most 100, the newest first.',
  answer: z.object({ sessions: z.array(ReadySession) }),
  errors: [],
  example: { answer: { sessions: [EXAMPLE_SESSION] } },
  handle: ({ shard }) => ({
    sessions: shard.read.readySessions().map((session) => presentSession(shard.guildId, session)),
  }),
});

const getSession = defineRoute({
  id: 'getReadySession',
  method: 'get',
  path: '/ready-checks/status/:sessionId',
  scope: 'read:ready-checks',
  tag: 'Ready checks',
  summary: 'One of them, with its outcome so far',
  params: z.object({ sessionId: Ref.meta({ description: 'Id of the session.', example: EXAMPLE.sessionId }) }),
  answer: Outcome,
  errors: ['ready.session-unknown'],
  example: { params: { sessionId: EXAMPLE.sessionId }, answer: EXAMPLE_OUTCOME },
  handle: ({ shard, params }) => presentOutcome(shard.guildId, shard.read.readySession(params.sessionId)),
});

/** `GET /ready-checks`, `POST /ready-checks`, `DELETE /ready-checks/:id`, `/ready-checks/start`, `/ready-checks/status`. */
export const readyCheckRoutes: Route[] = [
  getReadyChecks,
  postReadyCheck,
  deleteReadyCheck,
  startReadyCheck,
  getSessions,
  getSession,
];
