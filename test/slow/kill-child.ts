/**
 * A shard that changes itself as fast as it can until it is killed. Arguments: data folder, seed. Prints a line `ready`
 * and then one line of JSON for each change that was acknowledged, after it was.
 */
import { EmbeddedCentral } from '../../central/embedded-central.ts';
import { ShardError } from '../../shard/errors.ts';
import type { NetRecord } from '../../shard/records.ts';
import { Shard } from '../../shard/shard.ts';
import { openStores } from '../../store/stores.ts';
import { SYSTEM_CLOCK, systemIds } from '../../system.ts';
import { givenOutside, SILENT } from '../support/given.ts';
import { givenSearch } from '../support/given-search.ts';
import { type Acknowledged, KILL_GUILD, seeded } from './kill-loop.ts';

const [dataDir = '', seed = ''] = process.argv.slice(2);
const random = seeded(Number(seed));
const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];

const stores = await openStores({ dataDir, clock: SYSTEM_CLOCK, log: SILENT });
const central = new EmbeddedCentral({ dataDir, entitled: { maxNets: 40, features: [] }, clock: SYSTEM_CLOCK });
await central.start();
const shard = new Shard({
  guildId: KILL_GUILD,
  store: await stores.open(KILL_GUILD),
  central,
  search: givenSearch(),
  ...givenOutside(),
  clock: SYSTEM_CLOCK,
  ids: systemIds(),
  log: SILENT,
});
await shard.start();

/** Answers what was changed; undefined when there was nothing to change. */
async function changeSomething(): Promise<Acknowledged | undefined> {
  const by = { kind: 'system', name: 'kill loop' } as const;
  const net = pick(shard.read.nets() as readonly Pick<NetRecord, 'uid'>[]);
  const dice = random();
  if (!net || dice < 0.04) {
    const name = `Net ${Math.floor(random() * 1e9)}`;
    const created = await shard.change(by, { type: 'net.create', name });
    return { command: 'net.create', uid: created.net.uid, name };
  }
  const ref = { netUid: net.uid };
  if (dice < 0.07) {
    await shard.change(by, { type: 'net.remove', net: ref });
    return { command: 'net.remove', uid: net.uid };
  }
  const userId = String(Math.floor(random() * 25));
  const action = dice < 0.7 ? 'assign' : 'unassign';
  const { changed } = await shard.change(by, { type: 'assignment.set', userId, net: ref, action });
  return changed ? { command: 'assignment.set', uid: net.uid, userId, action } : undefined;
}

/** Fewer than the journal keeps of applied rows: the parent reads them all. */
let left = 900;

/** Several of them run at once, so that changes wait in the shard's queue when it is killed. */
async function keepChanging(): Promise<void> {
  while (left > 0) {
    left -= 1;
    const done = await changeSomething().catch((error: unknown) => {
      if (error instanceof ShardError && error.kind !== 'unavailable') return undefined; // somebody removed the net
      throw error;
    });
    if (done) process.stdout.write(`${JSON.stringify(done)}\n`);
  }
}

process.stdout.write('ready\n');
await Promise.all([keepChanging(), keepChanging(), keepChanging(), keepChanging()]);
setInterval(() => {}, 1000); // on a fast machine it waits here to be killed
