import { expect } from 'chai';
import fc from 'fast-check';
import type { SearchDocument, SearchQuery } from '../../../../shard/ports.ts';
import { SearchIndex } from '../../../../store/search/search-index.ts';
import { TermDictionary } from '../../../../store/search/term-dictionary.ts';
import { words } from '../../../../store/search/words.ts';
import { naiveDistance, naiveSearch } from './naive-search.ts';

const document = (uid: string, name: string, more: Partial<SearchDocument> = {}): SearchDocument => ({
  uid,
  name,
  notes: '',
  tags: [],
  archivedAt: 0,
  ...more,
});

function indexOf(...documents: SearchDocument[]): SearchIndex {
  const index = new SearchIndex();
  for (const one of documents) index.put(one);
  return index;
}

const ask = (text: string, more: Partial<SearchQuery> = {}): SearchQuery => ({
  text,
  tags: [],
  limit: 50,
  after: null,
  ...more,
});

const uids = (index: SearchIndex, text: string, more: Partial<SearchQuery> = {}) =>
  index.search(ask(text, more)).hits.map(({ uid }) => uid);

describe('the words of a text', () => {
  it('are told apart without case, accents, width and ligatures', () => {
    expect(words('Strike-Net 7, ALPHA!')).to.deep.equal(['strike', 'net', '7', 'alpha']);
    expect(words('Élan Straße ﬁrst Ｗｉｄｅ ΣΟΦΟΣ')).to.deep.equal(['elan', 'strasse', 'first', 'wide', 'σοφοσ']);
    expect(words('STRAẞE')).to.deep.equal(['strasse']);
    expect(words('ελληνικός Й 中文 हिन्दी')).to.deep.equal(['ελληνικοσ', 'и', '中文', 'हिन्दी']);
    expect(words('go 🚀🚀 now')).to.deep.equal(['go', '🚀', '🚀', 'now']);
    expect(words(' \n!?- ')).to.deep.equal([]);
    expect(words(`x${'y'.repeat(4000)}`)[0]).to.have.length(64);
  });

  it('are the same when they are folded once more', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), (text) => {
        const once = words(text);
        expect(words(once.join(' '))).to.deep.equal(once);
      }),
    );
  });
});

describe('a search index', () => {
  it('finds what has all words, in name, tags or notes, and the better place first', () => {
    const index = indexOf(
      document('notes', 'Other', { notes: 'a strike at dawn' }),
      document('tag', 'Another', { tags: ['strike'] }),
      document('name', 'Strike Net'),
      document('none', 'Air Wing', { tags: ['dawn'] }),
    );
    expect(uids(index, 'strike')).to.deep.equal(['name', 'tag', 'notes']);
    expect(uids(index, 'DAWN strike')).to.deep.equal(['notes']);
    expect(uids(index, 'strike nowhere')).to.deep.equal([]);
    expect(index.search(ask('!!'))).to.deep.equal({ hits: [], total: 0 });
  });

  it('puts the word as written before what begins so, and the shorter name first', () => {
    const index = indexOf(document('longer', 'Alphabet'), document('two', 'Alpha Two'), document('one', 'Alpha'));
    expect(uids(index, 'alpha')).to.deep.equal(['one', 'two', 'longer']);
    expect(uids(index, 'a')).to.deep.equal(['one', 'two', 'longer']);
  });

  it('forgives mistakes only where nothing is found as written, and none in short words and numbers', () => {
    const index = indexOf(document('strike', 'Strike Net 17'), document('strife', 'Strife'), document('go', 'Go'));
    for (const text of ['strikr', 'stirke', 'strke', 'strrike']) expect(uids(index, text)).to.include('strike');
    expect(uids(index, 'strike')).to.deep.equal(['strike']);
    expect(uids(index, 'strifw')).to.deep.equal(['strife']);
    for (const text of ['ge', '18', 'net18']) expect(uids(index, text), text).to.deep.equal([]);
    const long = indexOf(document('a', 'Reconnaissance'));
    expect(uids(long, 'reconaisance')).to.deep.equal(['a']);
    expect(uids(long, 'recnaisance')).to.deep.equal([]);
  });

  it('filters by whole tags', () => {
    const index = indexOf(
      document('a', 'Alpha', { tags: ['night ops', 'old'] }),
      document('b', 'Alpha', { tags: ['night'] }),
    );
    expect(uids(index, 'alpha', { tags: ['night ops'] })).to.deep.equal(['a']);
    expect(uids(index, 'alpha', { tags: ['night ops', 'old'] })).to.deep.equal(['a']);
    expect(uids(index, 'alpha', { tags: ['ops'] })).to.deep.equal([]);
    expect(uids(index, 'ops')).to.deep.equal(['a']);
  });

  it('orders equals by time, newest first, then by uid', () => {
    const index = indexOf(
      document('b', 'Alpha', { archivedAt: 5 }),
      document('c', 'Alpha', { archivedAt: 9 }),
      document('a', 'Alpha', { archivedAt: 5 }),
    );
    expect(uids(index, 'alpha')).to.deep.equal(['c', 'a', 'b']);
  });

  it('forgets the words of what was removed', () => {
    const index = indexOf(document('a', 'Alpha', { tags: ['x'] }), document('b', 'Bravo'));
    index.put(document('a', 'Charlie'));
    index.remove('b');
    index.remove('unknown');
    expect([uids(index, 'alpha'), uids(index, 'bravo'), uids(index, 'charlie')]).to.deep.equal([[], [], ['a']]);
    expect([index.size, index.termCount]).to.deep.equal([1, 1]);
  });
});

/** Few words, much alike, so that much is found. */
const word = fc.constantFrom(
  'alpha',
  'alphas',
  'alpah',
  'bravo',
  'brave',
  'charlie',
  'charliee',
  'strike',
  'strikers',
  'reconnaissance',
  'reconaissance',
  'x',
  '17',
  '18',
  'Élan',
  'elan',
);
const text = fc.array(word, { maxLength: 4 }).map((all) => all.join(' '));
const change = fc.record({
  uid: fc.constantFrom(...'abcdefghijklmnop'),
  removed: fc.integer({ min: 0, max: 4 }).map((dice) => dice === 0),
  name: text,
  notes: text,
  tags: fc.uniqueArray(fc.constantFrom('night', 'alpha', 'x'), { maxLength: 3 }),
  archivedAt: fc.nat({ max: 3 }),
});
const query = fc.record({
  text: fc
    .tuple(fc.array(fc.tuple(word, fc.nat({ max: 16 })), { maxLength: 3 }), fc.boolean())
    .map(([all, cut]) => all.map(([one, length]) => (cut ? one.slice(0, length) : one)).join(' ')),
  tags: fc.uniqueArray(fc.constantFrom('night', 'alpha'), { maxLength: 2 }),
  limit: fc.integer({ min: 1, max: 5 }),
});

describe('a search index and a naive search', () => {
  it('find the same, page after page, whatever was put, changed and removed in whatever order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.array(change, { maxLength: 12 }), query), { maxLength: 8 }), (rounds) => {
        const index = new SearchIndex();
        const model = new Map<string, SearchDocument>();
        for (const [changes, { text: wanted, tags, limit }] of rounds) {
          for (const { removed, ...one } of changes) {
            if (removed) index.remove(one.uid);
            else index.put(one);
            if (removed) model.delete(one.uid);
            else model.set(one.uid, one);
          }
          let after: SearchQuery['after'] = null;
          do {
            const asked: SearchQuery = { text: wanted, tags, limit, after };
            const found = index.search(asked);
            expect(found).to.deep.equal(naiveSearch(model.values(), asked));
            after = found.hits.length === limit ? (found.hits.at(-1) ?? null) : null;
          } while (after);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a dictionary of terms', () => {
  const term = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 8 });

  it('finds what begins so and what is near as going through all of them does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(term, { maxLength: 30 }), { maxLength: 3 }),
        term,
        fc.nat({ max: 2 }),
        (batches, wanted, most) => {
          const dictionary = new TermDictionary();
          const all = new Set<string>();
          for (const batch of batches) {
            for (const one of batch) {
              dictionary.take(one);
              all.add(one);
            }
            dictionary.settle();
            const dropped = batch[0];
            const gone = dropped && dictionary.get(dropped);
            if (gone) dictionary.drop(gone);
            if (dropped) all.delete(dropped);
          }
          const sorted = [...all].sort();
          expect(dictionary.size).to.equal(sorted.length);
          const beginning = dictionary.startingWith(wanted).map((one) => one.text);
          expect(beginning).to.deep.equal(sorted.filter((one) => one.startsWith(wanted)));
          const near = [...dictionary.near(wanted, most)].map(([one, mistakes]) => [one.text, mistakes]);
          const expected = sorted.map((one) => [one, naiveDistance(one, wanted)] as const);
          expect(near).to.deep.equal(expected.filter(([, mistakes]) => mistakes <= most));
        },
      ),
      { numRuns: 500 },
    );
  });
});
