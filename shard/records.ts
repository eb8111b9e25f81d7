/** The records a shard keeps: what lies on disk, one row each, and what the state in memory is made of. */
import type { AlertRecord, ReadyCheckRecord, TemplateRecord } from './alerts/alert-records.ts';

/** Whether all may speak on a net at once (`open`), or one at a time (`floor`). */
export type NetMode = 'open' | 'floor';

/** `open`: whoever may enter the channel. `assigned`: only those on the net. */
type NetAccess = 'open' | 'assigned';

/** What can be set about a net besides its name and its channels. */
export interface NetSettings {
  /** 1 (lowest) … 10 (highest), default 5. */
  priority: number;
  mode: NetMode;
  /** How much louder or quieter the net is heard, in dB, -24 … 24; 0 leaves it as it is. */
  gainDb: number;
  /** Longest transmission in seconds, 5 … 3600; null: no limit. */
  timeLimitSeconds: number | null;
  access: NetAccess;
  /** Channel of the net → nets that are also heard in it. Channels without any are left out. */
  monitors: Record<string, string[]>;
  relayTargetNetUids: string[];
}

/** A net: a radio channel in the military sense, heard in all its net channels. */
export interface NetRecord extends NetSettings {
  /** `net_` + 24 characters of lower-case base32; survives rename, archive and restore. */
  uid: string;
  /** Live slot, 1…249; 250 is the Public Net. */
  id: number;
  name: string;
  /** Discord voice channels whose home net this is. */
  channelIds: string[];
  /** ISO times, UTC. */
  createdAt: string;
  updatedAt: string;
}

/** Somebody's explicit assignments. Removed when the list is empty. */
interface AssignmentRecord {
  userId: string;
  netUids: string[];
}

/** Somebody's assignments that end by themselves, each net once. Removed when the list is empty. */
interface TemporaryRecord {
  userId: string;
  nets: TemporaryNet[];
}

/** On a net until then. */
export interface TemporaryNet {
  netUid: string;
  /** ISO time, UTC. */
  expiresAt: string;
}

/** Who holds this role is on these nets while connected. Uids of removed nets stay and sleep. */
export interface RuleRecord {
  roleId: string;
  netUids: string[];
}

/** The operation: nothing is bridged while it is closed. */
export interface OperationRecord {
  open: boolean;
  changedAt: string;
}

/** What an administrator configures per guild. */
export interface SettingsRecord {
  opsChannelId: string | null;
  readyRoomId: string | null;
  adminRoleIds: string[];
  commanderRoleIds: string[];
  squadLeadRoleIds: string[];
}

/** Feature switches of the guild, as the Owner API shows them. */
export interface FeaturesRecord {
  maxNets: number;
  globalPttEnabled: boolean;
  acarsEnabled: boolean;
  readyCheckEnabled: boolean;
  publicNet: { enabled: boolean; name: string; roleIds: string[] };
  orgLink: { enabled: boolean; roleIds: string[]; netUid: string | null };
}

/** The Public Net as it shall be from now on; what is left out stays. */
export interface PublicNetPatch {
  enabled?: boolean | undefined;
  name?: string | undefined;
  roleIds?: readonly string[] | undefined;
}

/** The switches that are to be other ones; what is left out stays. */
export interface FeaturesPatch {
  maxNets?: number | undefined;
  globalPttEnabled?: boolean | undefined;
  acarsEnabled?: boolean | undefined;
  readyCheckEnabled?: boolean | undefined;
  publicNet?: PublicNetPatch | undefined;
  orgLink?:
    | { enabled?: boolean | undefined; roleIds?: readonly string[] | undefined; netUid?: string | null | undefined }
    | undefined;
}

/** What lasts of the Public Net. */
interface PublicNetRecord {
  /** The net as it was hidden last; while it is shown, `nets` has it as it is now, under the same uid. */
  net: NetRecord;
  /** Name and role gates it was last shown with, for a restore. */
  shown: { name: string; roleIds: string[] };
}

/** How a preset names a net: a slot, or the name or uid of a net of the preset or of a live one. */
export type PresetNetRef = number | string;

/** What a net of a preset gets when it is made. */
type PresetNetSettings = {
  [K in 'priority' | 'mode' | 'gainDb' | 'timeLimitSeconds' | 'access']?: NetSettings[K] | undefined;
};

/** A net of a preset: found by uid, else by name, else (where no uid is given) by slot; made when there is none. */
export interface PresetNet extends PresetNetSettings {
  uid?: string | undefined;
  id?: number | undefined;
  name: string;
  /** Nets that also hear it. */
  relayTargets?: PresetNetRef[] | undefined;
  /** Channels to bind to it where they are free. */
  channelIds?: string[] | undefined;
}

/** A layout of an operation that can be applied at once. What is left out is left as it is. */
export interface PresetContents {
  name: string;
  description?: string | undefined;
  nets: PresetNet[];
  /** User id → nets. */
  assignments: Record<string, PresetNetRef[]>;
  rules?: { roleId: string; nets: PresetNetRef[] }[] | undefined;
  features?: FeaturesPatch | undefined;
  open?: boolean | undefined;
}

/** A saved preset. Keyed by its name in lower case. */
export interface PresetRecord extends PresetContents {
  createdAt: string;
  updatedAt: string;
}

/** A removed net with what belonged to it. */
export interface ArchiveRecord extends NetSettings {
  uid: string;
  name: string;
  notes: string;
  tags: string[];
  assignedUserIds: string[];
  inboundRelayFromNetUids: string[];
  /** Channels of other nets in which it was heard by a monitor; left out where there were none. */
  inboundMonitors?: { netUid: string; channelId: string }[];
  channelIds: string[];
  createdAt: string;
  archivedAt: string;
  updatedAt: string;
  source: 'api' | 'discord' | 'system' | 'preset' | 'timer' | 'rule';
}

/** How far the archive's chain of changes is: every change makes a new version and a hash over the one before. */
export interface ArchiveChainRecord {
  version: number;
  /** SHA-256, hex; the empty string before the first change. */
  hash: string;
}

/** `owner`: the Owner API (`scok_`). `service`: listen-only audio (`scsk_`). `shard`: diagnostics (`scsh_`). */
export type KeyKind = 'owner' | 'service' | 'shard';

/** A key without its secret: only the hash is kept. */
export interface KeyRecord {
  id: string;
  name: string;
  kind: KeyKind;
  /** SHA-256 of the whole secret, hex. */
  hash: string;
  scopes: string[];
  createdBy: string;
  createdAt: string;
  expiresAt: string | null;
  revokedAt: string | null;
}

/** Where events are delivered to. */
export interface WebhookRecord {
  id: string;
  url: string;
  /** Types of events, groups of them such as `ptt.*`, or `*`. */
  events: string[];
  /** `whsec_…`: what deliveries are signed with, never shown again. */
  secret: string;
  /** The key that registered it; null: a person did. */
  keyId: string | null;
  createdAt: string;
  /** Events with greater ids are delivered: since it was made, or enabled again. */
  after: string;
  enabled: boolean;
  disabledReason: string | null;
}

/** How often the guild's public token was replaced; the token itself is kept nowhere. */
interface PublicTokenRecord {
  rotation: number;
  rotatedAt: string;
}

/** A request with an idempotency key, by a hash of key and caller. */
export interface IdempotencyRecord {
  /** Hash of method, path and body: the same key with another request is refused. */
  requestHash: string;
  /** ISO time of the first change or the answer. */
  at: string;
  /** What the changes of the request answered, by their place in it; empty once the answer is kept. */
  results: Record<string, unknown>;
  /** What was answered; null until it was. */
  answer: { status: number; body: unknown } | null;
  /** What was answered holds a secret and was not kept. */
  withheld: boolean;
}

/** Collection name → record type. */
export interface Records {
  nets: NetRecord;
  assignments: AssignmentRecord;
  temporary: TemporaryRecord;
  rules: RuleRecord;
  operation: OperationRecord;
  settings: SettingsRecord;
  features: FeaturesRecord;
  publicNet: PublicNetRecord;
  presets: PresetRecord;
  archive: ArchiveRecord;
  archiveChain: ArchiveChainRecord;
  keys: KeyRecord;
  alerts: AlertRecord;
  templates: TemplateRecord;
  readyChecks: ReadyCheckRecord;
  webhooks: WebhookRecord;
  idempotency: IdempotencyRecord;
  publicToken: PublicTokenRecord;
}

export type CollectionName = keyof Records;

/** Every collection; the store makes a table of each. */
export const COLLECTIONS = [
  'nets',
  'assignments',
  'temporary',
  'rules',
  'operation',
  'settings',
  'features',
  'publicNet',
  'presets',
  'archive',
  'archiveChain',
  'keys',
  'alerts',
  'templates',
  'readyChecks',
  'webhooks',
  'idempotency',
  'publicToken',
] as const satisfies readonly CollectionName[];

/** The new value of one record; `null` removes it. */
export interface RecordChange {
  collection: CollectionName;
  key: string;
  value: Records[CollectionName] | null;
}
