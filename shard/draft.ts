import type { Actor } from './people/actor.ts';
import { actorSource } from './people/actor.ts';
import type { EventData, EventSource, EventType } from './record/events.ts';
import type { CollectionName, RecordChange, Records } from './records.ts';
import type { State } from './state.ts';

/** What a draft's event needs to name who caused it. */
export interface Cause {
  source: EventSource;
  keyId?: string;
}

/** An event before it has an id and a time. */
export type DraftEvent = { [T in EventType]: { type: T; data: EventData[T] } }[EventType];

/** A change being planned: reads the state, collects the rows and events of one journal row, touches nothing. */
export class Draft {
  readonly state: State;
  readonly actor: Actor;
  /** ISO time of the change. */
  readonly at: string;
  readonly events: DraftEvent[] = [];
  readonly #rows = new Map<string, RecordChange>();
  #dry = false;

  constructor(state: State, actor: Actor, at: string) {
    this.state = state;
    this.actor = actor;
    this.at = at;
  }

  put<C extends CollectionName>(collection: C, key: string, value: Records[C]): void {
    this.#rows.set(`${collection}/${key}`, { collection, key, value });
  }

  remove(collection: CollectionName, key: string): void {
    this.#rows.set(`${collection}/${key}`, { collection, key, value: null });
  }

  emit(event: DraftEvent): void {
    this.events.push(event);
  }

  /** Keeps the answer and drops the change: a dry run. */
  makeDry(): void {
    this.#dry = true;
  }

  /** The new values; empty when nothing changes. */
  rows(): RecordChange[] {
    return this.#dry ? [] : [...this.#rows.values()];
  }

  /** How many nets there are after this change. */
  netCount(): number {
    let count = this.state.tables.nets.size;
    for (const row of this.rows()) {
      if (row.collection !== 'nets') continue;
      const exists = this.state.tables.nets.has(row.key);
      if (row.value === null && exists) count -= 1;
      if (row.value !== null && !exists) count += 1;
    }
    return count;
  }

  /** Source and key id, as events carry them. */
  cause(): Cause {
    const source = actorSource(this.actor);
    return this.actor.kind === 'key' ? { source, keyId: this.actor.keyId } : { source };
  }
}
