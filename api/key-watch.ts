import { isLive } from '../shard/access/key-life.ts';
import type { Clock } from '../shard/ports.ts';
import type { KeyRecord } from '../shard/records.ts';
import type { Shard } from '../shard/shard.ts';

/** Longest that is waited in one go for a key's end: timers of 2^31 ms and more fire at once. */
const LONGEST_MS = 24 * 3600 * 1000;

/** Says when keys that are in use end: by being revoked, or by themselves. */
export class KeyWatch {
  readonly #shard: Shard;
  readonly #clock: Clock;
  readonly #ended: (key: KeyRecord) => void;
  readonly #keys = new Map<string, { key: KeyRecord; uses: number; cancel: () => void }>();
  #stop = () => {};

  /** `ended` is called in the turn in which a key ends, and again until nobody uses it. */
  constructor(shard: Shard, clock: Clock, ended: (key: KeyRecord) => void) {
    this.#shard = shard;
    this.#clock = clock;
    this.#ended = ended;
  }

  start(): void {
    const stop = this.#shard.onChange('keys in use', () => this.#look());
    this.#stop = () => void stop();
  }

  stop(): void {
    this.#stop();
    for (const { cancel } of this.#keys.values()) cancel();
    this.#keys.clear();
  }

  /** How often a key is in use. */
  uses(keyId: string): number {
    return this.#keys.get(keyId)?.uses ?? 0;
  }

  /** A key is in use once more. */
  add(key: KeyRecord): void {
    const known = this.#keys.get(key.id);
    if (known) known.uses += 1;
    else this.#keys.set(key.id, { key, uses: 1, cancel: this.#await(key) });
  }

  /** A key is in use once less. */
  remove(keyId: string): void {
    const known = this.#keys.get(keyId);
    if (!known) return;
    known.uses -= 1;
    if (known.uses > 0) return;
    known.cancel();
    this.#keys.delete(keyId);
  }

  #look(): void {
    for (const { key } of [...this.#keys.values()]) if (!this.#isLive(key)) this.#ended(key);
  }

  #isLive({ hash }: KeyRecord): boolean {
    const key = this.#shard.read.keyByHash(hash);
    return key !== undefined && isLive(key, this.#clock.now());
  }

  #await(key: KeyRecord): () => void {
    if (key.expiresAt === null) return () => {};
    const ms = Date.parse(key.expiresAt) - this.#clock.now();
    return this.#clock.after(Math.min(Math.max(ms, 1), LONGEST_MS), () => {
      const known = this.#keys.get(key.id);
      if (!this.#isLive(key)) this.#ended(key);
      else if (known) known.cancel = this.#await(key);
    });
  }
}
