import { COLLECTIONS, type CollectionName, type NetRecord, type RecordChange, type Records } from './records.ts';
import { indexNets, type NetIndex, type StateView, type Tables } from './state.ts';

/** The state with the rows of a draft laid over it; the state itself stays as it is. */
export class Overlay implements StateView {
  readonly tables: Tables;
  readonly #base: StateView;
  readonly #changed: { [K in CollectionName]: OverlayMap<Records[K]> };
  #nets: NetIndex | null = null;

  constructor(base: StateView) {
    this.#base = base;
    this.#changed = Object.fromEntries(
      COLLECTIONS.map((name) => [name, new OverlayMap<Records[CollectionName]>(base.tables[name])]),
    ) as unknown as { [K in CollectionName]: OverlayMap<Records[K]> };
    this.tables = this.#changed;
  }

  get netBySlot(): ReadonlyMap<number, NetRecord> {
    return this.#index()?.bySlot ?? this.#base.netBySlot;
  }

  get netByName(): ReadonlyMap<string, NetRecord> {
    return this.#index()?.byName ?? this.#base.netByName;
  }

  get netByChannel(): ReadonlyMap<string, NetRecord> {
    return this.#index()?.byChannel ?? this.#base.netByChannel;
  }

  /** Lays one more row over. */
  lay({ collection, key, value }: RecordChange): void {
    (this.#changed[collection] as OverlayMap<Records[CollectionName]>).lay(key, value);
    if (collection === 'nets') this.#nets = null;
  }

  #index(): NetIndex | null {
    if (!this.#changed.nets.isChanged) return null;
    this.#nets ??= indexNets(this.tables.nets.values());
    return this.#nets;
  }
}

/** A map with changes laid over it. In the order of a Map; an iteration sees what there was when it began. */
class OverlayMap<V> implements ReadonlyMap<string, V> {
  readonly #base: ReadonlyMap<string, V>;
  readonly #laid = new Map<string, V | null>();
  #size: number;

  constructor(base: ReadonlyMap<string, V>) {
    this.#base = base;
    this.#size = base.size;
  }

  get isChanged(): boolean {
    return this.#laid.size > 0;
  }

  get size(): number {
    return this.#size;
  }

  lay(key: string, value: V | null): void {
    const had = this.has(key);
    this.#laid.set(key, value);
    if (had !== (value !== null)) this.#size += had ? -1 : 1;
  }

  get(key: string): V | undefined {
    const laid = this.#laid.get(key);
    return laid === undefined ? this.#base.get(key) : (laid ?? undefined);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  *entries(): MapIterator<[string, V]> {
    const laid = new Map(this.#laid);
    for (const [key, value] of this.#base) {
      const now = laid.get(key);
      if (now !== null) yield [key, now ?? value];
    }
    for (const [key, value] of laid) if (value !== null && !this.#base.has(key)) yield [key, value];
  }

  *keys(): MapIterator<string> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  forEach(callback: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.entries()) callback(value, key, this);
  }
}
