/** A process that opens the stores of a folder, says so and stays. */
import { openStores } from '../../../../store/stores.ts';
import { SYSTEM_CLOCK } from '../../../../system.ts';
import { SILENT } from '../../../support/given.ts';

await openStores({ dataDir: process.argv[2] ?? '', clock: SYSTEM_CLOCK, log: SILENT });
process.stdout.write('open\n');
setInterval(() => {}, 1000);
