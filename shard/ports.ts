/** What a shard needs from outside. The rooms around it implement these; unit tests give it their own. */

import type { ReadyCheckRecord } from './alerts/alert-records.ts';
import type { LedgerName, LedgerRows } from './ledgers.ts';
import type { Actor } from './people/actor.ts';
import type { AlertType, ShardEvent } from './record/events.ts';
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

/** Upper ends of the classes that write times are counted in, milliseconds; a last class has no end. */
export const WRITE_TIMES_MS = [0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1000] as const;

/** How long writes took since the start, in plain numbers that only grow. */
export interface WriteTimes {
  /** How many took no longer than each of `WRITE_TIMES_MS` and longer than the one before; then how many took longer. */
  readonly counts: readonly number[];
  /** Milliseconds they took together. */
  readonly totalMs: number;
  /** How many failed; these are not among the counts. */
  readonly failed: number;
}

/** The write-ahead journal of one guild. One writer, one append at a time. */
export interface Journal {
  /** Resolves when the row is on disk; rejects when it is not, and then nothing of it is kept. */
  append(row: JournalRow): Promise<void>;
  /** How long appends took. */
  readonly times: WriteTimes;
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
  /** What is kept, oldest first; also what is older and not yet removed. */
  read(): Promise<ShardEvent[]>;
}

/** Rows of one kind that are kept on their own, outside of the journal. */
export interface Ledger<V> {
  get(key: string): Promise<V | undefined>;
  /** Resolves when it is on disk. */
  set(key: string, value: V): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
  /** Every row, in no particular order. */
  entries(): AsyncIterable<[string, V]>;
}

export type Ledgers = { readonly [K in LedgerName]: Ledger<LedgerRows[K]> };

/** What central is asked before a privileged change is queued. */
export interface ApprovalRequest {
  guildId: string;
  command: string;
  actor: { kind: Actor['kind']; id: string };
  /** How many nets there are before and after the change, the Public Net not counted. */
  netsBefore: number;
  netCount: number;
  /** The guild's own limit of nets before and after the change. */
  maxNetsBefore: number;
  maxNets: number;
  /** Features that it turns on. */
  turnsOn: readonly EntitledFeature[];
}

/** The features that a guild may be entitled to or not. */
export const ENTITLED_FEATURES = ['acars', 'global-ptt', 'org-link', 'public-net', 'ready-checks'] as const;

export type EntitledFeature = (typeof ENTITLED_FEATURES)[number];

/** What central allows a guild. */
export interface Entitlements {
  maxNets: number;
  features: readonly EntitledFeature[];
}

/** How far central holds the archive's chain of changes. */
export interface Checkpoint {
  version: number;
  hash: string;
  /** ISO time of confirmation. */
  at: string;
}

export type Approval = { approved: true } | { approved: false; reason: string };

/** The authority above shards: entitlements, approval of privileged changes, key records, checkpoints. */
export interface Central {
  /** May reject or hang: the shard waits 3 s, then refuses the change with `central.unreachable`. */
  approve(request: ApprovalRequest, signal: AbortSignal): Promise<Approval>;
  /** Hands the guild's key records up (hashes only). Called at start and after a key changed. */
  holdKeys(guildId: string, keys: readonly KeyRecord[]): Promise<void>;
  /** What the guild is entitled to now. Asked at start and from time to time. */
  entitlements(guildId: string): Promise<Entitlements>;
  /** A secret of the guild's own, the same at every start; never shown, only derived from. */
  guildSecret(guildId: string): Uint8Array;
  /** The last checkpoint of the guild's archive, if there is one. */
  checkpoint(guildId: string): Promise<Checkpoint | null>;
  /** Hands a checkpoint up; resolves when central holds it. */
  holdCheckpoint(guildId: string, checkpoint: { version: number; hash: string }): Promise<Checkpoint>;
}

/** What of an archive entry can be searched. */
export interface SearchDocument {
  uid: string;
  name: string;
  notes: string;
  /** Folded: as tags are compared. */
  tags: readonly string[];
  /** Milliseconds since the epoch. */
  archivedAt: number;
}

/** Where an entry stands among those found: by score, then newest first, then by uid. */
export interface SearchHit {
  uid: string;
  archivedAt: number;
  score: number;
}

/** What is searched for. */
export interface SearchQuery {
  /** Words as somebody typed them; all of them must be found. */
  text: string;
  /** Folded; entries have all of them. */
  tags: readonly string[];
  limit: number;
  /** Only what stands after this one. */
  after: SearchHit | null;
}

/** `total`: how many there are, before `after` too. */
export type SearchAnswer = { state: 'found'; hits: SearchHit[]; total: number } | { state: 'building' | 'busy' };

/** The search index of one guild's archive: derived data, built at each start and again when it was lost. */
export interface ArchiveIndex {
  /** Resolves when searches are answered, or it is closed. */
  whenReady(): Promise<void>;
  /** An entry is new or another than it was. */
  put(document: SearchDocument): void;
  remove(uid: string): void;
  search(query: SearchQuery): Promise<SearchAnswer>;
  close(): void;
}

/** Searches archives, away from the event loop. */
export interface ArchiveSearch {
  /**
   * Begins to build a guild's index. `documents` answers all there is at the moment of asking; it is iterated a little
   * at a time, sees what is changed meanwhile, and is asked again when the index was lost.
   */
  open(guildId: string, documents: () => Iterable<SearchDocument>): ArchiveIndex;
}

/** A net channel that needs a voice worker now, the most wanted first. */
export interface ChannelNeed {
  channelId: string;
  netUid: string;
  /** People in it. */
  people: number;
}

/** What somebody's speech came to, in packets since they were first heard. */
export interface SpeakerStats {
  /** Received from them and authenticated. */
  in: number;
  /** Received from them and not passed on. */
  dropped: number;
}

/** What a guild's voice workers did since the start, and do now, in plain numbers. */
export interface VoiceStats {
  packetsIn: number;
  packetsOut: number;
  /** Why packets were not passed on → how many; a closed set of words. */
  dropped: Readonly<Record<string, number>>;
  /** Recoveries of end-to-end encryption begun. */
  recoveries: number;
  /** Frames of 20 ms that a mix had to make up, because they were lost or came too late. */
  concealed: number;
  /** Voice workers by what they do now. */
  workers: Readonly<Record<WorkerActivity, number>>;
  /** Channel that has a worker now → packets that it sent there since it joined. */
  channels: ReadonlyMap<string, number>;
  /** People who spoke lately, by user id. */
  speakers: ReadonlyMap<string, SpeakerStats>;
}

/** What a voice worker can be doing in a guild. */
export const WORKER_ACTIVITIES = ['idle', 'joining', 'serving', 'leaving'] as const;

export type WorkerActivity = (typeof WORKER_ACTIVITIES)[number];

/** The voice workers, as the shard drives them. */
export interface Voice {
  /** The channels that need a worker from now on; replaces what was said before. */
  serve(needs: readonly ChannelNeed[]): void;
  /** These places hear this speaker no longer; they fall silent unless they hear somebody else. */
  endTransmission(userId: string, sinks: readonly string[]): void;
  /** What they did and do. */
  stats(): VoiceStats;
}

/** What can be done to people in Discord. */
export interface People {
  /**
   * Ends the person's voice connection in this guild; answers how many were ended. `reason` goes to Discord's audit log.
   * @throws ShardError client.not-permitted when Discord does not let us; Error when it does not answer or is not there
   */
  disconnect(userId: string, reason: string, signal: AbortSignal): Promise<number>;
}

/** An alert as people see it. */
export interface AcarsNotice {
  id: string;
  text: string;
  senderName: string;
  alertType: AlertType;
  durationMs: number;
  /** The channels in whose chats it is shown: occupied served channels and the ops channel. */
  channelIds: readonly string[];
}

/** Messages to people in Discord. What cannot be shown is logged; nobody waits for it. */
export interface Notices {
  acars(alert: AcarsNotice): void;
  /** Asks the participants with buttons, in the chats of these channels. */
  askReady(check: ReadyCheckRecord, channelIds: readonly string[]): void;
  /** Somebody answered or it ended: what was shown follows. */
  updateReady(check: ReadyCheckRecord): void;
  /** Tells whoever runs the guild that a webhook was switched off: in the ops channel, else the owner by message. */
  webhookQuarantined(webhook: { id: string; url: string; reason: string }): void;
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
  /** Ids of events sort after this one from now on, also where the clock was set back since it was made. */
  follow(eventId: string): void;
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
  ledgers: Ledgers;
  /** Waits for what is written behind, then closes the file. */
  close(): Promise<void>;
}
