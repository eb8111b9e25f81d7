/** What the world says to the shard: facts of the moment, kept in memory only. */
import type { Ear } from './radio/ear.ts';

/** A role as far as the shard cares. */
export interface RoleFact {
  id: string;
  name: string;
}

/** A channel as far as the shard cares. */
export interface ChannelFact {
  id: string;
  name: string;
  kind: 'voice' | 'stage' | 'text' | 'category' | 'other';
  /** Whether the main bot may view, enter and speak in it (voice), or view and write (text). */
  usable: boolean;
  /** Whether the main bot may write in its chat; taken for granted where it is not said. */
  writable?: boolean;
}

/** A person and the voice channel they sit in, if any. */
export interface PersonFact {
  userId: string;
  displayName: string;
  bot: boolean;
  roleIds: readonly string[];
  /** Whether they are the owner of the guild or hold Discord's ADMINISTRATOR; no where it is not said. */
  administrator?: boolean;
  /** Whether it is a listening program: it has no roles, not even @everyone. */
  service?: boolean;
  channelId: string | null;
}

/** A listening program that is connected. */
export interface ListenerFact {
  userId: string;
  displayName: string;
  ear: Ear;
}

/** How a channel's need for a worker is met. */
export type WorkerState = 'ok' | 'joining' | 'missing';

/** Something that happened or is so, outside of the shard. */
export type Fact =
  /** The guild as a whole, replacing what was known. */
  | { type: 'guild'; name: string; roles: readonly RoleFact[]; channels: readonly ChannelFact[] }
  /** One person joined, moved, left, or got other roles or another name. */
  | { type: 'person'; person: PersonFact }
  /** Everyone in voice now: who is not listed has left. */
  | { type: 'people'; people: readonly PersonFact[] }
  /** A listening program connected; it takes the place of an earlier connection with its id. */
  | { type: 'listener'; listener: ListenerFact }
  /** A listening program is connected no longer. */
  | { type: 'listener.left'; userId: string }
  /** How the needed channels are served now; channels not listed need none. */
  | { type: 'workers'; channels: ReadonlyMap<string, WorkerState> }
  /** What the bot can do at the moment, in sentences for people; empty when nothing is reduced. */
  | { type: 'reduced'; reasons: readonly string[] };
