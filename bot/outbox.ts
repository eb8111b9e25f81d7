import type { Guild, GuildBasedChannel, SendableChannels } from 'discord.js';
import type { Log } from '../shard/ports.ts';
import { mayWrite } from './guild-facts.ts';

/** How many channels are written in at once: an alert does not wait for the slowest, and Discord is not flooded. */
const CHANNELS_AT_ONCE = 5;
/** Most that may wait in one guild; what comes then is left out. */
const MAX_WAITING = 1000;

/** What the outbox is given. */
export interface OutboxOptions {
  /** Undefined while the bot is not connected to the guild. */
  guild: () => Guild | undefined;
  log: Log;
}

type Writable = GuildBasedChannel & SendableChannels;

/** Writes in the channels of a guild: a few at a time, and in each one message after another. Never throws. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #lanes = new Map<string, Promise<unknown>>();
  readonly #queue: (() => void)[] = [];
  #free = CHANNELS_AT_ONCE;
  #waiting = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Does the work when its turn comes; undefined when the bot may not write there or the work failed, which is logged. */
  async write<T>(channelId: string, work: (channel: Writable) => Promise<T>): Promise<T | undefined> {
    if (this.#waiting >= MAX_WAITING) {
      this.#options.log.warn({ channelId, waiting: this.#waiting }, 'too many messages wait; one is left out');
      return undefined;
    }
    this.#waiting += 1;
    const before = this.#lanes.get(channelId);
    const turn = (before ?? Promise.resolve()).then(() => this.#take(channelId, work));
    this.#lanes.set(channelId, turn);
    const done = await turn;
    this.#waiting -= 1;
    if (this.#lanes.get(channelId) === turn) this.#lanes.delete(channelId);
    return done;
  }

  async #take<T>(channelId: string, work: (channel: Writable) => Promise<T>): Promise<T | undefined> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    try {
      const channel = this.#channel(channelId);
      return channel && (await work(channel));
    } catch (error) {
      this.#options.log.warn({ err: error, channelId }, 'a message could not be written');
      return undefined;
    } finally {
      const next = this.#queue.shift();
      if (next) next();
      else this.#free += 1;
    }
  }

  /** Where the bot may write: asking Discord in vain counts against it. */
  #channel(channelId: string): Writable | undefined {
    const channel = this.#options.guild()?.channels.cache.get(channelId);
    if (channel && mayWrite(channel)) return channel;
    this.#options.log.warn({ channelId, known: channel !== undefined }, 'the bot may not write in this channel');
    return undefined;
  }
}
