import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import tls from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { Config } from './config/config.ts';
import { type DemoKeys, type Named, seedDemo } from './demo-seed.ts';
import { type Program, plug, startOrStop, takeDataFolder, writeReadyFile } from './main.ts';
import type { Log } from './shard/ports.ts';

/** How long the sandbox may take to start on a slow machine. */
const SANDBOX_START_MS = 30_000;

/** What the sandbox says when it is usable. */
interface SandboxReady {
  type: 'ready';
  url: string;
  apiUrl: string;
  certificate: string;
  guildId: string;
  otherGuildId: string;
  bots: { id: string; name: string; token: string }[];
  world: { roles: Named[]; channels: Named[]; members: Named[] };
}

/** Runs the product without Discord: a sandbox in a process of its own, the demo guild, and the shard against it. */
export async function runDemo(config: Config, log: Log): Promise<void> {
  const dataDir = join(config.dataDir, 'sandbox');
  const stores = await takeDataFolder(dataDir, config.readyFile, log);
  const running: { sandbox?: ChildProcess; program?: Program } = {};
  const start = async () => {
    const child = forkSandbox(config);
    running.sandbox = child;
    const sandbox = await readySandbox(child);
    child.once('exit', (code) => {
      log.error({ code }, 'the sandbox ended; the demo cannot go on without it');
      process.exit(1);
    });
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), sandbox.certificate]);
    const [token = '', ...workerTokens] = sandbox.bots.map((bot) => bot.token);
    const sandboxed = { dataDir, discordApiUrl: sandbox.apiUrl, discordTestGuildId: null, workerTokens };
    const program = plug({ ...config, ...sandboxed }, token, stores, log);
    running.program = program;
    await startProgram(program, sandbox, config);
  };
  const stop = async () => {
    await (running.program?.stop() ?? stores.close());
    if (running.sandbox) await stopSandbox(running.sandbox);
  };
  await startOrStop(start, stop, log);
}

/** Starts the shard, seeds the demo guild, and tells people and programs how to use it. */
async function startProgram(program: Program, sandbox: SandboxReady, config: Config): Promise<void> {
  const { guildId, otherGuildId, url: sandboxUrl, world } = sandbox;
  const keysFile = join(config.dataDir, 'sandbox', 'keys.json');
  let keys: DemoKeys | undefined;
  await program.start(async (shards) => {
    keys = await seedDemo(await shards.open(guildId), await shards.open(otherGuildId), world, keysFile);
  });
  await program.whenReady();
  if (!keys) throw new Error('the demo guild was not seeded');
  const facts = { pid: process.pid, apiUrl: program.api.url, guildId, otherGuildId, ...keys, sandboxUrl };
  if (config.readyFile) await writeReadyFile(config.readyFile, facts);
  const token = program.shards.get(guildId)?.publicToken ?? '';
  console.log(welcome({ ...facts, widgetUrl: `${program.api.url}/api/v1/embed/widget?token=${token}` }, world));
}

function forkSandbox(config: Config): ChildProcess {
  const program = fileURLToPath(new URL('./sandbox/main.ts', import.meta.url));
  return fork(program, { env: { ...process.env, SANDBOX_PORT: String(config.sandboxPort), DATA_DIR: config.dataDir } });
}

function readySandbox(child: ChildProcess): Promise<SandboxReady> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new Error(`the sandbox did not start within ${SANDBOX_START_MS} ms`));
    const timer = setTimeout(late, SANDBOX_START_MS);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the sandbox ended with exit code ${code}; what it said stands above`));
    });
    child.once('message', (message) => {
      clearTimeout(timer);
      child.removeAllListeners('exit');
      resolve(message as SandboxReady);
    });
  });
}

async function stopSandbox(child: ChildProcess): Promise<void> {
  child.removeAllListeners('exit');
  if (child.exitCode !== null || !child.connected) return;
  await new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.send({ type: 'stop' });
  });
}

/** What a newcomer sees: links, and lines to try that work as they stand. */
function welcome(
  facts: { apiUrl: string; sandboxUrl: string; guildId: string; widgetUrl: string } & DemoKeys,
  world: SandboxReady['world'],
): string {
  const { apiUrl, sandboxUrl, ownerKey, widgetUrl } = facts;
  const bearer = `-H 'authorization: Bearer ${ownerKey}'`;
  const id = (list: Named[], name: string) => list.find((one) => one.name === name)?.id ?? '';
  const control = `${sandboxUrl}/sandbox/v1`;
  const post = (path: string, body: object) =>
    `curl -s ${control}${path} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
  const admin = { memberId: id(world.members, 'Mara Voss'), channelId: id(world.channels, 'ops') };
  const medical = id(world.channels, 'Medical');
  const [lena, sorin] = [id(world.members, 'Lena Brandt'), id(world.members, 'Sorin Dalca')];
  return `
The shard runs against the sandbox, a Discord on your desk. No Discord token was needed.

  Owner API      ${apiUrl}/api/v1/docs
  Widget         ${widgetUrl}
  Sandbox        ${control}/state
  Health         ${apiUrl}/readyz

Ask the Owner API, and watch what happens in another terminal:

  curl -s ${apiUrl}/api/v1/status ${bearer}
  curl -sN ${apiUrl}/api/v1/stream ${bearer}

Let two people talk across two channels of one net:

  ${post('/interactions', { ...admin, command: '/net bind net:Alpha channel:Medical' })}
  ${post('/interactions', { ...admin, command: '/op open' })}
  ${post(`/members/${lena}/voice`, { channelId: id(world.channels, 'Alpha') })}
  ${post(`/members/${sorin}/voice`, { channelId: medical })}
  ${post(`/members/${lena}/speak`, { speech: 'radio-check', wait: true })}
  curl -s ${control}/members/${sorin}/heard
  curl -s ${control}/members/${sorin}/heard.wav -o heard.wav

Ctrl-C ends everything. To connect your own Discord server, see README.md.
`;
}
