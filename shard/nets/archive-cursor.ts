import { createHash } from 'node:crypto';
import { ShardError } from '../errors.ts';

/** Where a listing goes on; `score` where it was searched. */
export interface ArchivePlace {
  uid: string;
  /** Milliseconds since the epoch. */
  archivedAt: number;
  score: number;
}

/** What a listing is of: a cursor of one is of no use in another. */
export interface ArchiveListing {
  /** Empty where nothing is searched for. */
  text: string;
  /** Folded. */
  tags: readonly string[];
}

/** The place as clients carry it around; they must not look inside. */
export function writeCursor(listing: ArchiveListing, { uid, archivedAt, score }: ArchivePlace): string {
  return Buffer.from(JSON.stringify([markOf(listing), archivedAt, score, uid])).toString('base64url');
}

/** @throws ShardError archive.cursor-invalid when we did not write it for this listing */
export function readCursor(listing: ArchiveListing, cursor: string): ArchivePlace {
  const [mark, archivedAt, score, uid, ...rest] = parse(cursor);
  const isWhole = Number.isSafeInteger(archivedAt) && Number.isSafeInteger(score) && typeof uid === 'string';
  if (!isWhole || rest.length > 0 || mark !== markOf(listing)) throw new ShardError('archive.cursor-invalid');
  return { uid, archivedAt: archivedAt as number, score: score as number };
}

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function markOf({ text, tags }: ArchiveListing): string {
  const whole = JSON.stringify([text, [...tags].sort()]);
  return createHash('sha256').update(whole).digest('base64url').slice(0, 12);
}
