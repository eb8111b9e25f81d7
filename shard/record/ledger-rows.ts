import type { Ledger, Log } from '../ports.ts';

/** Which ledger is read, and how a row is told that is whole. */
export interface LedgerReading<V> {
  ledger: Ledger<V>;
  /** For the log. */
  name: string;
  /** It may throw: then the row is damaged too. */
  isWhole: (key: string, value: V) => boolean;
  log: Log;
}

/**
 * The rows of a ledger. What is damaged or cannot be read is logged and left out: a ledger lies beside the journal, and
 * a guild must not stay closed for it.
 */
export async function ledgerRows<V>({ ledger, name, isWhole, log }: LedgerReading<V>): Promise<[string, V][]> {
  const rows: [string, V][] = [];
  let damaged = 0;
  const take = (row: [string, V]) => {
    if (whole(isWhole, row)) rows.push(row);
    else damaged += 1;
  };
  try {
    for await (const row of ledger.entries()) take(row);
  } catch (error) {
    log.error({ err: error, ledger: name }, 'what was kept beside the journal cannot be read any further');
  }
  if (damaged > 0) log.error({ ledger: name, rows: damaged }, 'damaged rows beside the journal are left out');
  return rows;
}

/** Whether this is an ISO time. */
export function isTime(value: unknown): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}

function whole<V>(isWhole: LedgerReading<V>['isWhole'], [key, value]: [string, V]): boolean {
  try {
    return isWhole(key, value);
  } catch {
    return false;
  }
}
