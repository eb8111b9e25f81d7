import { z } from 'zod';
import { EVENT_TYPES, type EventData, type EventType, type ShardEvent } from '../shard/record/events.ts';
import { EXAMPLE } from './example.ts';
import { ReadySummary } from './present/ready-check.ts';
import { GuildId, NetId, NetUid, Time, UserId } from './schemas.ts';

const DisplayName = z.string().meta({ description: 'Name of the person in this guild.' });
const KeyId = z
  .string()
  .optional()
  .meta({ description: 'The key that did it; for changes of keys, the key that changed.' });
const Source = z
  .enum(['api', 'discord', 'rule', 'preset', 'timer', 'system'])
  .meta({ description: 'Where it came from.' });
const DurationMs = z.number().meta({ description: 'How long, in milliseconds.' });

const who = { userId: UserId, displayName: DisplayName };
const speaker = { ...who, netId: NetId, netUid: NetUid };
const connection = {
  ...who,
  transport: z.string().meta({ description: 'How they are connected: `discord` or `service`.' }),
};
const operation = { source: Source, keyId: KeyId };

const template = z.object({
  templateId: z.string(),
  keyId: KeyId,
  senderId: z.string().optional(),
  senderName: z.string().optional(),
});

/** Written out, so that no named shape of an answer is used for what is sent too. */
const summary = z.object({
  ...ReadySummary.shape,
  notReady: z.array(z.object(ReadySummary.shape.notReady.element.shape)),
});

/** Type → what its `data` is. */
export const EVENT_DATA = {
  'user.joined': z.object({
    ...connection,
    nets: z.array(NetId).meta({ description: 'Slots of the nets they are on.' }),
  }),
  'user.left': z.object(connection),
  'ptt.start': z.object(speaker),
  'ptt.stop': z.object({
    ...speaker,
    reason: z
      .enum(['released', 'timeout', 'left', 'muted', 'floor.lost', 'operation.closed'])
      .meta({ description: 'Why it ended.' }),
    durationMs: DurationMs,
  }),
  'operation.opened': z.object({ open: z.literal(true), ...operation }),
  'operation.closed': z.object({ open: z.literal(false), ...operation }),
  'assignments.changed': z.object({
    source: Source,
    action: z.string().meta({ description: '`assign`, `unassign`, or what else was done.' }),
    userId: UserId.optional(),
    netId: NetId.optional(),
    netUid: NetUid.optional(),
    keyId: KeyId,
    reason: z.string().optional(),
  }),
  'config.changed': z.object({
    action: z.string().meta({ description: 'What was done, such as `net.create`.' }),
    keyId: KeyId,
    uid: z.string().optional().meta({ description: 'What it was done to: a net, an archive entry, a webhook.' }),
    preset: z.string().optional(),
    result: z.string().optional().meta({ description: 'How it went, or why it was done.' }),
  }),
  'client.disconnected': z.object({
    userId: UserId,
    keyId: KeyId,
    disconnected: z.int().meta({ description: 'Connections ended.' }),
  }),
  'acars.sent': z.object({
    id: z.string(),
    text: z.string(),
    durationMs: DurationMs,
    alertType: z.enum(['critical', 'emergency', 'non-emergency']),
    senderId: z.string(),
    senderName: z.string(),
    source: Source,
    routed: z.int().meta({ description: 'Operators reached.' }),
    at: Time,
    keyId: KeyId,
  }),
  'ready-check.configured': template,
  'ready-check.removed': template,
  'ready-check.started': z.object({
    sessionId: z.string(),
    templateId: z.string(),
    initiatorId: z.string(),
    initiatorName: z.string(),
    source: Source,
    participantCount: z.int(),
    expiresAt: Time,
  }),
  'ready-check.response': z.object({
    sessionId: z.string(),
    userId: UserId,
    name: z.string(),
    status: z.enum(['ready', 'declined']),
    respondedAt: Time,
  }),
  'ready-check.completed': z.object({ sessionId: z.string(), templateId: z.string(), summary }),
} as const satisfies { [T in EventType]: z.ZodObject };

/** Type → when it is published. */
export const EVENT_SUMMARIES: Readonly<Record<EventType, string>> = {
  'user.joined': 'Somebody entered a served voice channel',
  'user.left': 'Somebody left the served voice channels',
  'ptt.start': 'Somebody began to transmit',
  'ptt.stop': 'A transmission ended',
  'operation.opened': 'The operation was opened',
  'operation.closed': 'The operation was closed',
  'assignments.changed': 'Somebody was put on a net or taken off it',
  'config.changed': 'Nets, rules, keys, webhooks or settings were changed',
  'client.disconnected': 'A connection was ended',
  'acars.sent': 'A text alert was sent',
  'ready-check.configured': 'A ready check was made or changed',
  'ready-check.removed': 'A ready check was removed',
  'ready-check.started': 'A ready check was started',
  'ready-check.response': 'Somebody answered a ready check',
  'ready-check.completed': 'A ready check is over',
};

/** The whole envelope of a type. */
export function envelopeOf(type: EventType) {
  return z.object({
    id: z.string().meta({ description: 'Ids sort by time.', example: EXAMPLE.eventId }),
    type: z.literal(type),
    guildId: GuildId,
    at: Time,
    data: EVENT_DATA[type],
  });
}

const examplePerson = { userId: EXAMPLE.userId, displayName: EXAMPLE.displayName };
const exampleSpeaker = { ...examplePerson, netId: EXAMPLE.netId, netUid: EXAMPLE.netUid };
const exampleTemplate = { templateId: EXAMPLE.readyId, keyId: EXAMPLE.keyId };

const EXAMPLE_DATA: EventData = {
  'user.joined': { ...examplePerson, transport: 'discord', nets: [EXAMPLE.netId] },
  'user.left': { ...examplePerson, transport: 'discord' },
  'ptt.start': exampleSpeaker,
  'ptt.stop': { ...exampleSpeaker, reason: 'released', durationMs: 2340 },
  'operation.opened': { open: true, source: 'api', keyId: EXAMPLE.keyId },
  'operation.closed': { open: false, source: 'discord' },
  'assignments.changed': {
    source: 'api',
    action: 'assign',
    userId: EXAMPLE.userId,
    netId: EXAMPLE.netId,
    netUid: EXAMPLE.netUid,
    keyId: EXAMPLE.keyId,
  },
  'config.changed': { action: 'net.create', uid: EXAMPLE.netUid, keyId: EXAMPLE.keyId },
  'client.disconnected': { userId: EXAMPLE.userId, keyId: EXAMPLE.keyId, disconnected: 1 },
  'acars.sent': {
    id: EXAMPLE.acarsId,
    text: 'Form up',
    durationMs: 8000,
    alertType: 'critical',
    senderId: EXAMPLE.keyId,
    senderName: 'Owner API',
    source: 'api',
    routed: 12,
    at: EXAMPLE.time,
    keyId: EXAMPLE.keyId,
  },
  'ready-check.configured': exampleTemplate,
  'ready-check.removed': exampleTemplate,
  'ready-check.started': {
    sessionId: EXAMPLE.sessionId,
    templateId: EXAMPLE.readyId,
    initiatorId: EXAMPLE.userId,
    initiatorName: EXAMPLE.displayName,
    source: 'discord',
    participantCount: 12,
    expiresAt: '2026-11-21T07:13:20.000Z',
  },
  'ready-check.response': {
    sessionId: EXAMPLE.sessionId,
    userId: EXAMPLE.userId,
    name: EXAMPLE.displayName,
    status: 'ready',
    respondedAt: EXAMPLE.time,
  },
  'ready-check.completed': {
    sessionId: EXAMPLE.sessionId,
    templateId: EXAMPLE.readyId,
    summary: { total: 12, pending: 0, ready: 12, declined: 0, afk: 0, allReady: true, notReady: [] },
  },
};

/** An event of each type, as the documents show it. */
export const EXAMPLE_EVENTS = Object.fromEntries(
  EVENT_TYPES.map((type) => [
    type,
    { id: EXAMPLE.eventId, type, guildId: EXAMPLE.guildId, at: EXAMPLE.time, data: EXAMPLE_DATA[type] },
  ]),
) as { [T in EventType]: Extract<ShardEvent, { type: T }> };
