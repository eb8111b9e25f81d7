import { chmod, copyFile, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { addNetSettings } from './migrations/add-net-settings.ts';
import { StoreError } from './store-error.ts';
import { openTable } from './table.ts';

/** Turns a guild's file of one format into the next. It is given a copy and may fail in the middle. */
export type Migration = (file: string) => Promise<void>;

/** The first turns format 1 into 2, and so on. */
const MIGRATIONS: readonly Migration[] = [addNetSettings];

/**
 * Makes the file one of this version: creates it (mode 0600), or brings an older format up. Both happen in a file of
 * another name that takes its place when it is whole; the old one stays beside it as `<file>.format-<n>`.
 * @throws StoreError when a newer version of the program wrote it, or another program did
 */
export async function migrate(file: string, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  const current = migrations.length + 1;
  if (!(await exists(file))) return replace(file, (copy) => writeFormat(copy, current));
  const format = await readFormat(file);
  if (format === current) return;
  if (format > current) {
    throw new StoreError(
      `It has format ${format}, and this version of the program reads up to ${current}. Run the newer version again.`,
    );
  }
  await copyFile(file, `${file}.format-${format}`);
  await replace(file, async (copy) => {
    await copyFile(file, copy);
    for (const migration of migrations.slice(format - 1)) await migration(copy);
    await writeFormat(copy, current);
  });
}

async function replace(file: string, prepare: (copy: string) => Promise<void>): Promise<void> {
  if (await exists(`${file}-wal`)) {
    throw new StoreError(
      'Beside it lies a -wal file with changes that are not in it. Put back the file that belongs to it.',
    );
  }
  const copy = `${file}.new`;
  for (const suffix of ['', '-wal', '-shm']) await rm(copy + suffix, { force: true });
  await (await open(copy, 'w', 0o600)).close();
  await prepare(copy);
  await chmod(copy, 0o600);
  await rename(copy, file);
  await flushFolder(dirname(file));
}

/** A file that was renamed is found under its name after a power cut only when the folder was flushed. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}

async function readFormat(file: string): Promise<number> {
  const meta = await openTable<number>(file, 'meta', 'FULL');
  const format = await meta.get('format').finally(() => meta.close());
  if (format === undefined) throw new StoreError('It is not a file of this program: it has no format.');
  return format;
}

async function writeFormat(file: string, format: number): Promise<void> {
  const meta = await openTable<number>(file, 'meta', 'FULL');
  await meta.set('format', format).finally(() => meta.close());
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
