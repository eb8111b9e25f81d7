import type { ServerResponse } from 'node:http';
import type { Clock } from '../../shard/ports.ts';
import type { KeyRecord } from '../../shard/records.ts';
import type { Shard } from '../../shard/shard.ts';
import { KeyWatch } from '../key-watch.ts';
import { HttpError } from '../problem.ts';
import { BatchFrames, comment, frames, type Wanted } from './frames.ts';
import { StreamReader } from './reader.ts';
import { eventsAfter, resume } from './replay.ts';
import type { Turns } from './turns.ts';

/** Most streams of one key at once. */
export const STREAMS_PER_KEY = 10;
/** How often a comment shows that the stream is alive. */
export const COMMENT_MS = 15_000;
/** Seconds after which a key with too many streams may try again. */
const TRY_AGAIN_SECONDS = 15;
/** Events replayed, and readers written to, in one turn of the event loop: each well under 1 ms. */
const EVENTS_PER_TURN = 50;
const READERS_PER_TURN = 25;

/** What a reader asks for. */
export interface StreamWish {
  key: KeyRecord;
  wanted: Wanted;
  /** Id of the last event that the reader has. */
  lastEventId: string | undefined;
}

/** The open streams of one guild. */
export class GuildStreams {
  readonly #shard: Shard;
  readonly #clock: Clock;
  readonly #turns: Turns;
  readonly #keys: KeyWatch;
  /** Reader → id of its key. */
  readonly #readers = new Map<StreamReader, string>();
  /** Readers who are sent what they missed → how often they took some, now and at the last comment. */
  readonly #replaying = new Map<StreamReader, { taken: number; before: number }>();
  readonly #stops: (() => unknown)[] = [];
  #cancelComment = () => {};
  /** How many batches there were. */
  #batches = 0;
  #sending: Promise<void> = Promise.resolve();

  constructor(shard: Shard, clock: Clock, turns: Turns) {
    this.#shard = shard;
    this.#clock = clock;
    this.#turns = turns;
    this.#keys = new KeyWatch(shard, clock, ({ id }) => this.#endOf(id));
  }

  /** How many are open. */
  get readers(): number {
    return this.#readers.size;
  }

  /** Follows the guild's events; `ended` is called when its shard stops. */
  start(ended: () => void): void {
    this.#stops.push(
      this.#shard.events.subscribe('streams', (batch) => this.#publish(BatchFrames.ofEvents(batch)), ended),
    );
    this.#keys.start();
    this.#scheduleComment();
  }

  /** Ends every stream. */
  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#cancelComment();
    this.#keys.stop();
    for (const reader of this.#readers.keys()) reader.end();
  }

  /** @throws HttpError stream.limit */
  requireRoom(keyId: string): void {
    if (this.#keys.uses(keyId) < STREAMS_PER_KEY) return;
    const headers = { 'Retry-After': String(TRY_AGAIN_SECONDS) };
    throw new HttpError('stream.limit', { max: STREAMS_PER_KEY }, { headers });
  }

  /** Streams into the response, whose head is written. */
  open(response: ServerResponse, { key, wanted, lastEventId }: StreamWish): void {
    const reader = new StreamReader(response, this.#clock, wanted, () => this.#forget(key.id, reader));
    this.#readers.set(reader, key.id);
    this.#keys.add(key);
    reader.send(comment('connected'));
    if (lastEventId === undefined) reader.seen = this.#batches;
    else void this.#replay(reader, lastEventId);
  }

  /** Sends what was missed, then lets the reader follow. Nothing comes in between: the last look and the switch are one. */
  async #replay(reader: StreamReader, lastEventId: string): Promise<void> {
    const progress = { taken: 0, before: -1 };
    this.#replaying.set(reader, progress);
    const about = { guildId: this.#shard.guildId, at: new Date(this.#clock.now()).toISOString() };
    let { cursor, reset } = resume(this.#shard.events.recent(), lastEventId, about);
    if (reset) reader.send(reset);
    while (!reader.isOver) {
      await this.#turns.next();
      const events = eventsAfter(this.#shard.events.recent(), cursor, EVENTS_PER_TURN);
      if (!events) return reader.cut();
      const last = events.at(-1);
      if (!last) break;
      cursor = last.id;
      reader.send(frames(events, reader.wanted));
      await reader.drained();
      progress.taken += 1;
    }
    this.#replaying.delete(reader);
    reader.seen = this.#batches;
  }

  #publish(batch: BatchFrames): void {
    this.#batches += 1;
    const number = this.#batches;
    this.#sending = this.#sending.then(() => this.#sendToAll(batch, number));
  }

  /** One batch after another, some readers at a time. */
  async #sendToAll(batch: BatchFrames, number: number): Promise<void> {
    let count = 0;
    for (const reader of this.#readers.keys()) {
      if (reader.seen >= number) continue;
      reader.seen = number;
      reader.send(batch.for(reader.wanted));
      count += 1;
      if (count % READERS_PER_TURN === 0) await this.#turns.next();
    }
  }

  #scheduleComment(): void {
    this.#cancelComment = this.#clock.after(COMMENT_MS, () => {
      this.#cutStalled();
      this.#publish(BatchFrames.ofComment('still here'));
      this.#scheduleComment();
    });
  }

  /** A reader that takes nothing of what it missed from one comment to the next is stuck. */
  #cutStalled(): void {
    for (const [reader, progress] of this.#replaying) {
      if (reader.isBusy && progress.taken === progress.before) reader.cut();
      progress.before = progress.taken;
    }
  }

  #forget(keyId: string, reader: StreamReader): void {
    this.#readers.delete(reader);
    this.#replaying.delete(reader);
    this.#keys.remove(keyId);
  }

  /** Ends the streams of a key. */
  #endOf(keyId: string): void {
    for (const [reader, own] of this.#readers) if (own === keyId) reader.end();
  }
}
