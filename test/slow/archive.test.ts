import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { EmbeddedCentral } from '../../central/embedded-central.ts';
import type { ArchiveQuery } from '../../shard/nets/archive.ts';
import type { SearchDocument } from '../../shard/ports.ts';
import type { ArchiveRecord, RecordChange } from '../../shard/records.ts';
import { Shard } from '../../shard/shard.ts';
import { Background } from '../../store/background/background.ts';
import { archiveSearch } from '../../store/search/archive-search.ts';
import { openStores } from '../../store/stores.ts';
import { SYSTEM_CLOCK, systemIds } from '../../system.ts';
import { EntryMaker, seededChance } from '../support/archive-entries.ts';
import { givenOutside, SILENT } from '../support/given.ts';
import { refusal, SYSTEM } from '../support/given-shard.ts';
import { naiveSearch } from '../unit/store/search/naive-search.ts';

const GUILD = '1000';
const ENTRIES = 100_000;
const ROW_ENTRIES = 1000;
const clock = SYSTEM_CLOCK;

describe('An archive of 100,000 entries', function () {
  this.timeout(300_000);
  let dataDir = '';
  let shard: Shard;
  let close: () => Promise<void>;
  const model = new Map<string, ArchiveRecord>();

  async function open(): Promise<void> {
    const stores = await openStores({ dataDir, clock, log: SILENT });
    const central = new EmbeddedCentral({ dataDir, entitled: { maxNets: 50, features: [] }, clock });
    await central.start();
    const background = new Background({ clock, log: SILENT });
    background.start();
    const given = { store: await stores.open(GUILD), central, search: archiveSearch(background, SILENT) };
    shard = new Shard({ guildId: GUILD, ...given, ...givenOutside(), clock, ids: systemIds(), log: SILENT });
    await shard.start();
    close = async () => {
      await shard.stop();
      await background.stop();
      await stores.close();
    };
  }

  async function seed(): Promise<void> {
    const stores = await openStores({ dataDir, clock, log: SILENT });
    const store = await stores.open(GUILD);
    const maker = new EntryMaker();
    for (let seq = 1; seq <= ENTRIES / ROW_ENTRIES; seq += 1) {
      const made = Array.from({ length: ROW_ENTRIES }, (_, at) => maker.make((seq - 1) * ROW_ENTRIES + at));
      for (const entry of made) model.set(entry.uid, entry);
      const rows = made.map((value): RecordChange => ({ collection: 'archive', key: value.uid, value }));
      const at = new Date(clock.now()).toISOString();
      const row = { seq, at, actor: { ...SYSTEM, id: 'test' }, command: 'seed', rows, events: [] };
      await store.journal.append(row);
      store.collections.follow(row);
    }
    await stores.close();
  }

  /** Every uid that a list shows, page after page. */
  async function everyUid(query: Omit<ArchiveQuery, 'limit'>): Promise<string[]> {
    const uids: string[] = [];
    let cursor: string | undefined;
    do {
      const page: Awaited<ReturnType<Shard['archive']['list']>> = await shard.archive.list({
        ...query,
        limit: 200,
        cursor,
      });
      for (const { uid } of page.entries) uids.push(uid);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return uids;
  }

  const documents = (): SearchDocument[] =>
    [...model.values()].map((entry) => ({ ...entry, archivedAt: Date.parse(entry.archivedAt) }));

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'comms-archive-'));
    await seed();
    await open();
    await shard.archive.whenReady();
  });
  after(async () => {
    await close();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  it('is listed whole, newest first, each entry once', async () => {
    const uids = await everyUid({});
    const expected = [...model.values()].reverse().map(({ uid }) => uid);
    expect(uids).to.deep.equal(expected);
  });

  it('is listed by tags as going through all of it would', async () => {
    const maker = new EntryMaker(5);
    for (let round = 0; round < 10; round += 1) {
      const tags = round < 5 ? [maker.tag()] : [maker.tag(), maker.tag()];
      const expected = [...model.values()].reverse().filter((entry) => tags.every((tag) => entry.tags.includes(tag)));
      expect(await everyUid({ tags }), tags.join()).to.deep.equal(expected.map(({ uid }) => uid));
    }
  });

  it('is searched page after page as going through all of it would', async () => {
    const maker = new EntryMaker();
    const all = documents();
    const long = maker.word().padEnd(5, 'x');
    const queries = [
      { text: maker.word() },
      { text: `${maker.word()} ${maker.word()}` },
      { text: 'strik' },
      { text: 'conv', tags: [maker.tag()] },
      { text: `${long.slice(0, 2)}q${long.slice(2)}` },
      { text: 'escrot patrol' },
    ];
    for (const { text, tags = [] } of queries) {
      const expected = naiveSearch(all, { text, tags, limit: ENTRIES, after: null });
      const uids = await everyUid({ text, tags });
      expect(uids, text).to.deep.equal(expected.hits.map(({ uid }) => uid));
      expect((await shard.archive.list({ text, tags, limit: 1 })).total).to.equal(expected.total);
    }
  });

  it('is full: it takes nothing more, and changes and deletions go on', async () => {
    const put = (fields: object) => ({ type: 'archive.put' as const, fields });
    expect(await refusal(shard.change(SYSTEM, put({ name: 'One more' })))).to.equal('archive.full');
    const chance = seededChance(9);
    const uids = [...model.keys()];
    for (let round = 0; round < 300; round += 1) {
      const uid = uids[Math.floor(chance() * uids.length)] as string;
      if (!model.has(uid)) continue;
      if (round % 3 === 0) {
        await shard.change(SYSTEM, { type: 'archive.delete', uid });
        model.delete(uid);
      } else {
        const fields = { name: `Changed ${round}`, tags: ['changed'] };
        const { entry } = await shard.change(SYSTEM, { type: 'archive.update', uid, fields });
        model.set(uid, entry);
      }
    }
    const changed = [...model.values()].filter((entry) => entry.tags.includes('changed'));
    expect((await shard.archive.list({ tags: ['changed'], limit: 1 })).total).to.equal(changed.length);
    expect((await everyUid({ text: 'changed' })).sort()).to.deep.equal(changed.map(({ uid }) => uid).sort());
  });

  it('is all there after a restart, and central holds its chain', async () => {
    await close();
    await open();
    expect(new Set(await everyUid({}))).to.deep.equal(new Set(model.keys()));
    for (const uid of [...model.keys()].filter((_, at) => at % 997 === 0)) {
      expect(shard.archive.entry(uid)).to.deep.equal(model.get(uid));
    }
    await shard.archive.whenReady();
    const changed = [...model.values()].filter((entry) => entry.tags.includes('changed'));
    expect((await shard.archive.list({ text: 'changed', limit: 1 })).total).to.equal(changed.length);
    expect(shard.archive.syncStatus().checkpoint.lastCheckpointVersion).to.be.above(250);
    expect(shard.archive.syncStatus().pendingOps).to.equal(0);
  });
});
