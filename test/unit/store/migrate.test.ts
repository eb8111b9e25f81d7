import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Migration, migrate } from '../../../store/migrate.ts';
import { openTable } from '../../../store/table.ts';
import { givenFolder } from './support/folder.ts';
import { rejection } from './support/rows.ts';

const renameThing: Migration = async (file) => {
  const things = await openTable<string>(file, 'things', 'NORMAL');
  await things.set('1', `${await things.get('1')}, migrated`);
  await things.close();
};

describe("The format of a guild's file", () => {
  const folder = givenFolder();
  const file = () => join(folder.path, '1.sqlite');
  const thing = async (path = file()) => {
    const things = await openTable<string>(path, 'things', 'NORMAL');
    return things.get('1').finally(() => things.close());
  };
  const put = async (name: string, key: string, value: object) => {
    const table = await openTable<object>(file(), name, 'NORMAL');
    await table.set(key, value).finally(() => table.close());
  };
  const get = async (name: string, key: string) => {
    const table = await openTable<object>(file(), name, 'NORMAL');
    return table.get(key).finally(() => table.close());
  };
  const givenThing = async () => {
    await migrate(file(), []);
    const things = await openTable<string>(file(), 'things', 'NORMAL');
    await things.set('1', 'old');
    await things.close();
  };

  it('is written when the file is made, for the owner of the process alone', async () => {
    await migrate(file());
    await migrate(file());
    expect(await readdir(folder.path)).to.deep.equal(['1.sqlite']);
    expect((await stat(file())).mode & 0o777).to.equal(0o600);
  });

  it('is brought up step by step, and the old file is kept', async () => {
    await givenThing();
    await migrate(file(), [renameThing, renameThing]);
    expect(await thing()).to.equal('old, migrated, migrated');
    expect(await thing(`${file()}.format-1`)).to.equal('old');
    await migrate(file(), [renameThing, renameThing]);
    expect(await thing()).to.equal('old, migrated, migrated');
  });

  it('stays the old one when a migration fails in the middle, and the next start tries anew', async () => {
    await givenThing();
    const broken: Migration = async (copy) => {
      await renameThing(copy);
      throw new Error('power cut');
    };
    expect((await rejection(migrate(file(), [broken]))).message).to.equal('power cut');
    expect(await thing()).to.equal('old');
    await migrate(file(), [renameThing]);
    expect(await thing()).to.equal('old, migrated');
  });

  it('that is newer than the program is a clear error, and nothing is changed', async () => {
    await givenThing();
    await migrate(file(), [renameThing]);
    expect((await rejection(migrate(file(), []))).message)
      .to.contain('format 2')
      .and.to.contain('newer version');
    expect(await thing()).to.equal('old, migrated');
  });

  it('2 gives nets and archive entries of format 1 their new settings, in records and in the journal', async () => {
    await migrate(file(), []);
    const net = { uid: 'net_a', id: 1, name: 'Alpha', channelIds: [], priority: 7, mode: 'floor' };
    const row = (collection: string, value: object | null) => ({ collection, key: 'net_a', value });
    const rows = [row('nets', net), row('archive', null), row('rules', { roleId: '1' })];
    await put('nets', 'net_a', net);
    await put('archive', 'net_b', { ...net, uid: 'net_b' });
    await put('journal', '0000000000000001', { seq: 1, rows });
    await migrate(file());
    const added = { gainDb: 0, timeLimitSeconds: null, access: 'open', monitors: {} };
    expect(await get('nets', 'net_a')).to.deep.equal({ ...added, ...net });
    expect(await get('archive', 'net_b')).to.deep.equal({ ...added, ...net, uid: 'net_b' });
    expect(await get('journal', '0000000000000001')).to.deep.equal({
      seq: 1,
      rows: [row('nets', { ...added, ...net }), row('archive', null), row('rules', { roleId: '1' })],
    });
  });

  it('is missed in a file of another program', async () => {
    await (await openTable(file(), 'other', 'NORMAL')).close();
    expect((await rejection(migrate(file()))).message).to.contain('no format');
    const text = join(folder.path, '2.sqlite');
    await writeFile(text, 'this is no database, it is a text of some length that fills the header of a file');
    expect((await rejection(migrate(text))).message).to.contain('not a database');
  });
});
