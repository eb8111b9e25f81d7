import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

interface Figures {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

interface Report {
  machine: { node: string; storeWriteP50Ms: number };
  scenarios: (Figures & { name: string; floor: Figures; ratio: number; p50Ratio: number })[];
}

describe('npm run bench:api', function () {
  this.timeout(180_000);
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'comms-bench-test-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('measures every scenario beside its floor and writes the figures down', async () => {
    const file = join(folder, 'figures.json');
    const args = ['bench/api.ts', '--seconds', '0.3', '--rounds', '1', '--json', file];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { machine, scenarios } = JSON.parse(await readFile(file, 'utf8')) as Report;
    expect(machine.node).to.equal(process.version);
    expect(machine.storeWriteP50Ms).to.be.above(0);
    const names = [
      'GET /status',
      'POST /assignments, one',
      'POST /assignments, 16',
      'POST /assignments/bulk',
      'GET /stream',
    ];
    expect(scenarios.map(({ name }, index) => name.startsWith(names[index] ?? '?'))).to.deep.equal(
      names.map(() => true),
    );
    for (const { name, floor, ratio, p50Ratio, ...ours } of scenarios) {
      expect(stdout).to.include(name);
      for (const { requestsPerSecond, p50Ms, p99Ms } of [ours, floor]) {
        expect(requestsPerSecond, name).to.be.above(0);
        expect(p99Ms, name).to.be.at.least(p50Ms).and.above(0);
      }
      expect(ratio, name).to.be.closeTo(ours.requestsPerSecond / floor.requestsPerSecond, 1e-9);
      expect(p50Ratio, name).to.be.closeTo(ours.p50Ms / floor.p50Ms, 1e-9);
    }
  });
});
