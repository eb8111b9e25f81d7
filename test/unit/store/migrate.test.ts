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
  const givenThing = async () => {
    await migrate(file());
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
    expect((await rejection(migrate(file()))).message)
      .to.contain('format 2')
      .and.to.contain('newer version');
    expect(await thing()).to.equal('old, migrated');
  });

  it('is missed in a file of another program', async () => {
    await (await openTable(file(), 'other', 'NORMAL')).close();
    expect((await rejection(migrate(file()))).message).to.contain('no format');
    const text = join(folder.path, '2.sqlite');
    await writeFile(text, 'this is no database, it is a text of some length that fills the header of a file');
    expect((await rejection(migrate(text))).message).to.contain('not a database');
  });
});
