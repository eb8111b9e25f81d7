import { createHash } from 'node:crypto';
import { canonicalJson } from '../canonical-json.ts';
import type { Draft } from '../draft.ts';
import { ShardError } from '../errors.ts';
import type { ArchiveChainRecord, ArchiveRecord } from '../records.ts';
import { ONLY, type StateView } from '../state.ts';

/** Most entries in one guild's archive. */
const MAX_ARCHIVE = 100_000;

const NO_CHANGES: ArchiveChainRecord = { version: 0, hash: '' };

/** How far the chain of the archive's changes is. */
export function archiveChainOf(state: StateView): ArchiveChainRecord {
  return state.tables.archiveChain.get(ONLY) ?? NO_CHANGES;
}

/**
 * Puts an entry into the archive or in the place of an older one: the only way in, so that the chain misses nothing.
 * @throws ShardError archive.full
 */
export function putInArchive(draft: Draft, entry: ArchiveRecord): void {
  const { archive } = draft.state.tables;
  if (archive.size >= MAX_ARCHIVE && !archive.has(entry.uid)) {
    throw new ShardError('archive.full', { max: MAX_ARCHIVE });
  }
  draft.put('archive', entry.uid, entry);
  advance(draft, entry.uid, entry);
}

/** Takes an entry out of the archive: the only way out. */
export function takeFromArchive(draft: Draft, uid: string): void {
  draft.remove('archive', uid);
  advance(draft, uid, null);
}

function advance(draft: Draft, uid: string, entry: ArchiveRecord | null): void {
  const { version, hash } = archiveChainOf(draft.state);
  const next = createHash('sha256').update(hash).update(canonicalJson({ uid, entry }));
  draft.put('archiveChain', ONLY, { version: version + 1, hash: next.digest('hex') });
}
