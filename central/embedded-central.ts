import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Approval, ApprovalRequest, Central } from '../shard/ports.ts';
import type { KeyRecord } from '../shard/records.ts';
import { type KeysByGuild, readKeyFile, writeKeyFile } from './key-file.ts';

/** What the central inside this process is given. */
export interface EmbeddedCentralOptions {
  /** Exists already; holds `central.json`. */
  dataDir: string;
  /** How many nets a guild is entitled to. */
  maxNets: number;
}

/** The commands after which there may be more nets than before. */
const GROWING: ReadonlySet<string> = new Set(['net.create']);

/** The authority above the shards of one process, in that process, with a file of its own. */
export class EmbeddedCentral implements Central {
  readonly #options: EmbeddedCentralOptions;
  #keys: KeysByGuild = new Map();
  #writing: Promise<void> = Promise.resolve();

  constructor(options: EmbeddedCentralOptions) {
    this.#options = options;
  }

  /** Reads the file. @throws Error when it cannot */
  async start(): Promise<void> {
    this.#keys = await readKeyFile(this.#file());
  }

  /** A guild with more nets than it is entitled to may do everything but add one: also remove some. */
  async approve({ command, netCount }: ApprovalRequest): Promise<Approval> {
    const { maxNets } = this.#options;
    if (!GROWING.has(command) || netCount <= maxNets) return { approved: true };
    return {
      approved: false,
      reason: `this guild is entitled to ${maxNets} nets. Remove one, or raise SHARD_MAX_NETS.`,
    };
  }

  /** One write after another, and none when nothing changed. Rejects when it cannot be written; then nothing is held. */
  async holdKeys(guildId: string, keys: readonly KeyRecord[]): Promise<void> {
    const work = this.#writing.then(async () => {
      if (isDeepStrictEqual(this.#keys.get(guildId) ?? [], keys)) return;
      const all = new Map(this.#keys).set(guildId, keys);
      await writeKeyFile(this.#file(), all);
      this.#keys = all;
    });
    this.#writing = work.catch(() => undefined);
    return work;
  }

  #file(): string {
    return join(this.#options.dataDir, 'central.json');
  }
}
