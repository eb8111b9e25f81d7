/**
 * A shard that publishes events to a webhook until it is killed. Arguments: data folder, URL of the receiver. Prints a
 * line with the id of each event whose change was acknowledged, after it was.
 */
import { Webhooks } from '../../api/webhooks/webhooks.ts';
import { Shards } from '../../shard/shards.ts';
import { openStores } from '../../store/stores.ts';
import { SYSTEM_CLOCK, systemIds } from '../../system.ts';
import { APPROVING, givenOutside, SILENT } from '../support/given.ts';
import { givenSearch } from '../support/given-search.ts';

const [dataDir = '', url = ''] = process.argv.slice(2);
const by = { kind: 'system', name: 'webhook child' } as const;
const clock = SYSTEM_CLOCK;
const shared = { clock, ids: systemIds(), log: SILENT };
const search = givenSearch();

const stores = await openStores({ dataDir, clock, log: SILENT });
const open = (guildId: string) => stores.open(guildId);
const shards = new Shards({ open, central: APPROVING, search, outside: givenOutside, ...shared });
const shard = await shards.open('1000');
if (shard.read.webhooks().length === 0) {
  await shard.change(by, { type: 'webhook.create', url, events: ['operation.*'] });
}
const resolve = async () => ['127.0.0.1'];
new Webhooks({ shards, version: '1', allowHttp: true, allowPrivate: true, resolve, ...shared }).start();

process.stdout.write('ready\n');
/** In all rounds fewer than the journal keeps of applied rows: the parent reads them all. */
for (let count = 0; count < 70; count += 1) {
  const open = !shard.read.operation().open;
  await shard.change(by, { type: 'operation.set', open });
  process.stdout.write(`${open}\n`);
  await new Promise((resolve) => setTimeout(resolve, 2));
}
setInterval(() => {}, 1000); // on a fast machine it waits here to be killed
