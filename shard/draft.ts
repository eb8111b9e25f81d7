import { Overlay } from './overlay.ts';
import type { Actor } from './people/actor.ts';
import { actorSource } from './people/actor.ts';
import type { Notices, People } from './ports.ts';
import type { EventData, EventSource, EventType } from './record/events.ts';
import type { CollectionName, RecordChange, Records } from './records.ts';
import type { StateView } from './state.ts';

/** What a draft's event needs to name who caused it. */
export interface Cause {
  source: EventSource;
  keyId?: string;
}

/** An event before it has an id and a time. */
export type DraftEvent = { [T in EventType]: { type: T; data: EventData[T] } }[EventType];

/** What a change may do to the world once it is on disk. */
export interface Outside {
  people: People;
  notices: Notices;
}

/**
 * A change being planned: collects the rows, events and effects of one journal row and touches nothing. Its `state` is
 * the shard's with the rows so far laid over, so that a plan made of several sees what those before it did.
 */
export class Draft {
  readonly actor: Actor;
  /** ISO time of the change. */
  readonly at: string;
  readonly #state: Overlay;
  readonly #rows = new Map<string, RecordChange>();
  readonly #events: DraftEvent[] = [];
  readonly #effects: ((outside: Outside) => void)[] = [];
  #source: EventSource;
  #dry = false;

  constructor(state: StateView, actor: Actor, at: string) {
    this.#state = new Overlay(state);
    this.actor = actor;
    this.at = at;
    this.#source = actorSource(actor);
  }

  get state(): StateView {
    return this.#state;
  }

  /** What is published once it is on disk. */
  get events(): readonly DraftEvent[] {
    return this.#dry ? [] : this.#events;
  }

  /** What is done once it is on disk, in order. */
  get effects(): readonly ((outside: Outside) => void)[] {
    return this.#dry ? [] : this.#effects;
  }

  put<C extends CollectionName>(collection: C, key: string, value: Records[C]): void {
    this.#lay({ collection, key, value });
  }

  remove(collection: CollectionName, key: string): void {
    this.#lay({ collection, key, value: null });
  }

  #lay(row: RecordChange): void {
    this.#rows.set(`${row.collection}/${row.key}`, row);
    this.#state.lay(row);
  }

  emit(event: DraftEvent): void {
    this.#events.push(event);
  }

  /** Has something done to the world once the change is on disk. It must not throw; what it waits for nobody waits for. */
  afterwards(effect: (outside: Outside) => void): void {
    this.#effects.push(effect);
  }

  /** Names another cause for the events from here on: a preset, say. */
  attribute(source: EventSource): void {
    this.#source = source;
  }

  /** Keeps the answer and drops the change: a dry run. */
  makeDry(): void {
    this.#dry = true;
  }

  /** The new values; empty when nothing changes. */
  rows(): RecordChange[] {
    return this.#dry ? [] : [...this.#rows.values()];
  }

  /** Whether nothing comes of it: no row, no event. */
  get isEmpty(): boolean {
    return this.rows().length === 0 && this.events.length === 0;
  }

  /** Source and key id, as events carry them. */
  cause(): Cause {
    const source = this.#source;
    return this.actor.kind === 'key' ? { source, keyId: this.actor.keyId } : { source };
  }
}
