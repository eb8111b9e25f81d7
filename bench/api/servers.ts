import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nextMessage, type Ready } from './messages.ts';

/** A server in a process of its own. */
export interface BenchServer extends Ready {
  child: ChildProcess;
  /** Ends it and removes what it wrote. */
  stop(): Promise<void>;
}

/** Requests per minute and key: never the limit here. */
const UNLIMITED = '1000000';

/** Starts the program, over a data folder of its own. */
export async function startOurs(): Promise<BenchServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'comms-bench-'));
  const server = await start('./ours.ts', {
    PORT: '0',
    HOST: '127.0.0.1',
    DATA_DIR: dataDir,
    // In the form of a token; there is nobody to show it to.
    DISCORD_TOKEN: `${Buffer.from('1234567890').toString('base64url')}.bench0.${'x'.repeat(38)}`,
    DISCORD_API_URL: 'http://127.0.0.1:1/api',
    LOG_LEVEL: 'error',
    OWNER_API_RATE_LIMIT: UNLIMITED,
  });
  return { ...server, stop: () => server.stop().then(() => rm(dataDir, { recursive: true, force: true })) };
}

/** Starts the bare routes. */
export function startFloor(): Promise<BenchServer> {
  return start('./floor.ts', {});
}

async function start(file: string, env: NodeJS.ProcessEnv): Promise<BenchServer> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), { env: { ...process.env, ...env } });
  const ready = await nextMessage<Ready>(child);
  const stop = () =>
    new Promise<void>((resolve) => {
      if (child.exitCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.disconnect();
    });
  return { ...ready, child, stop };
}
