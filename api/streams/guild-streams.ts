import type { ServerResponse } from 'node:http';
import { isLive } from '../../shard/access/key-life.ts';
import type { Clock } from '../../shard/ports.ts';
import type { KeyRecord } from '../../shard/records.ts';
import type { Shard } from '../../shard/shard.ts';
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
/** Longest that is waited in one go for a key's end: timers of 2^31 ms and more fire at once. */
const LONGEST_MS = 24 * 3600 * 1000;

/** What a reader asks for. */
export interface StreamWish {
  key: KeyRecord;
  wanted: Wanted;
  /** Id of the last event that the reader has. */
  lastEventId: string | undefined;
}

interface KeyStreams {
  key: KeyRecord;
  readers: Set<StreamReader>;
  cancelExpiry: () => void;
}

/** The open streams of one guild. */
export class GuildStreams {
  readonly #shard: Shard;
  readonly #clock: Clock;
  readonly #turns: Turns;
  readonly #keys = new Map<string, KeyStreams>();
  readonly #readers = new Set<StreamReader>();
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
  }

  /** How many are open. */
  get readers(): number {
    return this.#readers.size;
  }

  /** Follows the guild's events; `ended` is called when its shard stops. */
  start(ended: () => void): void {
    this.#stops.push(
      this.#shard.events.subscribe('streams', (batch) => this.#publish(BatchFrames.ofEvents(batch)), ended),
      this.#shard.onChange('streams', () => this.#endStale()),
    );
    this.#scheduleComment();
  }

  /** Ends every stream. */
  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#cancelComment();
    for (const { cancelExpiry } of this.#keys.values()) cancelExpiry();
    for (const reader of this.#readers) reader.end();
  }

  /** @throws HttpError stream.limit */
  requireRoom(keyId: string): void {
    if ((this.#keys.get(keyId)?.readers.size ?? 0) < STREAMS_PER_KEY) return;
    const headers = { 'Retry-After': String(TRY_AGAIN_SECONDS) };
    throw new HttpError('stream.limit', { max: STREAMS_PER_KEY }, { headers });
  }

  /** Streams into the response, whose head is written. */
  open(response: ServerResponse, { key, wanted, lastEventId }: StreamWish): void {
    const reader = new StreamReader(response, this.#clock, wanted, () => this.#forget(key.id, reader));
    this.#readers.add(reader);
    const streams = this.#keys.get(key.id) ?? { key, readers: new Set(), cancelExpiry: () => {} };
    streams.readers.add(reader);
    if (!this.#keys.has(key.id)) {
      this.#keys.set(key.id, streams);
      this.#watchExpiry(streams);
    }
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
    for (const reader of this.#readers) {
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
    const streams = this.#keys.get(keyId);
    streams?.readers.delete(reader);
    if (!streams || streams.readers.size > 0) return;
    streams.cancelExpiry();
    this.#keys.delete(keyId);
  }

  /** Ends the streams of keys that were revoked. */
  #endStale(): void {
    for (const { key, readers } of this.#keys.values()) {
      if (!this.#isLive(key)) for (const reader of readers) reader.end();
    }
  }

  #isLive({ hash }: KeyRecord): boolean {
    const key = this.#shard.read.keyByHash(hash);
    return key !== undefined && isLive(key, this.#clock.now());
  }

  #watchExpiry(streams: KeyStreams): void {
    if (streams.key.expiresAt === null) return;
    const ms = Date.parse(streams.key.expiresAt) - this.#clock.now();
    streams.cancelExpiry = this.#clock.after(Math.min(Math.max(ms, 1), LONGEST_MS), () => {
      if (this.#isLive(streams.key)) this.#watchExpiry(streams);
      else this.#endStale();
    });
  }
}
