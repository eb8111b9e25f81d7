import type { CollectionName, KeyRecord, NetRecord, RecordChange, Records } from './records.ts';

/** One map per collection, keyed as on disk. */
export type Tables = { [K in CollectionName]: Map<string, Records[K]> };

/** The key of collections that hold a single record per guild. */
export const ONLY = 'guild';

const emptyTables = (): Tables => ({
  nets: new Map(),
  assignments: new Map(),
  rules: new Map(),
  operation: new Map(),
  settings: new Map(),
  features: new Map(),
  archive: new Map(),
  keys: new Map(),
});

/** What the journal says, in memory. Changed only by `apply`; applying the same row twice gives the same state. */
export class State {
  readonly tables: Tables = emptyTables();
  /** Nets by slot, by lower-case name and by the channels bound to them. */
  readonly netBySlot = new Map<number, NetRecord>();
  readonly netByName = new Map<string, NetRecord>();
  readonly netByChannel = new Map<string, NetRecord>();
  readonly keyByHash = new Map<string, KeyRecord>();

  apply(changes: readonly RecordChange[]): void {
    for (const change of changes) {
      const table = this.tables[change.collection] as Map<string, Records[CollectionName]>;
      if (change.value === null) table.delete(change.key);
      else table.set(change.key, change.value);
    }
    if (changes.some((change) => change.collection === 'nets')) this.#indexNets();
    if (changes.some((change) => change.collection === 'keys')) this.#indexKeys();
  }

  #indexKeys(): void {
    this.keyByHash.clear();
    for (const key of this.tables.keys.values()) this.keyByHash.set(key.hash, key);
  }

  #indexNets(): void {
    this.netBySlot.clear();
    this.netByName.clear();
    this.netByChannel.clear();
    for (const net of this.tables.nets.values()) {
      this.netBySlot.set(net.id, net);
      this.netByName.set(net.name.toLowerCase(), net);
      for (const channelId of net.channelIds) this.netByChannel.set(channelId, net);
    }
  }
}
