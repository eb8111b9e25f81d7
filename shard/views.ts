/** What reads answer: plain data, made from the state at the moment of asking. */
import type { Transport } from './record/events.ts';
import type { FeaturesRecord, NetRecord } from './records.ts';

/** How a net channel is served: `idle` needs no worker now. */
export type ChannelWorker = 'ok' | 'joining' | 'missing' | 'idle';

/** A net channel at this moment. */
export interface NetChannelView {
  channelId: string;
  /** Discord's name for it, or null while Discord has not told us of it. */
  name: string | null;
  /** People in it now, bots not counted. */
  people: number;
  worker: ChannelWorker;
}

/** A net at this moment. */
export interface NetView extends NetRecord {
  /** People in its channels now. */
  occupancy: number;
  /** Who transmits on it now, by user id. */
  transmitting: string[];
  channels: NetChannelView[];
  /** `missing` when any of its channels lacks a worker it needs. */
  workers: 'ok' | 'missing' | 'idle';
}

/** The Public Net at this moment, shown or hidden. */
export interface PublicNetView {
  enabled: boolean;
  name: string;
  roleIds: string[];
  netId: number;
  /** Null while it was never shown. */
  netUid: string | null;
  /** People in its channels now; 0 while it is hidden. */
  occupancy: number;
  channels: NetChannelView[];
}

/** The guild at this moment. */
export interface StatusView {
  guildId: string;
  guildName: string;
  operationOpen: boolean;
  /** Operators connected now. */
  connected: number;
  /** Names of the nets somebody transmits on. */
  transmitting: string[];
  features: FeaturesRecord;
  nets: NetView[];
  /** What the bot cannot do at the moment and why, in sentences; empty when all is well. */
  reduced: string[];
  /** ISO time of the last change of anything in this view. */
  updatedAt: string;
}

/** Who is connected: a person in a served voice channel, or a listening program. */
export interface OperatorView {
  userId: string;
  displayName: string;
  transport: Transport;
  /** Null for a listening program. */
  channelId: string | null;
  roleIds: string[];
  /** Effective nets, ascending by slot. */
  nets: { uid: string; id: number }[];
  transmitting: boolean;
  /** ISO time of joining. */
  since: string;
}

/** Why somebody is on a net. */
export type AssignmentSource = 'explicit' | 'temporary' | 'public' | `role:${string}`;

/** A temporary assignment to a live net. */
export interface TemporaryView {
  userId: string;
  netUid: string;
  netId: number;
  /** ISO time, UTC. */
  expiresAt: string;
}

/** An effective assignment of a connected operator. */
export interface EffectiveAssignment {
  netUid: string;
  netId: number;
  sources: AssignmentSource[];
}

/** What an actor may do, from least to most. */
export type AuthorityLevel = 'member' | 'squad-lead' | 'commander' | 'admin';
