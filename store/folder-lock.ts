import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KeyvSqlite } from '@keyv/sqlite';
import { StoreError } from './store-error.ts';

/**
 * Keeps other processes out of a data folder until the answered function is called or this process ends, however it
 * ends: the lock is the operating system's, held on `lock.sqlite`, so it is never left behind and a process id that is
 * used again (each container has a process 1) means nothing to it. `lock.pid` only tells people whose it is.
 * @throws StoreError when somebody holds it
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const pidFile = join(folder, 'lock.pid');
  const connection = new KeyvSqlite({ uri: `sqlite://${join(folder, 'lock.sqlite')}`, table: 'lock' });
  connection.on('error', () => undefined); // the query below rejects with it
  try {
    await connection.query('BEGIN EXCLUSIVE');
  } catch (error) {
    await connection.close().catch(() => undefined);
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    const pid = await readFile(pidFile, 'utf8').catch(() => 'unknown');
    throw new StoreError(
      `The data folder ${folder} is in use by another process (pid ${pid.trim()}). Stop it first, or name another folder in DATA_DIR.`,
    );
  }
  await writeFile(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return async () => {
    await rm(pidFile, { force: true });
    await connection.close();
  };
}
