import { timingSafeEqual } from 'node:crypto';
import { isLive } from './access/key-life.ts';
import { hashSecret, parseSecret } from './access/key-secret.ts';
import { sameToken } from './access/public-token.ts';
import { ShardError } from './errors.ts';
import type { ArchiveSearch, Central, Clock, GuildStore, Ids, Log, Notices, People, Voice } from './ports.ts';
import type { KeyRecord } from './records.ts';
import { Shard } from './shard.ts';

/** What the shards of a process are given. */
export interface ShardsOptions {
  open: (guildId: string) => Promise<GuildStore>;
  central: Central;
  search: ArchiveSearch;
  /** What acts in Discord for a guild. */
  outside: (guildId: string) => { voice: Voice; people: People; notices: Notices };
  clock: Clock;
  ids: Ids;
  log: Log;
  /** How long a sender of alerts waits for the next one, in milliseconds. */
  acarsCooldownMs?: number | undefined;
}

/** All guilds of this process, each its own shard; nothing is shared between them but this list. */
export class Shards {
  readonly #options: ShardsOptions;
  readonly #opening = new Map<string, Promise<Shard>>();
  readonly #open = new Map<string, Shard>();
  readonly #listeners = new Set<(shard: Shard) => void>();
  #stopped = false;

  constructor(options: ShardsOptions) {
    this.#options = options;
  }

  /** The guild's shard, read from disk when it is not open yet. */
  open(guildId: string): Promise<Shard> {
    if (this.#stopped) return Promise.reject(new ShardError('shard.stopping'));
    const known = this.#opening.get(guildId);
    if (known) return known;
    const opening = this.#start(guildId);
    this.#opening.set(guildId, opening);
    opening.catch(() => this.#opening.delete(guildId));
    return opening;
  }

  /** The guild's shard, if it is open. */
  get(guildId: string): Shard | undefined {
    return this.#open.get(guildId);
  }

  /** Calls the listener with every shard, those that are open now and each that is opened; answers how to stop. */
  onOpen(listener: (shard: Shard) => void): () => void {
    this.#listeners.add(listener);
    for (const shard of this.#open.values()) listener(shard);
    return () => this.#listeners.delete(listener);
  }

  /** Every open shard. */
  all(): Shard[] {
    return [...this.#open.values()];
  }

  /**
   * Whose key this is; that it was used now is noted. The guild follows from the key and from nothing else.
   * @throws ShardError key.malformed | key.rejected | key.expired
   */
  verifyKey(secret: string): { shard: Shard; key: KeyRecord } {
    if (!parseSecret(secret)) throw new ShardError('key.malformed');
    const found = this.findKey(secret);
    if (!found || found.key.revokedAt !== null) throw new ShardError('key.rejected');
    if (!isLive(found.key, this.#options.clock.now())) {
      throw new ShardError('key.expired', { expiresAt: found.key.expiresAt ?? '' });
    }
    found.shard.keyUse.note(found.key.id);
    return found;
  }

  /** Whose key this is or was, also when it has ended. */
  findKey(secret: string): { shard: Shard; key: KeyRecord } | undefined {
    const hash = hashSecret(secret);
    for (const shard of this.#open.values()) {
      const key = shard.read.keyByHash(hash);
      if (key && timingSafeEqual(Buffer.from(key.hash), Buffer.from(hash))) return { shard, key };
    }
    return undefined;
  }

  /** Whose public token this is. @throws ShardError public-token.rejected */
  verifyPublicToken(token: string): Shard {
    const shard = this.all().find((one) => sameToken(one.publicToken, token));
    if (!shard) throw new ShardError('public-token.rejected');
    return shard;
  }

  /** Stops every shard and closes its store. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled(this.#opening.values());
    const stopped = await Promise.allSettled(this.all().map((shard) => shard.stop()));
    for (const outcome of stopped) {
      if (outcome.status === 'rejected')
        this.#options.log.error({ err: outcome.reason }, 'a shard did not stop cleanly');
    }
    this.#open.clear();
    this.#opening.clear();
  }

  async #start(guildId: string): Promise<Shard> {
    const { open, outside, ...shared } = this.#options;
    const store = await open(guildId);
    const shard = new Shard({ guildId, store, ...outside(guildId), ...shared });
    try {
      await shard.start();
    } catch (error) {
      await store.close();
      throw error;
    }
    this.#open.set(guildId, shard);
    for (const listener of this.#listeners) listener(shard);
    return shard;
  }
}
