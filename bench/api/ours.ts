/** The program as it is, with its store and its Owner API, in a process of its own. Discord cannot be reached from it. */
import { join } from 'node:path';
import { readConfig } from '../../config/config.ts';
import { createLog } from '../../config/log.ts';
import { plug, takeDataFolder } from '../../main.ts';
import type { JournalRow } from '../../shard/ports.ts';
import type { Shard } from '../../shard/shard.ts';
import { openTable } from '../../store/table.ts';
import { BENCH_GUILD, settle } from './guild.ts';
import { type Ask, answerAsked, eventAction, publishPaced, type Ready, type Told } from './messages.ts';

const config = readConfig();
const log = createLog({ level: config.logLevel, pretty: config.logPretty });
const program = plug(config, config.discordToken ?? '', await takeDataFolder(config.dataDir, null, log), log);
let stopping = false;
process.on('disconnect', () => {
  stopping = true;
  void program.stop().then(() => process.exit(0));
});

let shard: Shard | undefined;
let made = { keys: [] as string[], netUids: [] as string[] };
// It goes on looking for Discord as long as it runs; it serves long before.
program
  .start(async (shards) => {
    shard = await shards.open(BENCH_GUILD);
    made = await settle(shard);
  })
  .catch((error: unknown) => {
    if (stopping) return;
    console.error(error);
    process.exit(1);
  });
while (!listening()) await new Promise((resolve) => setTimeout(resolve, 10));
const ready: Ready = { type: 'ready', port: Number(new URL(program.api.url).port), ...made };
process.send?.(ready);

function listening(): boolean {
  try {
    return program.api.url !== '';
  } catch {
    return false;
  }
}

answerAsked(async (asking: Ask): Promise<Told[Ask['type']]> => {
  if (asking.type === 'lastRow') return { type: 'lastRow', row: JSON.stringify(await lastRow()) };
  if (asking.type !== 'publish') throw new Error(`the program cannot be asked to ${asking.type}`);
  return publishPaced(asking, (seqs) => {
    shard?.events.publish(seqs.map((seq) => ({ type: 'config.changed', data: { action: eventAction(seq) } })));
  });
});

/** As it stands on disk. */
async function lastRow(): Promise<JournalRow | undefined> {
  const file = join(config.dataDir, 'guilds', `${BENCH_GUILD}.sqlite`);
  const journal = await openTable<JournalRow>(file, 'journal', 'FULL');
  let last: JournalRow | undefined;
  for await (const [, row] of journal.entries()) if (!last || row.seq > last.seq) last = row;
  await journal.close();
  return last;
}
