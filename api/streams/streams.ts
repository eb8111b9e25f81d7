import type { ServerResponse } from 'node:http';
import { ShardError } from '../../shard/errors.ts';
import type { Clock } from '../../shard/ports.ts';
import type { Shard } from '../../shard/shard.ts';
import { GuildStreams, type StreamWish } from './guild-streams.ts';
import { Turns } from './turns.ts';

/** The open event streams of every guild. */
export class Streams {
  readonly #clock: Clock;
  readonly #turns = new Turns();
  readonly #guilds = new Map<Shard, GuildStreams>();
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * The streams of a guild.
   * @throws ShardError shard.stopping
   * @throws HttpError stream.limit when the key has too many already
   */
  requireRoom(shard: Shard, keyId: string): void {
    if (this.#stopped) throw new ShardError('shard.stopping');
    this.#guilds.get(shard)?.requireRoom(keyId);
  }

  /** Streams the guild's events into a response whose head is written, until either side ends it. */
  open(shard: Shard, response: ServerResponse, wish: StreamWish): void {
    this.#of(shard).open(response, wish);
  }

  /** How many streams of a guild are open. */
  readers(shard: Shard): number {
    return this.#guilds.get(shard)?.readers ?? 0;
  }

  /** Ends every stream and takes no more. */
  stop(): void {
    this.#stopped = true;
    for (const guild of this.#guilds.values()) guild.stop();
    this.#guilds.clear();
  }

  #of(shard: Shard): GuildStreams {
    const known = this.#guilds.get(shard);
    if (known) return known;
    const made = new GuildStreams(shard, this.#clock, this.#turns);
    this.#guilds.set(shard, made);
    made.start(() => {
      made.stop();
      this.#guilds.delete(shard);
    });
    return made;
  }
}
