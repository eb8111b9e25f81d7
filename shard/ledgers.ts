/** What is kept on disk beside the journal: written behind or on its own, and no part of a change. */
import type { ShardEvent } from './record/events.ts';

/** One call or command that was made, or refused. */
export interface AuditEntry {
  /** Sorts by time. */
  id: string;
  /** ISO time, UTC. */
  at: string;
  keyId: string | null;
  keyName: string | null;
  /** Who it was: a person's name with their id, or the name of a key or of the program. */
  actor: string;
  /** `CHANGE` where it was no request. */
  method: string;
  /** Without its query; the type of a change that was no request. */
  path: string;
  status: number;
  /** Empty where it was no request. */
  requestId: string;
  /** The type of the change, such as `net.create`. */
  action?: string;
  source: 'api' | 'discord' | 'system' | 'timer';
}

/** Talk time and occupancy of one hour, as lists of numbers: an hour is written every minute while it lasts. */
export interface MetricsHour {
  /** Who was on the air on which net: milliseconds and transmissions begun, for each of twelve five-minute buckets. */
  talk: { userId: string; netUid: string; ms: number[]; transmissions: number[] }[];
  /** User id → display name, last known. */
  people: Record<string, string>;
  /** Net uid → slot and name, last known. */
  nets: Record<string, { id: number; name: string }>;
  /** Operators connected, one number every 15 s from the start of the hour; -1 where nothing was measured. */
  connected: number[];
  /** Net uid → people in its channels, in the same places. Nets nobody was in are left out. */
  occupancy: Record<string, number[]>;
}

/** A delivery that failed and is tried again. */
export interface PendingDelivery {
  webhookId: string;
  event: ShardEvent;
  attempts: number;
  /** ISO time of the next attempt. */
  nextAt: string;
}

/** Ledger name → what a row of it holds. */
export interface LedgerRows {
  /** Batch number → entries. */
  audit: AuditEntry[];
  /** Key id → ISO time of its last use. */
  keyUse: string;
  /** Start of the hour (ISO) → what was measured in it. */
  metrics: MetricsHour;
  /** Webhook id → id of the last event whose first attempt was made. */
  cursors: string;
  /** Delivery id → what is tried again. */
  deliveries: PendingDelivery;
}

export type LedgerName = keyof LedgerRows;

/** Every ledger; the store makes a table of each. */
export const LEDGERS = ['audit', 'keyUse', 'metrics', 'cursors', 'deliveries'] as const satisfies readonly LedgerName[];
