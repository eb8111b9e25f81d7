/**
 * `npm run bench:archive` (`-- --json FILE`): how the archive does with 100,000 entries, in a real store in a folder of
 * its own. Prints a table; run it on a machine that does nothing else.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { EmbeddedCentral } from '../central/embedded-central.ts';
import type { RecordChange } from '../shard/records.ts';
import { Shard } from '../shard/shard.ts';
import { Background } from '../store/background/background.ts';
import { archiveSearch } from '../store/search/archive-search.ts';
import { openStores } from '../store/stores.ts';
import { SYSTEM_CLOCK, systemIds } from '../system.ts';
import { EntryMaker } from '../test/support/archive-entries.ts';
import { givenOutside, SILENT } from '../test/support/given.ts';
import { round, summed, type Times, timesOf, watchLoop } from './measure.ts';
import { searchMix } from './search-mix.ts';

const GUILD = '1000';
const ENTRIES = 100_000;
/** Entries that are seeded with one journal row; the last ones one by one, as guilds write them. */
const ROW_ENTRIES = 1000;
/** More than the journal keeps of applied rows, so that it holds no row of many. */
const LAST_ENTRIES = 2000;
const WRITES = 1000;
const SEARCHES_PER_KIND = 300;
/** How long an idle loop is watched, and how long what is written behind may take. */
const QUIET_MS = 2000;
const SYSTEM = { kind: 'system', name: 'bench' } as const;

interface Result {
  entries: number;
  startMs: number;
  indexReadyMs: number;
  /** For comparison: what the machine does to a loop that does nothing. */
  loopIdle: Times;
  loopWhileIndexing: Times;
  search: Record<string, Times>;
  loopWhileSearching: Times;
  writeEmpty: Times;
  writeFull: Times;
  /** p50 of a write at 100,000 entries over p50 at none. */
  writeRatio: number;
}

const clock = SYSTEM_CLOCK;

/** A shard over a folder, as the program makes one. */
async function openShard(dataDir: string) {
  const stores = await openStores({ dataDir, clock, log: SILENT });
  const central = new EmbeddedCentral({ dataDir, entitled: { maxNets: 249, features: [] }, clock });
  await central.start();
  const background = new Background({ clock, log: SILENT });
  background.start();
  const search = archiveSearch(background, SILENT);
  const began = performance.now();
  const store = await stores.open(GUILD);
  const shard = new Shard({
    guildId: GUILD,
    store,
    central,
    search,
    ...givenOutside(),
    clock,
    ids: systemIds(),
    log: SILENT,
  });
  await shard.start();
  const startMs = performance.now() - began;
  const close = async () => {
    await shard.stop();
    await background.stop();
    await stores.close();
  };
  return { shard, startMs, close };
}

/** Fills the archive. */
async function seed(dataDir: string): Promise<void> {
  const stores = await openStores({ dataDir, clock, log: SILENT });
  const store = await stores.open(GUILD);
  const maker = new EntryMaker();
  let made = 0;
  for (let seq = 1; made < ENTRIES; seq += 1) {
    const length = made < ENTRIES - LAST_ENTRIES ? ROW_ENTRIES : 1;
    const rows = Array.from({ length }, (_, index): RecordChange => {
      const value = maker.make(made + index);
      return { collection: 'archive', key: value.uid, value };
    });
    made += length;
    const at = new Date(clock.now()).toISOString();
    const row = { seq, at, actor: { ...SYSTEM, id: 'bench' }, command: 'seed', rows, events: [] };
    await store.journal.append(row);
    store.collections.follow(row);
  }
  await stores.close();
}

/** What upserts take, each on disk before the next. */
async function measureWrites(shard: Shard): Promise<Times> {
  const maker = new EntryMaker(2);
  const fields = Array.from({ length: WRITES }, () => ({
    name: maker.name(),
    notes: maker.name(),
    tags: [maker.tag()],
  }));
  const put = (field: (typeof fields)[number]) => shard.change(SYSTEM, { type: 'archive.put', fields: field });
  await timesOf(fields.slice(0, WRITES / 10), put);
  return summed(await timesOf(fields, put));
}

/** A full archive takes nothing more: as many go as are written then. */
async function makeRoom(shard: Shard): Promise<void> {
  for (let left = WRITES * 1.1; left > 0; left -= 1) {
    const { entries } = await shard.archive.list({ limit: 1 });
    await shard.change(SYSTEM, { type: 'archive.delete', uid: entries[0]?.uid ?? '' });
  }
}

async function measureSearches(shard: Shard): Promise<Pick<Result, 'search' | 'loopWhileSearching'>> {
  const search: Record<string, Times> = {};
  const all: number[] = [];
  const stopWatching = watchLoop();
  for (const [kind, queries] of Object.entries(searchMix(SEARCHES_PER_KIND))) {
    const times = await timesOf(queries, (query) => shard.archive.list({ limit: 50, ...query }));
    search[kind] = summed(times);
    all.push(...times);
  }
  return { search: { ...search, all: summed(all) }, loopWhileSearching: summed(stopWatching()) };
}

async function measureIdle(): Promise<Times> {
  const stopWatching = watchLoop();
  await setTimeout(QUIET_MS);
  return summed(stopWatching());
}

async function run(folder: string): Promise<Result> {
  const loopIdle = await measureIdle();
  const empty = await openShard(join(folder, 'empty'));
  const writeEmpty = await measureWrites(empty.shard);
  await empty.close();
  await seed(join(folder, 'full'));
  const { shard, startMs, close } = await openShard(join(folder, 'full'));
  const stopWatching = watchLoop();
  const began = performance.now();
  await shard.archive.whenReady();
  const indexReadyMs = performance.now() - began;
  const loopWhileIndexing = summed(stopWatching());
  const searched = await measureSearches(shard);
  await makeRoom(shard);
  await setTimeout(QUIET_MS);
  const writeFull = await measureWrites(shard);
  await close();
  const writeRatio = round(writeFull.p50 / writeEmpty.p50);
  const times = { startMs: round(startMs), indexReadyMs: round(indexReadyMs), loopIdle, loopWhileIndexing };
  return { entries: ENTRIES, ...times, ...searched, writeEmpty, writeFull, writeRatio };
}

function print(result: Result): void {
  const { entries, startMs, indexReadyMs, search, writeRatio } = result;
  console.log(`${entries} entries: started in ${startMs} ms (target 3000), index ready ${indexReadyMs} ms later`);
  const loops = {
    'loop while idle': result.loopIdle,
    'loop while indexing': result.loopWhileIndexing,
    'loop while searching': result.loopWhileSearching,
  };
  const writes = { 'write at 0': result.writeEmpty, 'write at 100,000': result.writeFull };
  const searches = Object.fromEntries(Object.entries(search).map(([kind, times]) => [`search: ${kind}`, times]));
  console.table({ ...searches, ...loops, ...writes });
  console.log(`targets: search p99 < 20 ms, loop p99 < 5 ms; a write at 100,000 takes ${writeRatio} of one at 0 (p50)`);
}

const { values } = parseArgs({ options: { json: { type: 'string' } } });
const folder = await mkdtemp(join(tmpdir(), 'comms-bench-'));
try {
  const result = await run(folder);
  print(result);
  if (values.json) await writeFile(values.json, `${JSON.stringify(result, null, 2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
