import { expect } from 'chai';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { MemoryStore } from '../../support/memory-store.ts';
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
      await bridge.bot.whenReady(AbortSignal.timeout(12_000));
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
    expect(bridge.bot.health().map(({ ok }) => ok)).to.deep.equal([false, false, false]);
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

  it('listens while a worker is still on its way in', async () => {
    bridge = new Bridge(sandbox, { workerTokens: [sandbox.bots[1]?.token ?? ''] });
    await bridge.look();
    // Told three times to come back in a second.
    await bridge.control('POST', '/faults', { kind: 'rest.429', bot: sandbox.bots[1]?.id, times: 3 });
    const started = bridge.bot.start(bridge.shards);
    await bridge.bot.whenReady(AbortSignal.timeout(2500));
    await bridge.net('Air', ['Alpha']);
    await bridge.sit('Freya Lund', 'Alpha');
    await until(() => bridge.shard.read.roster().length === 1, 500);
    expect(bridge.bot.invites().map(({ name }) => name)).to.deep.equal(['main bot']);
    await started;
    expect(bridge.bot.invites().map(({ name }) => name)).to.deep.equal(['main bot', 'worker 1']);
  });

  it('leaves no account connected when it is stopped in the middle of a login', async () => {
    const lines: string[] = [];
    const patient = await startSandbox((line) => lines.push(line));
    try {
      const [, worker] = patient.bots;
      bridge = new Bridge(patient, { workerTokens: [worker?.token ?? ''] });
      await bridge.look();
      await bridge.control('POST', '/faults', { kind: 'rest.429', bot: worker?.id, times: 2 });
      const started = bridge.bot.start(bridge.shards);
      await bridge.bot.whenReady(AbortSignal.timeout(1800));
      await bridge.stop();
      await started;
      await until(() => lines.some((line) => line === `gateway: ${worker?.name} identified`));
      await until(async () => {
        const { bots } = await bridge.control<{ bots: { online: boolean }[] }>('GET', '/state');
        return bots.every(({ online }) => !online);
      }, 2000);
    } finally {
      await patient.stop();
      bridge = new Bridge(sandbox);
      await bridge.look();
    }
  });

  it('goes on when the shard of a guild cannot be opened, and says which one is not open', async () => {
    const open = async (guildId: string) => {
      if (guildId === sandbox.guildId) throw new Error('the file is damaged');
      return new MemoryStore();
    };
    bridge = await new Bridge(sandbox, { workerTokens: [], open }).start();
    const told = bridge.logged.filter((line) => line.startsWith('error'));
    expect(told).to.have.length(1);
    expect(told[0]).to.contain('the file is damaged').and.to.contain(sandbox.guildId);
    expect(bridge.shards.all().map(({ guildId }) => guildId))
      .to.have.length(1)
      .and.not.to.include(sandbox.guildId);
    expect(bridge.bot.health()).to.deep.equal([
      { name: 'discord', ok: true, detail: 'connected' },
      { name: 'guilds', ok: false, detail: `not open yet: ${sandbox.guildId}` },
      { name: 'commands', ok: true, detail: 'registered' },
    ]);
    const enough = new Error('waited long enough');
    const waiting = new AbortController();
    const ready = bridge.bot.whenReady(waiting.signal).catch((error: unknown) => error);
    waiting.abort(enough);
    expect(await ready).to.equal(enough);
  });

  for (const whileAway of [false, true]) {
    it(`has nobody connected any more when it is removed from the guild${whileAway ? ' while it is disconnected' : ''}`, async function () {
      this.timeout(30_000);
      const deserted = await startSandbox();
      try {
        bridge = await new Bridge(deserted).start();
        await bridge.net('Air', ['Alpha', 'Bravo'], ['Freya Lund', 'Sorin Dalca']);
        await bridge.sit('Freya Lund', 'Alpha');
        await bridge.sit('Sorin Dalca', 'Bravo');
        await bridge.served('Air');
        const { id } = deserted.bots[0] ?? expect.fail('no bots');
        // The client waits some seconds before it identifies anew.
        if (whileAway) await bridge.control('POST', '/faults', { kind: 'gateway.invalid-session', bot: id });
        await bridge.control('DELETE', `/guilds/${deserted.guildId}/members/${id}`);
        await until(() => bridge.shard.read.roster().length === 0, whileAway ? 12_000 : 1000);
        expect([...bridge.workers('Air').values()]).to.deep.equal(['idle', 'idle']);
        await bridge.bot.whenReady(AbortSignal.timeout(1000));
      } finally {
        await bridge.stop();
        await deserted.stop();
        bridge = new Bridge(sandbox);
        await bridge.look();
      }
    });
  }
});
