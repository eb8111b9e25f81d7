import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { RunningShard } from '../support/running-shard.ts';
import { until } from '../support/until.ts';

const PATH = '/api/v1/metrics/prometheus';
const CONFIGURATION = new URL('../../docs/monitoring/prometheus.yml', import.meta.url);

/** Runs a program to its end with something on its standard input. */
function run(program: string, args: string[], input = ''): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => reject(new Error(`${error.message}: install Debian's package prometheus`)));
    child.once('close', (code) => resolve({ code, output }));
    child.stdin.end(input);
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('Prometheus', () => {
  let shard: RunningShard;
  let folder: string;
  let server: ChildProcess | undefined;

  before(async () => {
    shard = await RunningShard.start();
    folder = await mkdtemp(join(tmpdir(), 'comms-prometheus-'));
  });

  after(async () => {
    server?.kill('SIGKILL');
    await shard.dispose();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  async function text(): Promise<string> {
    const answer = await fetch(`${shard.ready.apiUrl}${PATH}`, {
      headers: { authorization: `Bearer ${shard.ready.ownerKey}` },
    });
    expect(answer.status).to.equal(200);
    return answer.text();
  }

  it("finds nothing to complain about: promtool's check of the metrics", async () => {
    const { code, output } = await run('promtool', ['check', 'metrics'], await text());
    expect([code, output.trim()]).to.deep.equal([0, '']);
  });

  it('would complain about a name that breaks the rules', async () => {
    const bad = '# HELP shard_bad_total A gauge.\n# TYPE shard_bad_total gauge\nshard_bad_total 1\n';
    expect((await run('promtool', ['check', 'metrics'], (await text()) + bad)).code).not.to.equal(0);
  });

  it('scrapes a running shard with a bearer token, by the documented configuration', async () => {
    await shard.api('POST', '/api/v1/operation', { open: true });
    const [port, config] = [await freePort(), join(folder, 'prometheus.yml')];
    await writeFile(join(folder, 'key'), `${shard.ready.ownerKey}\n`, { mode: 0o600 });
    await writeFile(config, await adapted());
    expect((await run('promtool', ['check', 'config', config])).code).to.equal(0);
    server = spawn('prometheus', [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
    const query = async (expression: string) => {
      const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expression)}`;
      const answer = await fetch(url).catch(() => undefined);
      const body = (await answer?.json().catch(() => undefined)) as
        | { data: { result: { value: [number, string] }[] } }
        | undefined;
      return body?.data.result[0]?.value[1];
    };
    expect(await until(() => query('up{job="comms-shard"}'), 30_000)).to.equal('1');
    expect(await until(async () => (await query('shard_operation_open')) === '1', 10_000)).to.equal(true);
    expect(await until(() => query('shard_journal_write_seconds_count > 0'), 10_000)).to.be.a('string');
  });

  /** The documented configuration, pointed at the running shard. */
  async function adapted(): Promise<string> {
    const { host } = new URL(shard.ready.apiUrl);
    const documented = await readFile(CONFIGURATION, 'utf8');
    const changes: [string, string][] = [
      ['scrape_interval: 15s', 'scrape_interval: 1s'],
      ['scheme: https', 'scheme: http'],
      ['/etc/prometheus/comms-shard.key', join(folder, 'key')],
      ['shard.example.org', host],
    ];
    return changes.reduce((all, [from, to]) => {
      expect(all).to.include(from);
      return all.replace(from, to);
    }, documented);
  }
});
