import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { seedDemo } from '../../../demo-seed.ts';
import { givenShard, refusal, SYSTEM } from '../../support/given-shard.ts';

const roles = ['Admin', 'Command', 'Squad Lead', 'Pilot', 'Ground', 'Medic'].map((name, index) => ({
  id: `${30 + index}`,
  name,
}));
const voice = ['Ready Room', 'Command', 'Alpha', 'Bravo', 'Ground'].map((name, index) => ({
  id: `${11 + index}`,
  name,
}));
const guild = { roles, channels: [...voice, { id: '19', name: 'ops' }] };

describe('the demo', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'comms-demo-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('is seeded once, and its keys stay the same', async () => {
    const [{ shard, store }, other] = [await givenShard(), await givenShard()];
    const file = join(folder, 'sub', 'keys.json');
    const keys = await seedDemo(shard, other.shard, guild, file);
    const rows = store.rows.length;
    expect(shard.read.nets().map((net) => net.name)).to.deep.equal(['Command', 'Alpha', 'Bravo', 'Ground']);
    expect(shard.read.operation().open).to.equal(false);
    expect(shard.read.presets().map((preset) => preset.name)).to.deep.equal(['Friday Convoy']);
    expect(await seedDemo(shard, other.shard, guild, file)).to.deep.equal(keys);
    expect(store.rows.length).to.equal(rows);
  });

  it('has a preset that can be applied', async () => {
    const [{ shard }, other] = [await givenShard(), await givenShard()];
    await seedDemo(shard, other.shard, guild, join(folder, 'keys.json'));
    const { results } = await shard.change(SYSTEM, { type: 'preset.apply', name: 'Friday Convoy' });
    expect(results.filter(({ ok }) => !ok)).to.deep.equal([]);
    expect(shard.read.nets().map((net) => net.name)).to.include('Convoy');
    expect(shard.read.net({ text: 'Command' }).relayTargetNetUids).to.have.length(4);
    expect(shard.read.operation().open).to.equal(true);
  });

  it('goes on where a start was cut off, and leaves no key behind whose secret nobody has', async () => {
    const [{ shard }, other] = [await givenShard(), await givenShard()];
    await other.shard.stop();
    expect(await refusal(seedDemo(shard, other.shard, guild, join(folder, 'keys.json')))).to.equal('shard.stopping');
    const again = await givenShard();
    await seedDemo(shard, again.shard, guild, join(folder, 'keys.json'));
    expect(shard.read.nets()).to.have.length(4);
    expect(shard.read.keys().map((key) => key.kind)).to.deep.equal(['owner', 'service', 'shard']);
  });
});
