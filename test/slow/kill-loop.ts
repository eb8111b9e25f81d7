import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { JournalRow } from '../../shard/ports.ts';
import type { RecordChange } from '../../shard/records.ts';
import { Shard } from '../../shard/shard.ts';
import { openStores } from '../../store/stores.ts';
import { SYSTEM_CLOCK, systemIds } from '../../system.ts';
import { APPROVING, givenOutside, SILENT } from '../support/given.ts';
import { givenSearch } from '../support/given-search.ts';

/** The guild that is changed. */
export const KILL_GUILD = '1000';

/** A change that the child was told is done. */
export type Acknowledged =
  | { command: 'net.create'; uid: string; name: string }
  | { command: 'net.remove'; uid: string }
  | { command: 'assignment.set'; uid: string; userId: string; action: 'assign' | 'unassign' };

/** Longest a child may take to start, and to live after it is ready. */
const START_MS = 20_000;
const LIVE_MS = 400;
/** Share of the children that are killed while they start. */
const EARLY = 0.15;

/** Chance that is the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The records as the rows seen so far say they must be. */
interface Expected {
  seq: number;
  records: Map<string, RecordChange['value']>;
}

/**
 * Starts a child on the data folder, kills it at a random moment, looks at what is left; so many times. Answers how
 * many changes were acknowledged. @throws AssertionError when one is lost or half there
 */
export async function runKillLoop(dataDir: string, rounds: number, seed: number): Promise<number> {
  const random = seeded(seed);
  const expected: Expected = { seq: 0, records: new Map() };
  let acknowledged = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const lines = await liveAndDie(dataDir, seed + round, random);
    const about = `round ${round} of seed ${seed}`;
    await inspect(dataDir, lines, expected, about);
    acknowledged += lines.length;
  }
  return acknowledged;
}

/** The changes a child was told are done before it was killed. */
async function liveAndDie(dataDir: string, seed: number, random: () => number): Promise<Acknowledged[]> {
  const program = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
  const child = spawn(process.execPath, [program, dataDir, String(seed)], { stdio: ['ignore', 'pipe', 'pipe'] });
  const early = random() < EARLY;
  const lifetime = random() * LIVE_MS;
  let timer = setTimeout(() => child.kill('SIGKILL'), early ? lifetime : START_MS);
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  child.stdout.on('data', (chunk) => {
    const wasReady = output.startsWith('ready\n');
    output += chunk;
    if (early || wasReady || !output.startsWith('ready\n')) return;
    clearTimeout(timer);
    timer = setTimeout(() => child.kill('SIGKILL'), lifetime);
  });
  const signal = await new Promise((resolve) => child.once('close', (_, by) => resolve(by)));
  clearTimeout(timer);
  expect(signal, `it ended by itself:\n${errors}`).to.equal('SIGKILL');
  expect(early || output.startsWith('ready\n'), `it did not start:\n${errors}`).to.equal(true);
  // The last line may be cut off: then nobody was told.
  return output
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line));
}

/** What the next start finds must be what was acknowledged, whole. */
async function inspect(dataDir: string, lines: Acknowledged[], expected: Expected, about: string): Promise<void> {
  const stores = await openStores({ dataDir, clock: SYSTEM_CLOCK, log: SILENT });
  try {
    const store = await stores.open(KILL_GUILD);
    const rows: JournalRow[] = [];
    for await (const row of store.journal.read(expected.seq)) rows.push(row);
    const given = rows.map((row) => row.seq);
    expect(given, `${about}: numbers`).to.deep.equal(given.map((_, index) => expected.seq + 1 + index));
    expectAcknowledged(rows, lines, about);
    for (const row of rows) {
      expectWhole(row, expected, about);
      fold(row.rows, expected.records);
      expected.seq = row.seq;
    }
    await expectRecords(store.collections.read(), store.journal.read(0), expected, about);
    await expectShard(new Shard({ ...SHARD, ids: systemIds(), store }), expected, about);
  } finally {
    await stores.close();
  }
}

const SHARD = {
  guildId: KILL_GUILD,
  central: APPROVING,
  search: givenSearch(),
  ...givenOutside(),
  clock: SYSTEM_CLOCK,
  log: SILENT,
};

/** Every acknowledged change has its row, in the order they were acknowledged; what follows was cut off before its answer. */
function expectAcknowledged(rows: readonly JournalRow[], lines: readonly Acknowledged[], about: string): void {
  expect(rows.length, `${about}: rows for ${lines.length} acknowledged changes`).to.be.at.least(lines.length);
  for (const [index, line] of lines.entries()) {
    const row = rows[index] as JournalRow;
    expect(row.command, `${about}: row ${row.seq}`).to.equal(line.command);
    expect(says(row, line), `${about}: row ${row.seq} says ${JSON.stringify(line)}`).to.equal(true);
  }
}

function says({ rows }: JournalRow, line: Acknowledged): boolean {
  const value = (collection: string, key: string) =>
    rows.find((change) => change.collection === collection && change.key === key)?.value;
  if (line.command === 'net.create') return (value('nets', line.uid) as { name: string }).name === line.name;
  if (line.command === 'net.remove') return value('nets', line.uid) === null && value('archive', line.uid) !== null;
  const held = value('assignments', line.userId) as { netUids: string[] } | null;
  return (held?.netUids ?? []).includes(line.uid) === (line.action === 'assign');
}

/** A removed net is gone from everybody's assignments and in the archive and its chain, in the same row. */
function expectWhole(row: JournalRow, { records }: Expected, about: string): void {
  if (row.command !== 'net.remove') return;
  const uid = row.rows.find((change) => change.collection === 'nets' && change.value === null)?.key ?? '';
  const holders = [...records]
    .filter(([key, value]) => key.startsWith('assignments/') && JSON.stringify(value).includes(uid))
    .map(([key]) => key);
  const touched = row.rows.map((change) => `${change.collection}/${change.key}`);
  expect(touched.sort(), `${about}: row ${row.seq} is whole`).to.deep.equal(
    [`nets/${uid}`, `archive/${uid}`, 'archiveChain/guild', ...holders].sort(),
  );
}

/** The collections and the rows after them give the records, and give them again when older rows are told twice. */
async function expectRecords(
  reading: Promise<{ applied: number; records: RecordChange[] }>,
  journal: AsyncIterable<JournalRow>,
  expected: Expected,
  about: string,
): Promise<void> {
  const { applied, records } = await reading;
  const found = new Map<string, RecordChange['value']>();
  fold(records, found);
  for await (const row of journal) if (row.seq > applied) fold(row.rows, found);
  expect(sorted(found), `${about}: records as of row ${applied}`).to.deep.equal(sorted(expected.records));
}

/** A started shard answers what the records say. */
async function expectShard(shard: Shard, { records }: Expected, about: string): Promise<void> {
  await shard.start();
  const answered = new Map([...shard.read.assignments()].map(([userId, nets]) => [userId, nets.map((net) => net.uid)]));
  const wanted = new Map<string, string[]>();
  for (const value of records.values()) {
    if (value && 'userId' in value && 'netUids' in value) wanted.set(value.userId, value.netUids);
  }
  const plain = (map: Map<string, string[]>) =>
    [...map].map(([userId, uids]) => `${userId}: ${[...uids].sort()}`).sort();
  expect(plain(answered), `${about}: assignments`).to.deep.equal(plain(wanted));
  const nets = [...records.keys()].filter((key) => key.startsWith('nets/'));
  expect(
    shard.read
      .nets()
      .map((net) => `nets/${net.uid}`)
      .sort(),
    `${about}: nets`,
  ).to.deep.equal(nets.sort());
  await shard.stop();
}

function fold(changes: readonly RecordChange[], into: Map<string, RecordChange['value']>): void {
  for (const { collection, key, value } of changes) {
    if (value === null) into.delete(`${collection}/${key}`);
    else into.set(`${collection}/${key}`, value);
  }
}

function sorted(records: Map<string, RecordChange['value']>) {
  return [...records].sort(([a], [b]) => (a < b ? -1 : 1));
}
