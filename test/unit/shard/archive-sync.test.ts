import { expect } from 'chai';
import { ArchiveSync } from '../../../shard/nets/archive-sync.ts';
import type { Central, Checkpoint } from '../../../shard/ports.ts';
import { APPROVING, GivenClock, SILENT, settle } from '../../support/given.ts';
import { givenShard, SYSTEM } from '../../support/given-shard.ts';

/** A central that remembers one checkpoint, and can be away or hang. */
class GivenCheckpoints implements Pick<Central, 'checkpoint' | 'holdCheckpoint'> {
  held: Checkpoint | null = null;
  mode: 'here' | 'away' | 'hanging' = 'here';
  /** Versions it was told, with the time. */
  told: [version: number, at: number][] = [];
  asked = 0;
  readonly clock: GivenClock;

  constructor(clock: GivenClock) {
    this.clock = clock;
  }

  async checkpoint(): Promise<Checkpoint | null> {
    this.asked += 1;
    await this.#reached();
    return this.held;
  }

  async holdCheckpoint(_: string, { version, hash }: { version: number; hash: string }): Promise<Checkpoint> {
    this.told.push([version, this.clock.now()]);
    await this.#reached();
    this.held = { version, hash, at: new Date(this.clock.now()).toISOString() };
    return this.held;
  }

  #reached(): Promise<void> {
    if (this.mode === 'hanging') return new Promise(() => {});
    return this.mode === 'away' ? Promise.reject(new Error('no route')) : Promise.resolve();
  }
}

function given() {
  const clock = new GivenClock(0);
  const central = new GivenCheckpoints(clock);
  const chain = { version: 0, hash: '' };
  const warnings: object[] = [];
  const log = { ...SILENT, warn: (fields: object) => warnings.push(fields) };
  const make = () => new ArchiveSync({ guildId: '1', chain: () => chain, central, clock, log });
  const sync = make();
  const change = (of = sync) => {
    chain.version += 1;
    chain.hash = `hash ${chain.version}`;
    of.follow();
  };
  return { clock, central, chain, sync, make, change, warnings };
}

describe('the sync of the archive with central', () => {
  it('counts a change as pending until central confirmed a checkpoint of it', async () => {
    const { clock, central, sync, change } = given();
    sync.start();
    await settle();
    expect(sync.status()).to.deep.equal({
      checkpoint: { lastCheckpointHash: null, lastCheckpointVersion: 0, lastCheckpointAt: null },
      pendingOps: 0,
    });
    change();
    change();
    expect(sync.status().pendingOps).to.equal(2);
    await clock.advance(4999);
    expect(central.told).to.deep.equal([]);
    await clock.advance(1);
    expect(sync.status()).to.deep.equal({
      checkpoint: {
        lastCheckpointHash: 'hash 2',
        lastCheckpointVersion: 2,
        lastCheckpointAt: '1970-01-01T00:00:05.000Z',
      },
      pendingOps: 0,
    });
  });

  it('tells central at most every 5 seconds, and nothing while nothing changes', async () => {
    const { clock, central, sync, change } = given();
    sync.start();
    for (let second = 0; second < 20; second += 1) {
      change();
      await clock.advance(1000);
    }
    await clock.advance(60_000);
    const times = central.told.map(([, at]) => at);
    for (const [index, at] of times.entries()) if (index > 0) expect(at - (times[index - 1] ?? 0)).to.be.at.least(5000);
    expect(central.told.at(-1)?.[0]).to.equal(20);
    expect(times.length).to.be.within(4, 5);
  });

  it('tries again, less and less often, while central is away, and catches up when it is back', async () => {
    const { clock, central, sync, change, warnings } = given();
    sync.start();
    await settle();
    central.mode = 'away';
    change();
    await clock.advance(300_000);
    const gaps = central.told.slice(1).map(([, at], index) => at - (central.told[index]?.[1] ?? 0));
    expect(gaps.slice(0, 6)).to.deep.equal([5000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    expect(warnings).to.have.length(central.told.length);
    change();
    expect(sync.status().pendingOps).to.equal(2);
    central.mode = 'here';
    await clock.advance(60_000);
    expect([sync.status().pendingOps, central.held?.version]).to.deep.equal([0, 2]);
  });

  it('gives up on an answer after 10 seconds and asks again', async () => {
    const { clock, central, sync, change } = given();
    sync.start();
    await settle();
    central.mode = 'hanging';
    change();
    await clock.advance(5000 + 9999);
    expect(central.told).to.have.length(1);
    central.mode = 'here';
    await clock.advance(1 + 5000);
    expect(sync.status().pendingOps).to.equal(0);
  });

  it('hands up what is pending when it stops, and waits a second for it at most', async () => {
    const { clock, central, sync, change, warnings } = given();
    sync.start();
    await settle();
    change();
    await sync.stop();
    expect(central.held?.version).to.equal(1);
    await clock.advance(60_000);
    expect(central.told).to.have.length(1);
    const other = given();
    other.central.mode = 'hanging';
    other.sync.start();
    other.change();
    let stopped = false;
    const stopping = other.sync.stop().then(() => {
      stopped = true;
    });
    await other.clock.advance(999);
    expect(stopped).to.equal(false);
    await other.clock.advance(1);
    await stopping;
    expect(other.warnings.at(-1)).to.include({ pendingOps: 1 });
    expect(warnings).to.deep.equal([]);
  });

  it('has nothing to tell when it stops and nothing is pending', async () => {
    const { central, sync } = given();
    sync.start();
    await settle();
    await sync.stop();
    expect(central.told).to.deep.equal([]);
  });

  it('asks after a start what central holds, and hands up what a crash kept from it', async () => {
    const { clock, central, sync, make, change } = given();
    sync.start();
    await settle();
    change();
    await clock.advance(5000);
    change();
    const next = make();
    next.start();
    await settle();
    expect(next.status()).to.deep.include({ pendingOps: 1 });
    expect(next.status().checkpoint.lastCheckpointVersion).to.equal(1);
    await clock.advance(5000);
    expect([next.status().pendingOps, central.held?.version]).to.deep.equal([0, 2]);
  });

  it('knows of no checkpoint while central is away at the start, and asks until it is back', async () => {
    const { clock, central, sync, chain } = given();
    Object.assign(chain, { version: 7, hash: 'hash 7' });
    central.held = { version: 7, hash: 'hash 7', at: '2026-01-01T00:00:00.000Z' };
    central.mode = 'away';
    sync.start();
    await settle();
    expect(sync.status().pendingOps).to.equal(7);
    central.mode = 'here';
    await clock.advance(5000);
    expect(sync.status().pendingOps).to.equal(0);
    expect(central.told).to.deep.equal([]);
  });

  it('replaces a checkpoint of another past: one ahead, or another hash of the same version', async () => {
    for (const held of [
      { version: 9, hash: 'hash 9', at: '' },
      { version: 7, hash: 'other', at: '' },
    ]) {
      const { clock, central, sync, chain } = given();
      Object.assign(chain, { version: 7, hash: 'hash 7' });
      central.held = held;
      sync.start();
      await settle();
      expect(sync.status().pendingOps).to.equal(7);
      await clock.advance(5000);
      expect(central.held).to.include({ version: 7, hash: 'hash 7' });
      expect(sync.status().pendingOps).to.equal(0);
    }
  });

  it('is part of a shard: from a change over a crash to the next start, and to the stop', async () => {
    const clock = new GivenClock();
    const checkpoints = new GivenCheckpoints(clock);
    const central: Central = {
      ...APPROVING,
      checkpoint: () => checkpoints.checkpoint(),
      holdCheckpoint: (guildId, checkpoint) => checkpoints.holdCheckpoint(guildId, checkpoint),
    };
    const { shard, store } = await givenShard({ clock, central });
    const put = (name: string) => ({ type: 'archive.put' as const, fields: { name } });
    await shard.change(SYSTEM, put('Alpha'));
    expect(shard.archive.syncStatus().pendingOps).to.equal(1);
    await shard.change(SYSTEM, { type: 'operation.set', open: true });
    const { shard: next } = await givenShard({ clock, central, store });
    expect(next.archive.syncStatus().pendingOps).to.equal(1);
    await settle();
    await clock.advance(5000);
    expect(next.archive.syncStatus().pendingOps).to.equal(0);
    await next.change(SYSTEM, put('Bravo'));
    await next.stop();
    expect(checkpoints.held?.version).to.equal(2);
    expect(checkpoints.held?.hash).to.match(/^[0-9a-f]{64}$/);
  });
});
