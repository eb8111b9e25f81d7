import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KeyvSqlite } from '@keyv/sqlite';
import { expect } from 'chai';
import { openStores } from '../../../store/stores.ts';
import { GivenClock, SILENT } from '../../support/given.ts';
import { givenFolder } from './support/folder.ts';
import { all, assigned, rejection, rowOf } from './support/rows.ts';

type Stores = Awaited<ReturnType<typeof openStores>>;

describe('The stores of a data folder', () => {
  const folder = givenFolder();
  const opened: Stores[] = [];
  const children: ChildProcess[] = [];
  const dataDir = () => join(folder.path, 'data');
  const open = async (): Promise<Stores> => {
    const stores = await openStores({ dataDir: dataDir(), clock: new GivenClock(), log: SILENT });
    opened.push(stores);
    return stores;
  };
  const holdInChild = async (): Promise<ChildProcess> => {
    const program = fileURLToPath(new URL('./support/hold-folder.ts', import.meta.url));
    const child = spawn(process.execPath, [program, dataDir()], { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    await once(child.stdout, 'data');
    return child;
  };
  const kill = async (child: ChildProcess) => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  afterEach(async () => {
    for (const child of children.splice(0)) if (child.exitCode === null && child.signalCode === null) await kill(child);
    for (const stores of opened.splice(0)) await stores.close();
  });

  it('are a file for each guild, and keep guilds apart', async () => {
    const stores = await open();
    expect(await stores.guildIds()).to.deep.equal([]);
    const [one, two] = [await stores.open('1000'), await stores.open('2000')];
    await one.journal.append(rowOf(1, [assigned('1', 'net_a')]));
    one.collections.follow(rowOf(1, [assigned('1', 'net_a')]));
    await one.close();
    expect(await all(two.journal.read(0))).to.deep.equal([]);
    expect((await two.collections.read()).records).to.deep.equal([]);
    expect(await stores.guildIds()).to.deep.equal(['1000', '2000']);
    const again = await stores.open('1000');
    expect(await again.collections.read()).to.deep.equal({ applied: 1, records: [assigned('1', 'net_a')] });
  });

  it('leave out damaged rows beside the journal, and open with the others', async () => {
    const first = await (await open()).open('1000');
    for (const id of ['key_a', 'key_b', 'key_c']) await first.ledgers.keyUse.set(id, '2026-11-21T12:00:00.000Z');
    await first.close();
    await opened.pop()?.close();
    const file = join(dataDir(), 'guilds', '1000.sqlite');
    const connection = new KeyvSqlite({ uri: `sqlite://${file}`, table: 'ledger_keyUse' });
    await connection.query(`UPDATE ledger_keyUse SET value = '{"value":"20' WHERE key LIKE '%key_b'`);
    await connection.close();
    const again = await (await open()).open('1000');
    const ids: string[] = [];
    for await (const [id] of again.ledgers.keyUse.entries()) ids.push(id);
    expect(ids.sort()).to.deep.equal(['key_a', 'key_c']);
    expect(await again.ledgers.keyUse.get('key_b')).to.equal(undefined);
  });

  it('are readable by the owner of the process alone', async () => {
    const stores = await open();
    const store = await stores.open('1000');
    await store.journal.append(rowOf(1));
    expect((await stat(join(dataDir(), 'guilds'))).mode & 0o777).to.equal(0o700);
    for (const name of await readdir(join(dataDir(), 'guilds'))) {
      expect((await stat(join(dataDir(), 'guilds', name))).mode & 0o777, name).to.equal(0o600);
    }
  });

  it('take no guild id that is not digits', async () => {
    const stores = await open();
    for (const guildId of ['../1000', '', '1'.repeat(21), '1 or 2', 'abc']) {
      expect((await rejection(stores.open(guildId))).message).to.contain('not a guild id');
    }
  });

  it('open a guild once at a time', async () => {
    const stores = await open();
    const store = await stores.open('1000');
    expect((await rejection(stores.open('1000'))).message).to.contain('open already');
    await store.close();
    await stores.open('1000');
  });

  it('say which file cannot be used, and the other guilds can', async () => {
    const stores = await open();
    await writeFile(join(dataDir(), 'guilds', '1000.sqlite'), 'not a database '.repeat(100));
    const { message } = await rejection(stores.open('1000'));
    expect(message).to.contain('1000.sqlite cannot be used').and.to.contain('not a database');
    await stores.open('2000');
    expect((await rejection(stores.open('1000'))).message).to.contain('cannot be used');
  });

  it('are refused to a second process, which is told whose they are', async () => {
    const child = await holdInChild();
    expect((await rejection(open())).message).to.contain(`in use by another process (pid ${child.pid})`);
  });

  it('are refused to a second opening in the same process', async () => {
    await open();
    expect((await rejection(open())).message).to.contain(`pid ${process.pid}`);
  });

  it('are taken over from a process that was killed', async () => {
    await kill(await holdInChild());
    await (await open()).open('1000');
  });

  it('are given back in the end', async () => {
    await (await open()).close();
    opened.length = 0;
    await open();
  });
});
