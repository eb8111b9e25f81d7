import { expect } from 'chai';
import { runKillLoop } from '../../slow/kill-loop.ts';
import { givenFolder } from './support/folder.ts';

describe('kill -9', () => {
  const folder = givenFolder();
  const seed = Number(process.env['KILL_SEED'] ?? Math.floor(Math.random() * 1_000_000));

  it(`loses nothing that was acknowledged (KILL_SEED=${seed})`, async function () {
    this.timeout(60_000);
    expect(await runKillLoop(folder.path, 5, seed)).to.be.greaterThan(50);
  });
});
