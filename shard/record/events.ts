import type { ParticipantRecord } from '../alerts/alert-records.ts';

/** Event type → data, as the Owner API publishes them. */
export interface EventData {
  'user.joined': { userId: string; displayName: string; transport: Transport; nets: number[] };
  'user.left': { userId: string; displayName: string; transport: Transport };
  'ptt.start': { userId: string; displayName: string; netId: number; netUid: string };
  'ptt.stop': {
    userId: string;
    displayName: string;
    netId: number;
    netUid: string;
    reason: 'released' | 'timeout' | 'left' | 'muted' | 'floor.lost' | 'operation.closed';
    durationMs: number;
  };
  'operation.opened': { open: true; source: EventSource; keyId?: string };
  'operation.closed': { open: false; source: EventSource; keyId?: string };
  'assignments.changed': {
    source: EventSource;
    action: string;
    userId?: string;
    netId?: number;
    netUid?: string;
    keyId?: string;
    reason?: string;
  };
  'config.changed': { action: string; keyId?: string; uid?: string; preset?: string; result?: string };
  'client.disconnected': { userId: string; keyId?: string; disconnected: number };
  'acars.sent': {
    id: string;
    text: string;
    durationMs: number;
    alertType: AlertType;
    senderId: string;
    senderName: string;
    source: EventSource;
    routed: number;
    at: string;
    keyId?: string;
  };
  'ready-check.configured': TemplateEvent;
  'ready-check.removed': TemplateEvent;
  'ready-check.started': {
    sessionId: string;
    templateId: string;
    initiatorId: string;
    initiatorName: string;
    source: EventSource;
    participantCount: number;
    expiresAt: string;
  };
  'ready-check.response': {
    sessionId: string;
    userId: string;
    name: string;
    status: 'ready' | 'declined';
    respondedAt: string;
  };
  'ready-check.completed': { sessionId: string; templateId: string; summary: ReadySummary };
}

/** How somebody is connected: in a voice channel, or as a listening program. */
export type Transport = 'discord' | 'service';

/** How urgent an alert is. */
export type AlertType = 'critical' | 'emergency' | 'non-emergency';

interface TemplateEvent {
  templateId: string;
  keyId?: string;
  senderId?: string;
  senderName?: string;
}

/** The outcome of a ready check so far. */
export interface ReadySummary {
  total: number;
  pending: number;
  ready: number;
  declined: number;
  afk: number;
  allReady: boolean;
  /** Everyone who is not ready. */
  notReady: ParticipantRecord[];
}

/** Every type of event, in the order of the reference. */
export const EVENT_TYPES = [
  'user.joined',
  'user.left',
  'ptt.start',
  'ptt.stop',
  'operation.opened',
  'operation.closed',
  'assignments.changed',
  'config.changed',
  'client.disconnected',
  'acars.sent',
  'ready-check.configured',
  'ready-check.removed',
  'ready-check.started',
  'ready-check.response',
  'ready-check.completed',
] as const satisfies readonly EventType[];

export type EventType = keyof EventData;

/** Where a change came from. */
export type EventSource = 'api' | 'discord' | 'rule' | 'preset' | 'timer' | 'system';

/** The envelope: `id` sorts by time, `at` is an ISO time in UTC. */
export type ShardEvent = {
  [T in EventType]: { id: string; type: T; guildId: string; at: string; data: EventData[T] };
}[EventType];
