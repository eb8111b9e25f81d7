import { expect } from 'chai';
import fc from 'fast-check';
import { ArchiveCatalog } from '../../../shard/nets/archive-catalog.ts';
import { DEFAULT_NET_SETTINGS } from '../../../shard/nets/net-settings.ts';
import type { ArchiveRecord, RecordChange } from '../../../shard/records.ts';

function entry(uid: string, day: number, tags: string[] = []): ArchiveRecord {
  const at = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
  return {
    ...DEFAULT_NET_SETTINGS,
    uid,
    name: uid,
    notes: '',
    tags,
    assignedUserIds: [],
    inboundRelayFromNetUids: [],
    channelIds: [],
    createdAt: at,
    archivedAt: at,
    updatedAt: at,
    source: 'api',
  };
}

const put = (value: ArchiveRecord): RecordChange => ({ collection: 'archive', key: value.uid, value });
const remove = (uid: string): RecordChange => ({ collection: 'archive', key: uid, value: null });

/** What the catalogue must list: everything, filtered and sorted anew. */
function naive(model: Map<string, ArchiveRecord>, tags: readonly string[]): ArchiveRecord[] {
  const has = (one: ArchiveRecord, tag: string) => one.tags.some((own) => own.toLowerCase() === tag.toLowerCase());
  return [...model.values()]
    .filter((one) => tags.every((tag) => has(one, tag)))
    .sort((a, b) => (a.archivedAt !== b.archivedAt ? (a.archivedAt < b.archivedAt ? 1 : -1) : a.uid < b.uid ? -1 : 1));
}

/** Everything that is listed, page after page. */
function listed(catalog: ArchiveCatalog, tags: readonly string[], limit: number): ArchiveRecord[] {
  const all: ArchiveRecord[] = [];
  let after = null as { uid: string; at: number } | null;
  for (;;) {
    const { entries, total, more } = catalog.page({ tags, limit, after });
    all.push(...entries);
    const last = entries.at(-1);
    if (!more || !last) {
      expect(total, 'the total is what the pages hold').to.equal(all.length);
      return all;
    }
    expect(entries).to.have.length(limit);
    after = { uid: last.uid, at: Date.parse(last.archivedAt) };
  }
}

const uid = fc.constantFrom(...'abcdefghijklmnopqrst');
const someTags = fc.uniqueArray(fc.constantFrom('x', 'y', 'Z', 'ä b'), { maxLength: 4 });
const someChange = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(uid, fc.nat({ max: 5 }), someTags).map(([id, day, tags]) => put(entry(id, day, tags))),
  },
  { weight: 1, arbitrary: uid.map(remove) },
);

describe('the catalogue of the archive', () => {
  it('lists what filtering and sorting everything would, by tags and page after page', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(someChange, { maxLength: 25 }), { maxLength: 4 }),
        fc.array(fc.constantFrom('x', 'Y', 'z', 'Ä B', 'none'), { maxLength: 3 }),
        fc.integer({ min: 1, max: 7 }),
        (batches, tags, limit) => {
          const catalog = new ArchiveCatalog();
          const model = new Map<string, ArchiveRecord>();
          for (const batch of batches) {
            catalog.apply([...batch, { collection: 'nets', key: 'a', value: null }]);
            for (const { key, value } of batch) {
              if (value === null) model.delete(key);
              else model.set(key, value as ArchiveRecord);
            }
            expect(catalog.size).to.equal(model.size);
            expect(listed(catalog, tags, limit)).to.deep.equal(naive(model, tags));
            catalog.apply(batch);
            expect(listed(catalog, tags, limit), 'the same rows again').to.deep.equal(naive(model, tags));
          }
        },
      ),
    );
  });

  it('does so with tags of thousands of entries, while they grow and shrink', () => {
    const catalog = new ArchiveCatalog();
    const model = new Map<string, ArchiveRecord>();
    const change = (changes: RecordChange[]) => {
      catalog.apply(changes);
      for (const { key, value } of changes) {
        if (value === null) model.delete(key);
        else model.set(key, value as ArchiveRecord);
      }
    };
    const tagsOf = (at: number) => ['all', ...[2, 3, 1000].filter((n) => at % n === 0).map((n) => `by ${n}`)];
    const make = (at: number) =>
      put(entry(`net_${String((at * 7919) % 10_007).padStart(5, '0')}`, at % 400, tagsOf(at)));
    const expectSame = () => {
      for (const tags of [
        [],
        ['all'],
        ['by 2', 'by 3'],
        ['all', 'by 1000'],
        ['by 2', 'none'],
        ['by 3', 'all', 'by 2'],
      ]) {
        expect(listed(catalog, tags, 999).map((one) => one.uid)).to.deep.equal(
          naive(model, tags).map((one) => one.uid),
        );
      }
    };
    change(Array.from({ length: 3000 }, (_, at) => make(at)));
    expectSame();
    for (let at = 3000; at < 5000; at += 1) change([make(at)]);
    expectSame();
    for (let at = 0; at < 5000; at += 1) if (at % 9 !== 0) change([remove((make(at).value as ArchiveRecord).uid)]);
    expectSame();
    for (let at = 0; at < 5000; at += 9) change([put({ ...(make(at).value as ArchiveRecord), tags: ['by 2'] })]);
    expectSame();
  });

  it('goes on after an entry that is gone', () => {
    const catalog = new ArchiveCatalog();
    catalog.apply([put(entry('a', 1)), put(entry('b', 2)), put(entry('c', 3))]);
    catalog.apply([remove('b')]);
    const after = { uid: 'b', at: Date.UTC(2026, 0, 3) };
    const { entries, total, more } = catalog.page({ tags: [], limit: 5, after });
    expect([entries.map((one) => one.uid), total, more]).to.deep.equal([['a'], 2, false]);
  });
});
