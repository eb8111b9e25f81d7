/** Measures the Owner API against bare Koa doing the same I/O: `npm run bench:api -- --json FILE`. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { quantile } from './api/measure.ts';
import { ask, type BareWrite } from './api/messages.ts';
import { aboutMachine, table } from './api/report.ts';
import { assignments, bulks, type Effort, runScenarios, type Servers, statusRequest } from './api/scenarios.ts';
import { type BenchServer, startFloor, startOurs } from './api/servers.ts';
import { requestBytes, Wire, type WireRequest } from './api/wire.ts';

/** A connection of ours that takes no part in the scenarios: it shows what the floor must do. */
const MODEL = 63;
/** Writes without HTTP that are timed. */
const WRITES = 500;

const { values: options } = parseArgs({
  options: {
    json: { type: 'string' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
  },
});
const effort: Effort = {
  roundMs: Number(options.seconds) * 1000,
  rounds: Number(options.rounds),
  only: new RegExp(options.only, 'i'),
};

const about = aboutMachine();
const servers: Servers = { ours: await startOurs(), floor: await startFloor() };
try {
  await modelFloor(servers);
  const written = await ask(servers.floor.child, { type: 'write', count: WRITES });
  const machine = { ...about, storeWriteP50Ms: quantile(written.ms, 0.5) };
  console.log(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, load ${machine.loadBefore.toFixed(2)}`);
  console.log(`one durable write without HTTP: ${machine.storeWriteP50Ms.toFixed(2)} ms (p50)\n`);
  const scenarios = await runScenarios(servers, effort, ({ name }) => console.log(`measured ${name}`));
  console.log(`\n${table(scenarios)}`);
  if (options.json) await writeFile(options.json, `${JSON.stringify({ machine, scenarios }, null, 2)}\n`);
} finally {
  await Promise.all([servers.ours.stop(), servers.floor.stop()]);
}

/** Sends each kind of request once to ours, and lets the floor answer and write what ours did. */
async function modelFloor({ ours, floor }: Servers): Promise<void> {
  const status = await once(ours, statusRequest(ours, MODEL));
  const one = await writeOf(ours, assignments(ours, MODEL, 0)[0] as WireRequest);
  const bulk = await writeOf(ours, bulks(ours, MODEL)[0] as WireRequest);
  await ask(floor.child, { type: 'serve', status, one, bulk });
}

async function writeOf(ours: BenchServer, request: WireRequest): Promise<BareWrite> {
  const answer = await once(ours, request);
  return { answer, row: (await ask(ours.child, { type: 'lastRow' })).row };
}

async function once({ port }: BenchServer, request: WireRequest): Promise<string> {
  const wire = await Wire.open(port);
  const { status, body } = await wire.send(requestBytes(request));
  wire.close();
  if (status !== 200) throw new Error(`${request.method} ${request.path}: ${status} ${body}`);
  return body;
}
