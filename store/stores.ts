import { mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Clock, GuildStore, Log } from '../shard/ports.ts';
import { lockFolder } from './folder-lock.ts';
import { startGuildStore } from './guild-store.ts';
import { closeGuildTables, openGuildTables } from './guild-tables.ts';
import { migrate } from './migrate.ts';
import { reasonOf, StoreError } from './store-error.ts';

/** What the stores of a process are given. */
export interface StoresOptions {
  /** Created (mode 0700) when it is not there. */
  dataDir: string;
  clock: Clock;
  log: Log;
}

/** A guild's file is named after its id, which is a Discord id. */
const GUILD_ID = /^\d{1,20}$/;
const GUILD_FILE = /^(\d{1,20})\.sqlite$/;

/**
 * Takes the data folder for this process.
 * @throws StoreError when another process has it
 */
export async function openStores(options: StoresOptions): Promise<Stores> {
  const folder = resolve(options.dataDir, 'guilds');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unlock = await lockFolder(resolve(options.dataDir));
  return new Stores(folder, unlock, options);
}

/** The stores of all guilds: a file each under `<dataDir>/guilds`. */
export class Stores {
  readonly #folder: string;
  readonly #unlock: () => Promise<void>;
  readonly #options: StoresOptions;
  readonly #open = new Map<string, GuildStore | null>();
  #closed = false;

  constructor(folder: string, unlock: () => Promise<void>, options: StoresOptions) {
    this.#folder = folder;
    this.#unlock = unlock;
    this.#options = options;
  }

  /**
   * Opens a guild's store, creating its file when there is none. It can be opened again once it is closed.
   * @throws StoreError when the file cannot be used
   */
  async open(guildId: string): Promise<GuildStore> {
    if (!GUILD_ID.test(guildId)) throw new StoreError(`"${guildId}" is not a guild id: ids are 1 to 20 digits.`);
    if (this.#closed) throw new StoreError('The data folder was given back already.');
    if (this.#open.has(guildId)) throw new StoreError(`The store of guild ${guildId} is open already.`);
    this.#open.set(guildId, null);
    try {
      const store = await this.#start(guildId);
      this.#open.set(guildId, store);
      return store;
    } catch (error) {
      this.#open.delete(guildId);
      throw error;
    }
  }

  /** The guilds that have a file. */
  async guildIds(): Promise<string[]> {
    const names = await readdir(this.#folder);
    return names.flatMap((name) => GUILD_FILE.exec(name)?.[1] ?? []).sort();
  }

  /** Closes what is still open and gives the data folder back. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled([...this.#open.values()].map((store) => store?.close()));
    await this.#unlock();
  }

  async #start(guildId: string): Promise<GuildStore> {
    const file = join(this.#folder, `${guildId}.sqlite`);
    try {
      await migrate(file);
      const tables = await openGuildTables(file, this.#options.log);
      const store = await startGuildStore(tables, this.#options).catch(async (error: unknown) => {
        await closeGuildTables(tables);
        throw error;
      });
      return { ...store, close: () => this.#close(guildId, store) };
    } catch (error) {
      throw new StoreError(`The file ${file} cannot be used. ${reasonOf(error)}`, { cause: error });
    }
  }

  async #close(guildId: string, store: GuildStore): Promise<void> {
    try {
      await store.close();
    } finally {
      this.#open.delete(guildId);
    }
  }
}
