import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runKillLoop } from './kill-loop.ts';

describe('A shard that is killed again and again while it changes', function () {
  this.timeout(300_000);
  let dataDir = '';
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'comms-kill-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));

  const seed = Number(process.env['KILL_SEED'] ?? Math.floor(Math.random() * 1_000_000));

  it(`loses nothing that was acknowledged and leaves nothing half (KILL_SEED=${seed})`, async () => {
    expect(await runKillLoop(dataDir, 40, seed)).to.be.greaterThan(1000);
  });
});
