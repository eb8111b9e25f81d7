import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Approval, ApprovalRequest, Central } from '../shard/ports.ts';
import type { KeyRecord } from '../shard/records.ts';

/** What the embedded central is given. */
export interface EmbeddedCentralOptions {
  dataDir: string;
  /** Nets a guild is entitled to. */
  maxNets: number;
}

/** What central keeps: key records by guild, hashes only. */
interface Held {
  keys: Record<string, readonly KeyRecord[]>;
}

/** Central inside the shard's process: grants what the configuration entitles to, keeps the key records in its own file. */
export class EmbeddedCentral implements Central {
  readonly #file: string;
  readonly #maxNets: number;
  #held: Held = { keys: {} };
  #writing: Promise<void> = Promise.resolve();

  constructor(options: EmbeddedCentralOptions) {
    this.#file = join(options.dataDir, 'central.json');
    this.#maxNets = options.maxNets;
  }

  /** @throws Error when the file cannot be read */
  async start(): Promise<void> {
    const text = await readFile(this.#file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text !== undefined) this.#held = parse(text, this.#file);
  }

  async approve({ netCount, command }: ApprovalRequest): Promise<Approval> {
    if (command !== 'net.create' || netCount <= this.#maxNets) return { approved: true };
    return { approved: false, reason: `this guild is entitled to ${this.#maxNets} nets. Remove one first.` };
  }

  async holdKeys(guildId: string, keys: readonly KeyRecord[]): Promise<void> {
    if (JSON.stringify(this.#held.keys[guildId] ?? []) === JSON.stringify(keys)) return;
    this.#held.keys[guildId] = structuredClone(keys);
    const write = this.#writing.then(() => this.#write());
    this.#writing = write.catch(() => undefined);
    await write;
  }

  /** Whole or not at all. */
  async #write(): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
    const handle = await open(`${this.#file}.new`, 'w', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(this.#held, null, 2)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(`${this.#file}.new`, this.#file);
  }
}

function parse(text: string, file: string): Held {
  try {
    const held = JSON.parse(text) as Held;
    if (typeof held.keys === 'object' && held.keys !== null) return held;
  } catch {
    // Told below, with what to do.
  }
  throw new Error(`${file} is damaged. Put a copy back, or remove it: the shards hand their keys up again at the start.`);
}
