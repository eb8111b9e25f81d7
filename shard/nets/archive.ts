import { ShardError } from '../errors.ts';
import type { ArchiveIndex, ArchiveSearch, Central, Clock, Log, SearchDocument } from '../ports.ts';
import type { ArchiveRecord, RecordChange } from '../records.ts';
import type { State } from '../state.ts';
import { archiveChainOf } from './archive-chain.ts';
import { requireEntry } from './archive-commands.ts';
import { type ArchiveListing, type ArchivePlace, readCursor, writeCursor } from './archive-cursor.ts';
import { ArchiveSync, type ArchiveSyncStatus } from './archive-sync.ts';
import { foldTag } from './fold-tag.ts';

/** What the archive is given. */
export interface ArchiveOptions {
  guildId: string;
  state: State;
  central: Central;
  search: ArchiveSearch;
  clock: Clock;
  log: Log;
}

/** What is asked of the archive. */
export interface ArchiveQuery {
  /** Words that are all in name, notes or tags; blank: everything, newest first. */
  text?: string | undefined;
  /** Entries have all of these, in any case. */
  tags?: readonly string[] | undefined;
  limit: number;
  /** Of an earlier answer to the same question. */
  cursor?: string | undefined;
}

/** Some entries of those asked for. */
export interface ArchivePage {
  entries: ArchiveRecord[];
  /** How many there are in all. */
  total: number;
  /** What the next page is asked for with; undefined on the last. */
  nextCursor?: string | undefined;
}

/** A page ends early at about so many characters, so that it is written out within a millisecond or two. */
const PAGE_CHARS = 256 * 1024;

/** The archive of one guild: lists, searches, and tells central how far it is. */
export class Archive {
  readonly #options: ArchiveOptions;
  readonly #sync: ArchiveSync;
  #index: ArchiveIndex | null = null;

  constructor(options: ArchiveOptions) {
    this.#options = options;
    const { guildId, state, central, clock, log } = options;
    this.#sync = new ArchiveSync({ guildId, chain: () => archiveChainOf(state), central, clock, log });
  }

  /** Begins to build the index and asks central what it holds; waits for neither. */
  start(): void {
    const { search, guildId, state } = this.#options;
    this.#index = search.open(guildId, () => documents(state.tables.archive.values()));
    this.#sync.start();
  }

  /** Records changed: the index and central follow. */
  follow(rows: readonly RecordChange[]): void {
    for (const { collection, key, value } of rows) {
      if (collection !== 'archive') continue;
      if (value === null) this.#index?.remove(key);
      else this.#index?.put(documentOf(value as ArchiveRecord));
    }
    this.#sync.follow();
  }

  /** Hands the last checkpoint up. */
  async stop(): Promise<void> {
    this.#index?.close();
    await this.#sync.stop();
  }

  /** @throws ShardError archive.unknown */
  entry(uid: string): ArchiveRecord {
    return requireEntry(this.#options, uid);
  }

  /** How far central is behind. */
  syncStatus(): ArchiveSyncStatus {
    return this.#sync.status();
  }

  /** Resolves when the index answers. */
  async whenReady(): Promise<void> {
    await this.#index?.whenReady();
  }

  /** @throws ShardError archive.cursor-invalid | index.building | index.busy */
  async list({ text = '', tags = [], limit, cursor }: ArchiveQuery): Promise<ArchivePage> {
    const listing = { text: text.trim(), tags: [...new Set(tags.map(foldTag))] };
    const after = cursor === undefined ? null : readCursor(listing, cursor);
    return listing.text === '' ? this.#listed(listing, limit, after) : this.#found(listing, limit, after);
  }

  #listed(listing: ArchiveListing, limit: number, after: ArchivePlace | null): ArchivePage {
    const place = after && { uid: after.uid, at: after.archivedAt };
    const { entries, total, more } = this.#options.state.archive.page({ tags: listing.tags, limit, after: place });
    const count = fitting(entries);
    const last = entries[count - 1];
    if (!last || (count === entries.length && !more)) return { entries, total };
    const next = { uid: last.uid, archivedAt: Date.parse(last.archivedAt), score: 0 };
    return { entries: entries.slice(0, count), total, nextCursor: writeCursor(listing, next) };
  }

  async #found(listing: ArchiveListing, limit: number, after: ArchivePlace | null): Promise<ArchivePage> {
    const answer = await this.#index?.search({ ...listing, limit: limit + 1, after });
    if (answer?.state === 'busy') throw new ShardError('index.busy');
    if (answer?.state !== 'found') throw new ShardError('index.building');
    const { archive } = this.#options.state.tables;
    // What was deleted since the index answered is left out.
    const there = answer.hits.filter(({ uid }) => archive.has(uid)).slice(0, limit);
    const entries = there.map(({ uid }) => archive.get(uid) as ArchiveRecord);
    const count = fitting(entries);
    const last = count < entries.length ? there[count - 1] : answer.hits[limit - 1];
    const isLast = count === entries.length && answer.hits.length <= limit;
    if (isLast || !last) return { entries, total: answer.total };
    return { entries: entries.slice(0, count), total: answer.total, nextCursor: writeCursor(listing, last) };
  }
}

/** How many of the entries one page takes; at least one. */
function fitting(entries: readonly ArchiveRecord[]): number {
  let chars = 0;
  const over = entries.findIndex((entry, index) => {
    chars += sizeOf(entry);
    return index > 0 && chars > PAGE_CHARS;
  });
  return over < 0 ? entries.length : over;
}

/** About how many characters an entry takes when it is written out: 400 for what every one has. */
function sizeOf({ notes, tags, assignedUserIds, relayTargetNetUids, inboundRelayFromNetUids }: ArchiveRecord): number {
  const lists = assignedUserIds.length * 23 + (relayTargetNetUids.length + inboundRelayFromNetUids.length) * 31;
  return 400 + notes.length + tags.length * 16 + lists;
}

function* documents(entries: Iterable<ArchiveRecord>): Iterable<SearchDocument> {
  for (const entry of entries) yield documentOf(entry);
}

function documentOf({ uid, name, notes, tags, archivedAt }: ArchiveRecord): SearchDocument {
  return { uid, name, notes, tags: [...new Set(tags.map(foldTag))], archivedAt: Date.parse(archivedAt) };
}
