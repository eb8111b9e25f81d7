/** Event type → data, as the Owner API publishes them. */
export interface EventData {
  'user.joined': { userId: string; displayName: string; transport: 'discord'; nets: number[] };
  'user.left': { userId: string; displayName: string; transport: 'discord' };
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
  'config.changed': { action: string; keyId?: string; uid?: string };
}

export type EventType = keyof EventData;

/** Where a change came from. */
export type EventSource = 'api' | 'discord' | 'rule' | 'system';

/** The envelope: `id` sorts by time, `at` is an ISO time in UTC. */
export type ShardEvent = {
  [T in EventType]: { id: string; type: T; guildId: string; at: string; data: EventData[T] };
}[EventType];
