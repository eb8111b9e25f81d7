import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { openTable, type Table } from '../../../store/table.ts';
import { givenFolder } from './support/folder.ts';
import { all, rejection } from './support/rows.ts';
import { refuseRows } from './support/tables.ts';

describe('A table over keyv', () => {
  const folder = givenFolder();
  let open: Table<never>[] = [];
  const file = () => join(folder.path, 'guild.sqlite');
  const given = async <V>(name: string): Promise<Table<V>> => {
    const table = await openTable<V>(file(), name, 'NORMAL');
    open.push(table as Table<never>);
    return table;
  };
  afterEach(async () => {
    await Promise.all(open.map((table) => table.close()));
    open = [];
  });

  it('never mixes with another table of the same file', async () => {
    const [nets, rules] = [await given<string>('nets'), await given<string>('rules')];
    await nets.set('1', 'net');
    await rules.set('1', 'rule');
    await rules.set('2', 'another rule');
    await nets.remove(['1', '2']);
    expect(await all(nets.entries())).to.deep.equal([]);
    expect(new Map(await all(rules.entries()))).to.deep.equal(
      new Map([
        ['1', 'rule'],
        ['2', 'another rule'],
      ]),
    );
    expect(await nets.get('1')).to.equal(undefined);
  });

  it('rejects when a write fails, and holds the old value', async () => {
    const nets = await given<string>('nets');
    await nets.set('1', 'old');
    const recover = await refuseRows(file(), 'nets');
    expect((await rejection(nets.set('1', 'new'))).message).to.contain('disk is full');
    await recover();
    expect(await nets.get('1')).to.equal('old');
  });

  it('writes many rows at once, new ones and known ones, or none of them', async () => {
    const nets = await given<string>('nets');
    await nets.set('1', 'old');
    await nets.setMany([]);
    const many = Array.from({ length: 200 }, (_, n): [string, string] => [String(n), `new ${n} \u0000 "'`]);
    await nets.setMany(many);
    expect(new Map(await all(nets.entries()))).to.deep.equal(new Map(many));
    const recover = await refuseRows(file(), 'nets', "WHEN NEW.value LIKE '%bad%'");
    const rows: [string, string][] = [
      ['1', 'good'],
      ['999', 'bad'],
      ['1000', 'good'],
    ];
    expect((await rejection(nets.setMany(rows))).message).to.contain('disk is full');
    await recover();
    expect(new Map(await all(nets.entries()))).to.deep.equal(new Map(many));
  });

  it('gives back every JSON value as it was', async () => {
    const table = await given<fc.JsonValue>('things');
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(':', ':base64:AAAA', '%', "';--", '{'));
    await fc.assert(
      fc.asyncProperty(text, fc.jsonValue(), text, async (key, value, word) => {
        await table.set(`k${key}`, { value, word });
        expect(await table.get(`k${key}`)).to.deep.equal(JSON.parse(JSON.stringify({ value, word })));
        await table.remove([`k${key}`]);
      }),
      { numRuns: 60 },
    );
  });

  it('lists thousands of rows once each', async () => {
    const table = await given<number>('things');
    for (let count = 0; count < 3000; count += 1) await table.set(String(count), count);
    const values = (await all(table.entries())).map(([, value]) => value);
    expect(values.sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 3000 }, (_, index) => index));
  });

  it('waits for the other tables of the file that write at the same time', async () => {
    const tables = [await given<number>('one'), await given<number>('two'), await given<number>('three')];
    await Promise.all(
      tables.map(async (table) => {
        for (let count = 0; count < 150; count += 1) await table.set(String(count), count);
      }),
    );
    for (const table of tables) expect(await all(table.entries())).to.have.length(150);
  });
});
