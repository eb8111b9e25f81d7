import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { openStores } from '../../store/stores.ts';
import { SYSTEM_CLOCK } from '../../system.ts';
import { SILENT } from '../support/given.ts';
import { until } from '../support/until.ts';
import { Receiver, requireSigned } from '../unit/api/support/receiver.ts';

const CHILD = fileURLToPath(new URL('./webhook-child.ts', import.meta.url));
/** How often it is killed (fewer changes in all than the journal keeps), and how long it lives at most once it is ready. */
const ROUNDS = 12;
const LIVE_MS = 500;

describe('A shard that is killed again and again while it delivers', function () {
  this.timeout(120_000);
  let dataDir = '';
  let receiver: Receiver;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'comms-webhook-'));
    receiver = await new Receiver().start();
  });
  afterEach(async () => {
    await receiver.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  it('loses no delivery of a change that was acknowledged, and keeps their order', async () => {
    let acknowledged = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      acknowledged += await liveAndDie(dataDir, receiver, Math.random() * LIVE_MS);
    }
    const journaled = await eventsOf(dataDir);
    expect(journaled.length).to.be.at.least(acknowledged).and.above(100);
    const last = await runUntil(dataDir, receiver, journaled.at(-1) ?? '');
    const firsts = receiver.ids.filter((id, index) => receiver.ids.indexOf(id) === index);
    expect(firsts.filter((id) => journaled.includes(id))).to.deep.equal(journaled);
    expect(firsts).to.deep.equal([...firsts].sort());
    const { secret } = last;
    for (const received of receiver.received) requireSigned(secret, received);
  });
});

async function liveAndDie(dataDir: string, receiver: Receiver, ms: number): Promise<number> {
  const child = spawnChild(dataDir, receiver);
  await until(() => child.output.startsWith('ready\n'), 20_000);
  await new Promise((resolve) => setTimeout(resolve, ms)); // a random moment, not a condition
  await child.kill();
  return child.output.split('\n').length - 2;
}

/** Lives until that event was delivered. */
async function runUntil(dataDir: string, receiver: Receiver, id: string): Promise<{ secret: string }> {
  const child = spawnChild(dataDir, receiver);
  await until(() => receiver.ids.includes(id), 20_000);
  await child.kill();
  return inspect(dataDir, async (store) => {
    const { records } = await store.collections.read();
    return records.find(({ collection }) => collection === 'webhooks')?.value as { secret: string };
  });
}

/** The ids of the events of every change that is in the journal. */
function eventsOf(dataDir: string): Promise<string[]> {
  return inspect(dataDir, async (store) => {
    const ids: string[] = [];
    for await (const { command, events } of store.journal.read(0)) {
      if (command === 'operation.set') ids.push(...events.map(({ id }) => id));
    }
    return ids;
  });
}

type Store = Awaited<ReturnType<Awaited<ReturnType<typeof openStores>>['open']>>;

async function inspect<T>(dataDir: string, look: (store: Store) => Promise<T>): Promise<T> {
  const stores = await openStores({ dataDir, clock: SYSTEM_CLOCK, log: SILENT });
  try {
    return await look(await stores.open('1000'));
  } finally {
    await stores.close();
  }
}

function spawnChild(dataDir: string, receiver: Receiver) {
  const url = `http://receiver.test:${receiver.port}/`;
  const child = spawn(process.execPath, [CHILD, dataDir, url], { stdio: ['ignore', 'pipe', 'inherit'] });
  const seen = {
    output: '',
    async kill() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGKILL');
      await ended;
    },
  };
  child.stdout.on('data', (chunk) => {
    seen.output += chunk;
  });
  return seen;
}
