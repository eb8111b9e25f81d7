import { ArchiveCatalog } from './nets/archive-catalog.ts';
import {
  COLLECTIONS,
  type CollectionName,
  type KeyRecord,
  type NetRecord,
  type RecordChange,
  type Records,
} from './records.ts';

/** One map per collection, keyed as on disk. */
export type Tables = { readonly [K in CollectionName]: ReadonlyMap<string, Records[K]> };

/** The state as whoever reads it sees it: the journal's, or what a draft would make of it. */
export interface StateView {
  readonly tables: Tables;
  /** Nets by slot, by lower-case name and by the channels bound to them. */
  readonly netBySlot: ReadonlyMap<number, NetRecord>;
  readonly netByName: ReadonlyMap<string, NetRecord>;
  readonly netByChannel: ReadonlyMap<string, NetRecord>;
}

/** The key of collections that hold a single record per guild. */
export const ONLY = 'guild';

/** Ways to find a net. */
export interface NetIndex {
  bySlot: Map<number, NetRecord>;
  byName: Map<string, NetRecord>;
  byChannel: Map<string, NetRecord>;
}

/** Indexes nets by slot, by lower-case name and by channel. */
export function indexNets(nets: Iterable<NetRecord>): NetIndex {
  const index: NetIndex = { bySlot: new Map(), byName: new Map(), byChannel: new Map() };
  for (const net of nets) {
    index.bySlot.set(net.id, net);
    index.byName.set(net.name.toLowerCase(), net);
    for (const channelId of net.channelIds) index.byChannel.set(channelId, net);
  }
  return index;
}

/** What the journal says, in memory. Changed only by `apply`; applying the same row twice gives the same state. */
export class State implements StateView {
  readonly #tables = Object.fromEntries(COLLECTIONS.map((name) => [name, new Map()])) as {
    [K in CollectionName]: Map<string, Records[K]>;
  };
  readonly keyByHash = new Map<string, KeyRecord>();
  readonly archive = new ArchiveCatalog();
  #nets = indexNets([]);

  get tables(): Tables {
    return this.#tables;
  }

  get netBySlot(): ReadonlyMap<number, NetRecord> {
    return this.#nets.bySlot;
  }

  get netByName(): ReadonlyMap<string, NetRecord> {
    return this.#nets.byName;
  }

  get netByChannel(): ReadonlyMap<string, NetRecord> {
    return this.#nets.byChannel;
  }

  apply(changes: readonly RecordChange[]): void {
    const touched = new Set<CollectionName>();
    for (const change of changes) {
      const table = this.#tables[change.collection] as Map<string, Records[CollectionName]>;
      if (change.value === null) table.delete(change.key);
      else table.set(change.key, change.value);
      touched.add(change.collection);
    }
    if (touched.has('nets')) this.#nets = indexNets(this.#tables.nets.values());
    if (touched.has('keys')) this.#indexKeys();
    if (touched.has('archive')) this.archive.apply(changes);
  }

  #indexKeys(): void {
    this.keyByHash.clear();
    for (const key of this.#tables.keys.values()) this.keyByHash.set(key.hash, key);
  }
}
