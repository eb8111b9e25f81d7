import type { DraftEvent } from '../draft.ts';
import type { Clock, EventLog, Ids, Log } from '../ports.ts';
import type { ShardEvent } from './events.ts';

/** Longest an event waits for others before it is written: a batch costs one write. */
const BATCH_MS = 20;
/** How many events are kept in memory for readers who come back. */
const RECENT = 10_000;
/** How long events are kept for them. */
const RECENT_MS = 3_600_000;

/** Events that have their ids and wait for their journal row. */
export interface Reservation {
  readonly events: readonly ShardEvent[];
  /** They happened: publish them in their turn. */
  commit(): void;
  /** They did not. */
  cancel(): void;
}

type Slot = { events: readonly ShardEvent[]; settled: boolean };

type Listener = (batch: readonly ShardEvent[]) => void;

/** What the feed is made of. */
export interface EventFeedOptions {
  guildId: string;
  log: EventLog;
  clock: Clock;
  ids: Ids;
  report: Log;
}

/**
 * The guild's one stream of events: published after it is written, in the order of the ids, in batches of at most
 * 20 ms. A listener that throws is logged by name and disturbs nobody.
 */
export class EventFeed {
  readonly #options: EventFeedOptions;
  readonly #listeners = new Map<Listener, { name: string; ended: () => void }>();
  #slots: Slot[] = [];
  #recent: ShardEvent[] = [];
  #writing: Promise<void> | null = null;
  #cancelTimer: (() => void) | null = null;

  constructor(options: EventFeedOptions) {
    this.#options = options;
  }

  /**
   * Reads the log and adds the journal's events that a crash kept out of it. Answers all there are, oldest first: also
   * older ones than are kept for readers.
   */
  async start(journaled: readonly ShardEvent[]): Promise<readonly ShardEvent[]> {
    const logged = await this.#options.log.read();
    const known = new Set(logged.map((event) => event.id));
    const since = this.#since();
    const last = logged.at(-1)?.id ?? '';
    const lost = journaled.filter((event) => (event.at >= since || event.id > last) && !known.has(event.id));
    if (lost.length > 0) await this.#keep(lost);
    const all = [...logged, ...lost].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#options.ids.follow(all.at(-1)?.id ?? '');
    this.#recent = all.filter((event) => event.at >= since).slice(-RECENT);
    return all;
  }

  /** Gives events their ids and times now, to be published when they are committed. */
  reserve(drafts: readonly DraftEvent[]): Reservation {
    const at = new Date(this.#options.clock.now()).toISOString();
    const events = drafts.map(
      (draft) => ({ id: this.#options.ids.event(), guildId: this.#options.guildId, at, ...draft }) as ShardEvent,
    );
    const slot: Slot = { events, settled: events.length === 0 };
    if (events.length > 0) this.#slots.push(slot);
    const settle = (kept: readonly ShardEvent[]) => {
      slot.events = kept;
      slot.settled = true;
      this.#schedule();
    };
    return { events, commit: () => settle(events), cancel: () => settle([]) };
  }

  /** Publishes what happened without a journal row. */
  publish(drafts: readonly DraftEvent[]): void {
    if (drafts.length > 0) this.reserve(drafts).commit();
  }

  /**
   * Calls the listener with every batch from now on; answers how to stop. `name` is for the log. `ended` is called after
   * the last batch, when the shard stops; it must not throw.
   */
  subscribe(name: string, listener: Listener, ended: () => void = () => {}): () => void {
    this.#listeners.set(listener, { name, ended });
    return () => this.#listeners.delete(listener);
  }

  /** What a reader who comes back may have missed: the last 10,000 events or one hour, oldest first. */
  recent(): readonly ShardEvent[] {
    return this.#recent;
  }

  /** Writes and publishes what is waiting, and tells whoever listens that it was the last. */
  async stop(): Promise<void> {
    await this.#writing;
    await this.#flush();
    for (const { ended } of this.#listeners.values()) ended();
    this.#listeners.clear();
  }

  #schedule(): void {
    if (this.#cancelTimer || this.#writing) return;
    this.#cancelTimer = this.#options.clock.after(BATCH_MS, () => {
      this.#writing = this.#flush().finally(() => {
        this.#writing = null;
        if (this.#slots[0]?.settled) this.#schedule();
      });
    });
  }

  async #flush(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const batch = this.#takeSettled();
    if (batch.length === 0) return;
    await this.#keep(batch);
    this.#remember(batch);
    for (const [listener, { name }] of this.#listeners) this.#tell(listener, name, batch);
  }

  async #keep(batch: readonly ShardEvent[]): Promise<void> {
    try {
      await this.#options.log.append(batch);
    } catch (error) {
      const fields = { err: error, events: batch.length };
      this.#options.report.error(fields, 'events could not be written; published all the same');
    }
  }

  /** The leading slots that are settled: an event never overtakes one with a smaller id. */
  #takeSettled(): ShardEvent[] {
    const firstOpen = this.#slots.findIndex((slot) => !slot.settled);
    const done = firstOpen < 0 ? this.#slots.splice(0) : this.#slots.splice(0, firstOpen);
    return done.flatMap((slot) => slot.events);
  }

  #remember(batch: readonly ShardEvent[]): void {
    // Not spread: a batch may hold more events than a call may have arguments.
    for (const event of batch) this.#recent.push(event);
    const since = this.#since();
    let old = Math.max(0, this.#recent.length - RECENT);
    while ((this.#recent[old]?.at ?? since) < since) old += 1;
    if (old > 0) this.#recent.splice(0, old);
  }

  /** ISO time before which nobody may ask. */
  #since(): string {
    return new Date(this.#options.clock.now() - RECENT_MS).toISOString();
  }

  #tell(listener: Listener, name: string, batch: readonly ShardEvent[]): void {
    try {
      listener(batch);
    } catch (error) {
      this.#options.report.error({ err: error, listener: name }, 'an event listener failed');
    }
  }
}
