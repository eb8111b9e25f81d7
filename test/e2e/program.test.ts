import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { Sandbox } from '../../sandbox/sandbox.ts';
import { RunningShard } from '../support/running-shard.ts';
import { until } from '../support/until.ts';

const shell = promisify(execFile);

interface Assignments {
  netUids: Record<string, string[]>;
}

describe('the program', function () {
  this.timeout(90_000);
  let shard: RunningShard;

  before(async () => {
    shard = await RunningShard.start();
  });

  after(() => shard.dispose());

  it('prints lines that work as they stand, and their last one hears speech', async () => {
    const lines = await until(() => {
      const found = shard.output.split('\n').filter((line) => line.trim().startsWith('curl '));
      return found.length >= 8 && found;
    });
    const stream = spawn('sh', ['-c', `exec ${lines.find((one) => one.includes('/stream'))}`]);
    let events = '';
    stream.stdout.on('data', (chunk: Buffer) => {
      events += chunk.toString();
    });
    const answers: string[] = [];
    for (const line of lines.filter((one) => !one.includes('-o ') && !one.includes('/stream'))) {
      answers.push((await shell('sh', ['-c', line])).stdout);
      if (line.includes('/voice')) await until(async () => !(await workersMissing(shard)), 10_000);
    }
    expect(JSON.parse(answers[0] ?? '')).to.include({ ok: true, operation: 'closed' });
    expect(JSON.parse(answers.at(-1) ?? '')[0]).to.include({ lost: 0, undecryptable: 0 });
    await until(() => events.includes('event: ptt.stop'));
    expect(events).to.include('event: operation.opened');
    stream.kill();
  });

  it('keeps the demo keys for the owner alone', async () => {
    const file = join(shard.dataDir, 'sandbox', 'keys.json');
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).to.include({ ownerKey: shard.ready.ownerKey });
  });

  it('says on /readyz that it is usable, and on /health what it is', async () => {
    expect((await shard.api('GET', '/readyz', undefined, null)).status).to.equal(200);
    expect((await shard.api('GET', '/livez', undefined, null)).status).to.equal(200);
    expect((await shard.api('GET', '/health', undefined, null)).body).to.have.all.keys('ok', 'app', 'version');
  });

  it('loses no assignment that was answered when it is killed in the middle of many', async () => {
    const { body } = await shard.api<{ nets: { netUid: string }[] }>('GET', '/api/v1/status');
    const nets = body.nets.map((net) => net.netUid);
    const answered: [string, string][] = [];
    let killed: Promise<void> | undefined;
    for (let count = 0; count < 500; count += 1) {
      const [userId, netUid] = [String(7_000_000 + count), nets[count % nets.length] ?? ''];
      const answer = await shard.api('POST', '/api/v1/assignments', { userId, netUid }).catch(() => undefined);
      if (!answer) break;
      expect(answer.status).to.equal(200);
      answered.push([userId, netUid]);
      if (count === 60) killed = shard.kill();
    }
    await killed;
    expect(answered.length).to.be.within(61, 499);
    await shard.restart();
    const after = (await shard.api<Assignments>('GET', '/api/v1/assignments')).body.netUids;
    for (const [userId, netUid] of answered) expect(after[userId]).to.deep.equal([netUid]);
  });

  it('finds people, nets and keys again after a restart, and the same guild', async () => {
    const { guildId, ownerKey } = shard.ready;
    await shard.api('POST', '/api/v1/nets', { name: 'Kept' });
    await shard.sandbox('POST', `/guilds/${guildId}/members`, { name: 'Nadia Kerr' });
    expect(await shard.stop('SIGINT')).to.equal(0);
    await shard.restart();
    expect(shard.ready).to.include({ guildId, ownerKey });
    const { nets } = (await shard.api<{ nets: { name: string }[] }>('GET', '/api/v1/status')).body;
    expect(nets.map((net) => net.name)).to.include('Kept');
    const state = await shard.sandbox<{ guilds: { members: { name: string }[] }[] }>('GET', '/state');
    expect(state.guilds.flatMap((guild) => guild.members).map((member) => member.name)).to.include('Nadia Kerr');
  });

  it('ends with 0 within five seconds when it is asked to, and takes the sandbox with it', async () => {
    const { sandboxUrl } = shard.ready;
    const asked = performance.now();
    expect(await shard.stop('SIGTERM')).to.equal(0);
    expect(performance.now() - asked).to.be.below(5000);
    expect(await gone(sandboxUrl)).to.equal(true);
    await shard.restart();
  });

  it('says on /readyz that it is not ready before it stops answering', async () => {
    const answers: [number, unknown][] = [];
    const ended = shard.stop('SIGTERM');
    for (;;) {
      const answer = await shard.api<{ checks: unknown[] }>('GET', '/readyz', undefined, null).catch(() => undefined);
      if (!answer) break;
      answers.push([answer.status, answer.body.checks[0]]);
    }
    expect(await ended).to.equal(0);
    expect(answers.at(-1)).to.deep.equal([503, { name: 'shutdown', ok: false, detail: 'shutting down' }]);
    await shard.restart();
  });

  it('ends too when npm alone is asked to, and leaves nothing running', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'comms-shard-'));
    const file = join(folder, 'ready.json');
    const env = { ...process.env, PORT: '0', SANDBOX_PORT: '0', DATA_DIR: folder, READY_FILE: file };
    const npm = spawn('npm', ['start'], { env, stdio: 'ignore' });
    const ready = await until(async () => JSON.parse(await readFile(file, 'utf8').catch(() => 'null')), 30_000);
    npm.kill('SIGTERM');
    await until(() => gone(ready.sandboxUrl));
    await until(() => isGone(ready.pid));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('takes the sandbox with it when it is killed', async () => {
    const { sandboxUrl } = shard.ready;
    await shard.kill();
    await until(() => gone(sandboxUrl));
    await shard.restart();
  });

  it('runs twice side by side with other ports and folders', async () => {
    const second = await RunningShard.start();
    try {
      await second.api('POST', '/api/v1/nets', { name: 'Only here' });
      expect((await shard.api('POST', '/api/v1/nets/rename', { netId: 1, name: 'Only here' })).status).to.equal(200);
      expect((await shard.api('GET', '/api/v1/status', undefined, second.ready.ownerKey)).status).to.equal(401);
    } finally {
      await second.dispose();
    }
  });
});

describe('the program with a Discord token', function () {
  this.timeout(60_000);
  const sandbox = new Sandbox({ port: 0 });
  let dataDir: string;
  let child: ChildProcess | undefined;
  let output = '';

  before(async () => {
    await sandbox.start();
    dataDir = await mkdtemp(join(tmpdir(), 'comms-shard-'));
  });

  afterEach(() => child?.kill('SIGKILL'));

  after(async () => {
    await sandbox.stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });

  /** Starts it against the sandbox as if that were Discord. */
  function launch(env: NodeJS.ProcessEnv): Promise<number | null> {
    const readyFile = join(dataDir, 'ready.json');
    const discord = { DISCORD_API_URL: sandbox.apiUrl, DISCORD_TOKEN: sandbox.bots[0]?.token };
    const all = { ...process.env, PORT: '0', DATA_DIR: dataDir, READY_FILE: readyFile, ...discord, ...env };
    const program = spawn(process.execPath, ['main.ts'], { env: all, stdio: ['ignore', 'pipe', 'pipe'] });
    child = program;
    output = '';
    for (const stream of [program.stdout, program.stderr]) stream.on('data', (chunk) => (output += chunk));
    return new Promise((resolve) => program.once('exit', resolve));
  }

  it('prints an invite link for each account, goes on without a worker whose token is invalid, and starts no sandbox', async () => {
    const [, worker, reset] = sandbox.bots;
    const invalid = `${reset?.token.slice(0, -4)}AAAA`;
    const ended = launch({ WORKER_TOKENS: `${worker?.token} ${invalid}` });
    await until(() => output.includes('"ready"'), 20_000);
    expect(output.match(/https:\/\/discord\.com\S*oauth2\/authorize\?client_id=\d+\S*/g)).to.have.length(2);
    expect(output).to.include('worker 2');
    expect(output).to.not.include(invalid).and.not.include('sandbox:');
    child?.kill('SIGTERM');
    expect(await ended).to.equal(0);
  });

  it('says what to do about a token that Discord does not accept', async () => {
    expect(await launch({ DISCORD_TOKEN: `${sandbox.bots[0]?.token.slice(0, -4)}AAAA` })).to.equal(1);
    expect(output).to.include('Reset Token');
  });

  it('goes on trying while Discord cannot be reached, and ends with 0 when it is asked to', async () => {
    const ended = launch({ DISCORD_API_URL: 'http://127.0.0.1:1/api' });
    await until(() => output.includes('trying again'), 20_000);
    child?.kill('SIGTERM');
    expect(await ended).to.equal(0);
  });

  it('runs the other guilds when the data of one is damaged', async () => {
    await mkdir(join(dataDir, 'guilds'), { recursive: true });
    await writeFile(join(dataDir, 'guilds', '123.sqlite'), 'no database at all');
    const ended = launch({});
    await until(() => output.includes('"ready"'), 20_000);
    expect(output).to.include('123.sqlite cannot be used');
    child?.kill('SIGTERM');
    expect(await ended).to.equal(0);
    await rm(join(dataDir, 'guilds', '123.sqlite'));
  });

  it('leaves a data folder alone that another process uses', async () => {
    const ended = launch({});
    await until(() => output.includes('"ready"'), 20_000);
    const first = child;
    expect(await launch({})).to.equal(1);
    expect(output).to.include('in use by another process');
    expect(await readFile(join(dataDir, 'ready.json'), 'utf8'), 'the first one’s').to.include(String(first?.pid));
    first?.kill('SIGTERM');
    expect(await ended).to.equal(0);
  });
});

describe('a wrong configuration', () => {
  const start = (env: NodeJS.ProcessEnv) =>
    spawnSync(process.execPath, ['main.ts'], { env: { ...process.env, ...env }, encoding: 'utf8', timeout: 20_000 });

  it('ends the start with 78 and a list of everything that is wrong', () => {
    const { status, stderr } = start({ PORT: 'ninety', SHARD_MAX_NETS: '900', DISCORD_TOKN: 'x' });
    expect(status).to.equal(78);
    for (const name of ['PORT', 'SHARD_MAX_NETS', 'DISCORD_TOKN']) expect(stderr).to.include(name);
  });
});

async function workersMissing(shard: RunningShard): Promise<boolean> {
  const { body } = await shard.api<{ nets: { workers: string; occupancy: number }[] }>('GET', '/api/v1/status');
  return body.nets.some((net) => net.workers === 'missing');
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
}

async function gone(url: string): Promise<boolean> {
  return fetch(`${url}/sandbox/v1/state`).then(
    () => false,
    () => true,
  );
}
