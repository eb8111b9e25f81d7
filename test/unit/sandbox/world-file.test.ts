import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { demoWorld } from '../../../sandbox/world/demo-guild.ts';
import { World } from '../../../sandbox/world/world.ts';
import { WorldFile } from '../../../sandbox/world/world-file.ts';

describe('The world file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'world-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const open = () =>
    new WorldFile(join(folder, 'sandbox', 'world.json'), (error) => {
      throw error;
    });

  it('is absent at first and holds the world afterwards, whole', async () => {
    const file = open();
    expect(await file.read()).to.equal(undefined);
    const world = new World(demoWorld(), Date.now);
    await file.follow(world);
    expect(await open().read()).to.deep.equal(world.toData());
    expect(await readdir(join(folder, 'sandbox'))).to.deep.equal(['world.json']);
  });

  it('holds a change once it was flushed', async () => {
    const file = open();
    const world = new World(demoWorld(), Date.now);
    await file.follow(world);
    const guild = world.guilds.get(world.guildId);
    if (!guild) throw new Error('no guild');
    const changes = Array.from({ length: 20 }, (_, n) => {
      world.createChannel(guild, { name: `c${n}`, type: 0 });
      return file.flush();
    });
    await Promise.all(changes);
    expect(await open().read()).to.deep.equal(world.toData());
  });

  it('is not read when it is not a world, and says which file it is', async () => {
    const file = open();
    await file.follow(new World(demoWorld(), Date.now));
    await writeFile(join(folder, 'sandbox', 'world.json'), '{"version":2}');
    const error = await file.read().catch((reason: Error) => reason);
    expect(error)
      .to.be.instanceOf(Error)
      .with.property('message')
      .match(/world\.json cannot be read/);
  });

  it('gives the demo guild the same ids every time, and new tokens', () => {
    const [one, two] = [demoWorld(), demoWorld()];
    expect(one.guilds).to.deep.equal(two.guilds);
    expect(one.bots[0]?.token).not.to.equal(two.bots[0]?.token);
  });
});
