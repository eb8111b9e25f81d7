import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { OpsNight } from '../support/ops-night.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const TSC = join(ROOT, 'node_modules', '.bin', 'tsc');

interface Status {
  operation: string;
  nets: { name: string; netUid: string; relayTargetNetUids: string[]; channels: { channelId: string }[] }[];
}

describe('the examples, as somebody who copies them', function () {
  this.timeout(300_000);
  let night: OpsNight;
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'comms-examples-'));
    const filter = (path: string) => !['node_modules', 'owner-api.ts'].includes(basename(path));
    await cp(join(ROOT, 'docs', 'examples'), join(folder, 'examples'), { recursive: true, filter });
    await cp(join(ROOT, 'docs', 'openapi.json'), join(folder, 'openapi.json'));
    folder = join(folder, 'examples');
    await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder });
    night = await OpsNight.start();
  });

  after(async () => {
    await night?.shard.dispose();
    await rm(join(folder, '..'), { recursive: true, force: true, maxRetries: 5 });
  });

  it('generate the same client from a running shard as from docs/openapi.json', async () => {
    const generated = () => readFile(join(folder, 'owner-api.ts'), 'utf8');
    const url = `${night.shard.ready.apiUrl}/api/v1/openapi.json`;
    await run('npx', ['--no-install', 'openapi-typescript', url, '-o', 'owner-api.ts'], { cwd: folder });
    const live = await generated();
    await run('npm', ['run', 'generate'], { cwd: folder });
    expect(await generated()).to.equal(live);
    expect(live).to.include('"/api/v1/assignments/bulk"');
  });

  it('compile under strict, with our compiler and with their own', async () => {
    await run(process.execPath, [TSC, '-p', folder]);
    await run('npm', ['run', 'check'], { cwd: folder });
  });

  it('run a whole evening', async () => {
    const evening = new Evening(folder, join(night.shard.dataDir, 'ready.json'));
    await night.sit('Freya Lund', 'Alpha');
    const uid = async (name: string) => (await status()).nets.find((net) => net.name === name)?.netUid;
    await evening.says('briefing: reached 1 operators');

    const open = await status();
    expect(open.operation).to.equal('open');
    const convoy = open.nets.find((net) => net.name === 'Convoy');
    expect(convoy?.relayTargetNetUids).to.deep.equal([await uid('Ground')]);
    expect(convoy?.channels[0]?.channelId).to.equal(night.channelId('Medical'));
    const stored = (await night.shard.api<{ netUids: Record<string, string[]> }>('GET', '/api/v1/assignments')).body;
    expect(Object.keys(stored.netUids)).to.have.length(10);
    expect(stored.netUids[night.memberId('Priya Nair')]).to.deep.equal([convoy?.netUid]);
    const { rules } = (
      await night.shard.api<{ rules: { roleId: string; netUids: string[] }[] }>('GET', '/api/v1/rules')
    ).body;
    expect(rules.find((rule) => rule.roleId === night.roleId('Medic'))?.netUids).to.include(convoy?.netUid);

    await night.sit('Priya Nair', 'Medical');
    await night.sit('Kofi Mensah', 'Ground');
    await evening.says('Kofi Mensah joined');
    await night.connected('Convoy');
    const since = new Date();
    await night.speak('Priya Nair', { toneHz: 440, durationMs: 1200 });
    await evening.says('Priya Nair speaks on net 5');
    await evening.says('Priya Nair spoke for');
    expect(await night.heard('Kofi Mensah', since), 'it was heard on the other net').to.not.have.length(0);

    expect(await evening.end(), evening.output).to.equal(0);
    expect(evening.output).to.include('10 applied, 0 were so already');
    expect(evening.output).to.match(/the evening: [1-9]\d*\.\d s of talk, at most 3 connected/);
    expect(evening.output).to.match(/net Convoy: 1\.\d s in 1/);
    expect((await status()).operation).to.equal('closed');
  });

  it('may be repeated: nothing is done twice', async () => {
    const before = await status();
    const evening = new Evening(folder, join(night.shard.dataDir, 'ready.json'));
    await evening.says('briefing: wait');
    expect(await evening.end(), evening.output).to.equal(0);
    expect(evening.output).to.include('0 applied, 10 were so already').and.not.include('made');
    expect((await status()).nets.map((net) => net.netUid)).to.deep.equal(before.nets.map((net) => net.netUid));
  });

  async function status(): Promise<Status> {
    return (await night.shard.api<Status & Record<string, unknown>>('GET', '/api/v1/status')).body;
  }
});

/** The example program, running. */
class Evening {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  output = '';

  constructor(folder: string, readyFile: string) {
    const env = { ...process.env, READY_FILE: readyFile };
    const child = spawn(process.execPath, ['evening.ts'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        this.output += chunk;
      });
    }
    this.#ended = new Promise((resolve) => child.once('exit', resolve));
  }

  /** Waits until it has printed this. */
  async says(words: string): Promise<void> {
    await until(() => {
      if (this.#child.exitCode !== null) throw new Error(`it ended with ${this.#child.exitCode}:\n${this.output}`);
      return this.output.includes(words);
    }, 20_000);
  }

  /** Ends it as Ctrl-C does; answers the exit code. */
  async end(): Promise<number | null> {
    this.#child.kill('SIGINT');
    return this.#ended;
  }
}
