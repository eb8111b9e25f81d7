import type { JournalRow } from '../../../../shard/ports.ts';
import type { ShardEvent } from '../../../../shard/record/events.ts';
import type { RecordChange } from '../../../../shard/records.ts';

const AT = '2026-11-21T12:00:00.000Z';

/** A journal row that changes these records. */
export function rowOf(seq: number, rows: RecordChange[] = [assigned('1', `net_${seq}`)]): JournalRow {
  const actor = { kind: 'system' as const, id: 'system', name: 'test' };
  return { seq, at: AT, actor, command: 'assignment.set', rows, events: [] };
}

/** Somebody's assignments; without nets they are removed. */
export function assigned(userId: string, ...netUids: string[]): RecordChange {
  return { collection: 'assignments', key: userId, value: netUids.length > 0 ? { userId, netUids } : null };
}

/** A role rule. */
export function ruled(roleId: string, ...netUids: string[]): RecordChange {
  return { collection: 'rules', key: roleId, value: netUids.length > 0 ? { roleId, netUids } : null };
}

/** An event whose id ends in `count`. */
export function eventOf(count: number, at: string = AT): ShardEvent {
  const id = `evt_${String(count).padStart(12, '0')}`;
  return { id, type: 'config.changed', guildId: '1000', at, data: { action: 'test' } };
}

/** Everything an async iterable gives. */
export async function all<T>(iterable: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of iterable) items.push(item);
  return items;
}

/** The error a promise rejects with. @throws Error when it does not */
export async function rejection(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => {
      throw new Error('it was not rejected');
    },
    (error: Error) => error,
  );
}
