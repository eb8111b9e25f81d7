import { expect } from 'chai';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { until } from '../../support/until.ts';
import { Bridge, startSandbox } from './bridge.ts';

const SYSTEM = { kind: 'system' as const, name: 'test' };

describe('the Public Net in Discord', () => {
  let sandbox: Sandbox;
  let bridge: Bridge;

  before(async () => {
    sandbox = await startSandbox();
  });

  after(() => sandbox.stop());

  afterEach(() => bridge.stop());

  const show = (roles: string[]) => {
    const roleIds = roles.map((role) => bridge.roleId(role));
    return bridge.shard.change(SYSTEM, { type: 'public-net.show', name: 'Rally', roleIds });
  };

  /** A pilot and a medic in one channel of the Public Net, a listener in its other one. */
  async function twoChannels(): Promise<void> {
    bridge = await new Bridge(sandbox).start();
    await bridge.operation(true);
    await show(['Pilot']);
    for (const channel of ['Alpha', 'Bravo']) {
      const channelId = bridge.channelId(channel);
      await bridge.shard.change(SYSTEM, { type: 'net.bind', net: { netId: 250 }, channelId });
    }
    await bridge.sit('Freya Lund', 'Alpha');
    await bridge.sit('Priya Nair', 'Alpha');
    await bridge.sit('Kofi Mensah', 'Bravo');
    await until(() => bridge.shard.read.publicNet().occupancy === 3);
    await bridge.served('Rally');
  }

  it('carries who has one of its roles to its other channels, and nobody else', async () => {
    await twoChannels();
    expect(bridge.netsOf('Freya Lund')).to.deep.equal(['Rally']);
    expect(bridge.netsOf('Priya Nair')).to.deep.equal([]);
    const since = new Date();
    await bridge.speak('Priya Nair', 440, 300);
    await bridge.speak('Freya Lund', 880, 500);
    const heard = await bridge.heardEnd('Kofi Mensah', since);
    expect(heard).to.have.length(1);
    expect(heard[0]?.peakHz[0]).to.be.closeTo(880, 5);
  });

  it('carries everyone once it is open to everyone, and nobody once it is hidden', async () => {
    await twoChannels();
    await show([]);
    await bridge.heardAgain('Priya Nair', 'Kofi Mensah', 5000);
    await bridge.shard.change(SYSTEM, { type: 'public-net.hide' });
    expect(bridge.shard.read.roster()).to.deep.equal([]);
    const since = new Date();
    await bridge.speak('Priya Nair', 440, 300);
    expect(await bridge.heard('Kofi Mensah', since)).to.deep.equal([]);
    await show([]);
    await bridge.served('Rally');
    await bridge.heardAgain('Priya Nair', 'Kofi Mensah', 5000);
  });

  it('opens to somebody within a second of being given a role of it', async () => {
    await twoChannels();
    await bridge.giveRoles('Kofi Mensah', ['Pilot']);
    await until(() => bridge.netsOf('Kofi Mensah').join() === 'Rally', 1000);
    await bridge.heardAgain('Kofi Mensah', 'Freya Lund', 5000);
  });
});
