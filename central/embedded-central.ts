import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Approval, ApprovalRequest, Central, Checkpoint, Clock, Entitlements } from '../shard/ports.ts';
import type { KeyRecord } from '../shard/records.ts';
import { type CheckpointsByGuild, readCheckpointFile, writeCheckpointFile } from './checkpoint-file.ts';
import { type KeysByGuild, readKeyFile, writeKeyFile } from './key-file.ts';
import { readOrMakeSecret } from './secret-file.ts';

/** What the central inside this process is given. */
export interface EmbeddedCentralOptions {
  /** Exists already; holds `central.json`, `checkpoints.json` and `secret.json`. */
  dataDir: string;
  /** What every guild is entitled to. */
  entitled: Entitlements;
  clock: Clock;
}

/** The authority above the shards of one process, in that process, with files of its own. */
export class EmbeddedCentral implements Central {
  readonly #options: EmbeddedCentralOptions;
  #secret: Uint8Array | null = null;
  #keys: KeysByGuild = new Map();
  #checkpoints: CheckpointsByGuild = new Map();
  #writing: Promise<void> = Promise.resolve();

  constructor(options: EmbeddedCentralOptions) {
    this.#options = options;
  }

  /** Reads its files. @throws Error when it cannot */
  async start(): Promise<void> {
    this.#secret = await readOrMakeSecret(join(this.#options.dataDir, 'secret.json'));
    this.#keys = await readKeyFile(this.#keyFile());
    this.#checkpoints = await readCheckpointFile(this.#checkpointFile());
  }

  /** A guild with more than it is entitled to may do everything but add to it: also remove some. */
  async approve(request: ApprovalRequest): Promise<Approval> {
    const { maxNets, features } = this.#options.entitled;
    const { netsBefore, netCount, maxNetsBefore, turnsOn } = request;
    if (request.maxNets > maxNets && request.maxNets > maxNetsBefore) {
      const reason = `this guild is entitled to ${maxNets} nets, so its limit cannot be ${request.maxNets}. Raise SHARD_MAX_NETS.`;
      return { approved: false, reason };
    }
    if (netCount > maxNets && netCount > netsBefore) {
      const reason = `this guild is entitled to ${maxNets} nets. Remove one, or raise SHARD_MAX_NETS.`;
      return { approved: false, reason };
    }
    const feature = turnsOn.find((one) => !features.includes(one));
    if (!feature) return { approved: true };
    return { approved: false, reason: `this guild is not entitled to ${feature}. Add it to SHARD_FEATURES.` };
  }

  /** Derived from the shard's one secret, so that no guild's is another's. @throws Error before the start */
  guildSecret(guildId: string): Uint8Array {
    if (!this.#secret) throw new Error('Central was not started.');
    return createHmac('sha256', this.#secret).update(`guild/${guildId}`).digest();
  }

  async entitlements(): Promise<Entitlements> {
    return this.#options.entitled;
  }

  async checkpoint(guildId: string): Promise<Checkpoint | null> {
    return this.#checkpoints.get(guildId) ?? null;
  }

  /** Resolves when it is on disk, in a file of its own. */
  async holdCheckpoint(guildId: string, { version, hash }: { version: number; hash: string }): Promise<Checkpoint> {
    const checkpoint = { version, hash, at: new Date(this.#options.clock.now()).toISOString() };
    await this.#next(async () => {
      const all = new Map(this.#checkpoints).set(guildId, checkpoint);
      await writeCheckpointFile(this.#checkpointFile(), all);
      this.#checkpoints = all;
    });
    return checkpoint;
  }

  /** One write after another, and none when nothing changed. Rejects when it cannot be written; then nothing is held. */
  async holdKeys(guildId: string, keys: readonly KeyRecord[]): Promise<void> {
    return this.#next(async () => {
      if (isDeepStrictEqual(this.#keys.get(guildId) ?? [], keys)) return;
      const all = new Map(this.#keys).set(guildId, keys);
      await writeKeyFile(this.#keyFile(), all);
      this.#keys = all;
    });
  }

  #next(write: () => Promise<void>): Promise<void> {
    const work = this.#writing.then(write);
    this.#writing = work.catch(() => undefined);
    return work;
  }

  #keyFile(): string {
    return join(this.#options.dataDir, 'central.json');
  }

  #checkpointFile(): string {
    return join(this.#options.dataDir, 'checkpoints.json');
  }
}
