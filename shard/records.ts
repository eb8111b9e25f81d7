/** The records a shard keeps: what lies on disk, one row each, and what the state in memory is made of. */

/** `open`: all may speak at once. `floor`: one at a time. */
export type NetMode = 'open' | 'floor';

/** A net: a radio channel in the military sense, heard in all its net channels. */
export interface NetRecord {
  /** `net_` + 24 characters of lower-case base32; survives rename, archive and restore. */
  uid: string;
  /** Live slot, 1…249. */
  id: number;
  name: string;
  /** Discord voice channels whose home net this is. */
  channelIds: string[];
  /** 1 (lowest) … 10 (highest), default 5. */
  priority: number;
  mode: NetMode;
  relayTargetNetUids: string[];
  /** ISO times, UTC. */
  createdAt: string;
  updatedAt: string;
}

/** Somebody's explicit assignments. Removed when the list is empty. */
interface AssignmentRecord {
  userId: string;
  netUids: string[];
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

/** A removed net with what belonged to it. */
export interface ArchiveRecord {
  uid: string;
  name: string;
  notes: string;
  tags: string[];
  assignedUserIds: string[];
  relayTargetNetUids: string[];
  inboundRelayFromNetUids: string[];
  channelIds: string[];
  priority: number;
  mode: NetMode;
  createdAt: string;
  archivedAt: string;
  updatedAt: string;
  source: 'api' | 'discord' | 'system';
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

/** Collection name → record type. */
export interface Records {
  nets: NetRecord;
  assignments: AssignmentRecord;
  rules: RuleRecord;
  operation: OperationRecord;
  settings: SettingsRecord;
  features: FeaturesRecord;
  archive: ArchiveRecord;
  keys: KeyRecord;
}

export type CollectionName = keyof Records;

/** Every collection; the store makes a table of each. */
export const COLLECTIONS = [
  'nets',
  'assignments',
  'rules',
  'operation',
  'settings',
  'features',
  'archive',
  'keys',
] as const satisfies readonly CollectionName[];

/** The new value of one record; `null` removes it. */
export interface RecordChange {
  collection: CollectionName;
  key: string;
  value: Records[CollectionName] | null;
}
