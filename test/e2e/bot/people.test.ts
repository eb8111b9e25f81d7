import { expect } from 'chai';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { until } from '../../support/until.ts';
import { Bridge, startSandbox } from './bridge.ts';

describe('the bot follows Discord', () => {
  let sandbox: Sandbox;
  let bridge: Bridge;

  before(async () => {
    sandbox = await startSandbox();
  });

  after(() => sandbox.stop());

  afterEach(async () => {
    await bridge.giveRoles('Jonas Weil', []);
    await bridge.stop();
  });

  it('gives a person the nets of their roles the moment they join, and ends it when they leave', async () => {
    bridge = await new Bridge(sandbox).start();
    await bridge.net('Air', ['Alpha']);
    await bridge.rule('Pilot', 'Air');
    await bridge.sit('Freya Lund', 'Alpha');
    await until(() => bridge.netsOf('Freya Lund').join() === 'Air', 1000);
    await bridge.sit('Freya Lund', null);
    await until(() => bridge.shard.read.roster().length === 0, 1000);
  });

  it('changes the nets of a connected person within a second when a role is given or taken', async () => {
    bridge = await new Bridge(sandbox).start();
    await bridge.net('Air', ['Alpha']);
    await bridge.rule('Pilot', 'Air');
    await bridge.sit('Jonas Weil', 'Alpha');
    await until(() => bridge.shard.read.roster().length === 1, 1000);
    expect(bridge.netsOf('Jonas Weil')).to.deep.equal([]);
    await bridge.giveRoles('Jonas Weil', ['Pilot']);
    await until(() => bridge.netsOf('Jonas Weil').join() === 'Air', 1000);
    await bridge.giveRoles('Jonas Weil', []);
    await until(() => bridge.netsOf('Jonas Weil').length === 0, 1000);
  });

  it('knows who sits in voice already when it starts', async () => {
    const before = new Bridge(sandbox);
    await before.look();
    await before.sit('Freya Lund', 'Alpha');
    bridge = await new Bridge(sandbox).start();
    await bridge.net('Air', ['Alpha']);
    expect(bridge.shard.read.roster().map(({ displayName }) => displayName)).to.deep.equal(['Freya Lund']);
  });

  for (const kind of ['gateway.drop', 'gateway.invalid-session']) {
    it(`reconciles after ${kind} what changed meanwhile`, async function () {
      this.timeout(30_000);
      bridge = await new Bridge(sandbox).start();
      await bridge.net('Air', ['Alpha']);
      await bridge.rule('Pilot', 'Air');
      await bridge.sit('Freya Lund', 'Alpha');
      await bridge.sit('Jonas Weil', 'Alpha');
      await until(() => bridge.shard.read.roster().length === 2);
      await bridge.control('POST', '/faults', { kind, bot: sandbox.bots[0]?.id });
      await bridge.sit('Freya Lund', null);
      await bridge.giveRoles('Jonas Weil', ['Pilot']);
      await until(() => {
        const names = bridge.shard.read.roster().map(({ displayName }) => displayName);
        return names.join() === 'Jonas Weil' && bridge.netsOf('Jonas Weil').join() === 'Air';
      }, 12_000);
      await until(() => bridge.bot.ready, 12_000);
    });
  }

  it('tells the shard of roles and channels as they come, with what the bot may do there', async () => {
    bridge = await new Bridge(sandbox).start();
    const name = `Late ${Date.now()}`;
    await bridge.control('POST', `/guilds/${sandbox.guildId}/roles`, { name });
    await bridge.control('POST', `/guilds/${sandbox.guildId}/channels`, { name, type: 'voice' });
    const known = () => bridge.shard.read.guild();
    await until(() => [...known().roles.values()].some((role) => role.name === name), 1000);
    const channel = await until(() => [...known().channels.values()].find((one) => one.name === name), 1000);
    expect(channel).to.include({ kind: 'voice', usable: true });
  });

  it('runs on with the other workers when a worker token is invalid, and says which without saying it', async () => {
    const bad = 'MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.not-a-token-at-all-but-shaped-like-one-0123';
    const [, first, second] = sandbox.bots;
    bridge = await new Bridge(sandbox, { workerTokens: [first?.token ?? '', bad, second?.token ?? ''] }).start();
    expect(
      bridge.bot
        .invites()
        .map(({ name }) => name)
        .sort(),
    ).to.deep.equal(['main bot', 'worker 1', 'worker 3']);
    const { reduced } = bridge.shard.read.status();
    expect(reduced).to.have.length(1);
    expect(reduced[0]).to.match(/^Voice worker 2 cannot be used.*Reset Token/);
    expect(bridge.logged.some((line) => line.startsWith('warn') && line.includes('worker 2'))).to.equal(true);
    const secrets = [bad, ...sandbox.bots.map(({ token }) => token)];
    expect(bridge.logged.filter((line) => secrets.some((secret) => line.includes(secret)))).to.deep.equal([]);
  });

  it('refuses to start with an invalid main token and says what to do', async () => {
    bridge = new Bridge(sandbox, { token: 'not a token', workerTokens: [] });
    await bridge.look();
    const error = await bridge.bot.start(bridge.shards).catch((reason: Error) => reason);
    expect(error).to.be.instanceOf(Error);
    expect(String(error)).to.match(/DISCORD_TOKEN.*Developer Portal.*Reset Token/);
    expect(bridge.bot.ready).to.equal(false);
  });

  it('works without the members intent from what voice states carry, and says what is reduced', async () => {
    // The sandbox grants a worker no privileged intent.
    const [, ungranted] = sandbox.bots;
    bridge = await new Bridge(sandbox, { token: ungranted?.token, workerTokens: [] }).start();
    expect(bridge.shard.read.status().reduced.join()).to.match(/Server Members Intent/);
    await bridge.net('Air', ['Alpha', 'Bravo']);
    await bridge.rule('Pilot', 'Air');
    await bridge.sit('Freya Lund', 'Alpha');
    await until(() => bridge.netsOf('Freya Lund').join() === 'Air', 1000);
    await bridge.sit('Jonas Weil', 'Alpha');
    await bridge.giveRoles('Jonas Weil', ['Pilot']);
    await bridge.sit('Jonas Weil', 'Bravo');
    await until(() => bridge.netsOf('Jonas Weil').join() === 'Air', 1000);
  });

  it('has nobody connected any more when the bot is removed from the guild', async () => {
    const deserted = await startSandbox();
    try {
      bridge = await new Bridge(deserted).start();
      await bridge.net('Air', ['Alpha', 'Bravo'], ['Freya Lund', 'Sorin Dalca']);
      await bridge.sit('Freya Lund', 'Alpha');
      await bridge.sit('Sorin Dalca', 'Bravo');
      await bridge.served('Air');
      await bridge.control('DELETE', `/guilds/${deserted.guildId}/members/${deserted.bots[0]?.id}`);
      await until(() => bridge.shard.read.roster().length === 0, 1000);
      expect([...bridge.workers('Air').values()]).to.deep.equal(['idle', 'idle']);
    } finally {
      await bridge.stop();
      await deserted.stop();
      bridge = new Bridge(sandbox);
      await bridge.look();
    }
  });
});
