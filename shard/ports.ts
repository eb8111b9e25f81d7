/** What a shard needs from outside. The rooms around it implement these; unit tests give it their own. */
import type { Actor } from './people/actor.ts';
import type { ShardEvent } from './record/events.ts';
import type { KeyRecord, RecordChange } from './records.ts';

/** One accepted change, whole: what the journal holds a row of. */
export interface JournalRow {
  /** 1, 2, 3, … without gaps, per guild. */
  seq: number;
  /** ISO time, UTC. */
  at: string;
  actor: { kind: Actor['kind']; id: string; name: string };
  /** The command's type, such as `net.create`. */
  command: string;
  /** The new values of the records it touches. */
  rows: RecordChange[];
  /** The events it causes. */
  events: ShardEvent[];
}

/** The write-ahead journal of one guild. One writer, one append at a time. */
export interface Journal {
  /** Resolves when the row is on disk; rejects when it is not, and then nothing of it is kept. */
  append(row: JournalRow): Promise<void>;
  /** Rows with `seq > after`, in order. */
  read(after: number): AsyncIterable<JournalRow>;
}

/** The records as of `applied`, one row each, following the journal behind. */
export interface Collections {
  read(): Promise<{ applied: number; records: RecordChange[] }>;
  /** Queues the row's records for writing behind; `applied` moves on when all of them are written. */
  follow(row: JournalRow): void;
}

/** The durable log of events: the last 10,000 or one hour, whichever is more restrictive. */
export interface EventLog {
  /** Resolves when the batch is on disk. */
  append(batch: readonly ShardEvent[]): Promise<void>;
  /** What is kept, oldest first. */
  read(): Promise<ShardEvent[]>;
}

/** What central is asked before a privileged change is queued. */
export interface ApprovalRequest {
  guildId: string;
  command: string;
  actor: { kind: Actor['kind']; id: string };
  /** Net count after the change, for the entitlement `maxNets`. */
  netCount: number;
}

export type Approval = { approved: true } | { approved: false; reason: string };

/** The authority above shards: entitlements, approval of privileged changes, the key records. */
export interface Central {
  /** May reject or hang: the shard waits 3 s, then refuses the change with `central.unreachable`. */
  approve(request: ApprovalRequest, signal: AbortSignal): Promise<Approval>;
  /** Hands the guild's key records up (hashes only). Called at start and after a key changed. */
  holdKeys(guildId: string, keys: readonly KeyRecord[]): Promise<void>;
}

/** A net channel that needs a voice worker now, the most wanted first. */
export interface ChannelNeed {
  channelId: string;
  netUid: string;
  /** People in it. */
  people: number;
}

/** The voice workers, as the shard drives them. */
export interface Voice {
  /** The channels that need a worker from now on; replaces what was said before. */
  serve(needs: readonly ChannelNeed[]): void;
  /** A transmission ended: the sinks it went to may fall silent. */
  endTransmission(sinks: readonly string[]): void;
}

/** Time as given. `now` is milliseconds since the epoch. */
export interface Clock {
  now(): number;
  /** Calls `fn` once after `ms`; the returned function cancels. Never keeps the process alive. */
  after(ms: number, fn: () => void): () => void;
}

/** Randomness and identity as given. */
export interface Ids {
  /** `n` random bytes. */
  random(n: number): Uint8Array;
  /** An id that sorts by time: later calls give greater strings. */
  event(): string;
}

/** Structured logging: fields first, then the event in words. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Everything of one guild that lies on disk. */
export interface GuildStore {
  journal: Journal;
  collections: Collections;
  eventLog: EventLog;
  /** Waits for what is written behind, then closes the file. */
  close(): Promise<void>;
}
