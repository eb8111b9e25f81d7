import type { ShardEvent } from '../../shard/record/events.ts';
import { frame } from './frames.ts';

/** Where a reader who comes back goes on. */
export interface Resumption {
  /** Id of the last event that it has or cannot get; null: it gets everything that is kept. */
  cursor: string | null;
  /** What it is told first, when it missed events that are no longer kept. */
  reset: string | null;
}

/** How much of an id that is none of ours is sent back. */
const MAX_ECHO = 100;
/** How event ids look. */
const EVENT_ID = /^evt_[0-9a-z]{1,40}$/;

/**
 * Where to go on after this id among the events that are kept. An id that is not among them tells by its order where
 * the reader was, because ids sort by time; one that never was an id tells nothing, and only new events follow.
 */
export function resume(recent: readonly ShardEvent[], lastEventId: string, about: ResetAbout): Resumption {
  if (recent.some(({ id }) => id === lastEventId)) return { cursor: lastEventId, reset: null };
  const isId = EVENT_ID.test(lastEventId);
  const next = isId ? recent.findIndex(({ id }) => id > lastEventId) : -1;
  const at = next < 0 ? recent.length : next;
  const reason = isId && at === 0 ? 'too-old' : 'unknown';
  const known = lastEventId.slice(0, MAX_ECHO);
  const data = { reason, lastEventId: known, resumesAtEventId: recent[at]?.id ?? null };
  // Whoever goes by the envelope's id comes back to where they were, and is told again.
  const envelope = { id: known, type: 'stream.reset', ...about, data };
  return {
    cursor: recent[at - 1]?.id ?? null,
    reset: frame({ id: null, type: 'stream.reset', data: envelope }),
  };
}

/** What the envelope of a reset says besides. */
export interface ResetAbout {
  guildId: string;
  /** ISO time. */
  at: string;
}

/** At most `count` events after the cursor, oldest first; null when the cursor is no longer among those kept. */
export function eventsAfter(recent: readonly ShardEvent[], cursor: string | null, count: number): ShardEvent[] | null {
  const at = cursor === null ? -1 : recent.findLastIndex(({ id }) => id === cursor);
  if (cursor !== null && at < 0) return null;
  return recent.slice(at + 1, at + 1 + count);
}
