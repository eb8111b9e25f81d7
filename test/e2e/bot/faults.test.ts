import { expect } from 'chai';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import type { Hop } from '../../../sandbox/voice/voice-media.ts';
import { until } from '../../support/until.ts';
import { Bridge, startSandbox } from './bridge.ts';
import { FaultTrial } from './fault-trial.ts';

/** Where a packet stands in its stream: sequence number and timestamp. */
type Place = readonly [number, number];

const placeOf = ({ packet: { header } }: Hop): Place => [header.readUInt16BE(2), header.readUInt32BE(4)];

/** How far each packet is from the first of them, over the wraps at 2^16 and 2^32. */
const distances = (places: readonly Place[]): Place[] => {
  const [first = [0, 0]] = places;
  return places.map(([sequence, timestamp]) => [((sequence - first[0]) << 16) >> 16, (timestamp - first[1]) | 0]);
};

describe('the bot under faults', () => {
  let sandbox: Sandbox;
  let bridge: Bridge;
  let trial: FaultTrial;

  before(async () => {
    sandbox = await startSandbox();
    bridge = await new Bridge(sandbox).start();
    trial = await FaultTrial.begin(bridge);
  });

  after(async () => {
    await bridge.stop();
    await sandbox.stop();
  });

  /** The bot that sits in a channel. */
  const botIn = (channel: string): string | undefined =>
    sandbox.bots.find(({ id }) => voiceOf(id)?.channelId === bridge.channelId(channel))?.id;
  const voiceOf = (userId: string) => sandbox.world.guilds.get(sandbox.guildId)?.voice.get(userId);
  const toBots = (fault: object, kind: string) => sandbox.bots.map(({ id }) => ({ kind, ...fault, bot: id }));

  it('loses not one frame to forged datagrams and bursts of padding', () =>
    trial.losesNothing(
      ['voice.udp-forge', 'voice.padding-burst'].flatMap((kind) => toBots({ durationMs: 600 }, kind)),
    ));

  it('loses not one frame to a voice server that breaks the rules of end-to-end encryption', () =>
    trial.losesNothing(
      ['dave.wrong-epoch', 'dave.repeat-external-sender', 'dave.downgrade'].flatMap((kind) =>
        toBots({ durationMs: 600 }, kind),
      ),
    ));

  it('is back after a commit that it cannot follow', () => trial.survives(toBots({}, 'dave.invalid-commit')));

  it('follows a call to another voice server without leaving its channel', async () => {
    const before = botIn('Bravo');
    await trial.survives([{ kind: 'voice.move-server' }]);
    expect(botIn('Bravo')).to.equal(before);
  });

  it('leaves a call that was terminated to another account, and does not ask for it again by itself', async () => {
    const before = botIn('Bravo');
    await trial.survives([{ kind: 'voice.drop', code: 4022, bot: before ?? '' }]);
    expect(botIn('Bravo')).to.not.be.oneOf([before, undefined]);
  });

  it('passes on in their order, with the distances of the source, what a bad network leaves over', async () => {
    const since = new Date();
    const [ears, mouth] = [botIn('Alpha'), botIn('Bravo')];
    const talk = bridge.speak('Freya Lund', 440, 10_000).catch(() => {});
    await until(async () => (await bridge.heard('Sorin Dalca', since)).length > 0);
    const [arrived, left]: [Place[], Place[]] = [[], []];
    sandbox.onVoicePacket((hop) => {
      if (hop.from.userId === bridge.personId('Freya Lund') && hop.to.userId === ears) arrived.push(placeOf(hop));
      if (hop.from.userId === mouth && hop.to.userId === bridge.personId('Sorin Dalca')) left.push(placeOf(hop));
    });
    const ids = [];
    for (const fault of [
      { kind: 'voice.udp-loss', percent: 10 },
      { kind: 'voice.udp-reorder', percent: 20 },
    ]) {
      const body = { ...fault, durationMs: 60_000, member: 'Freya Lund', bot: ears };
      ids.push((await bridge.control<{ id: string }>('POST', '/faults', body)).id);
    }
    await until(() => arrived.length >= 100);
    for (const id of ids) await bridge.control('DELETE', `/faults/${id}`);
    await until(() => left.length >= 105);
    sandbox.onVoicePacket(() => {});
    await bridge.speak('Freya Lund', 440, 100);
    await talk;
    const [from, to] = [distances(arrived.slice(0, 100)), distances(left.slice(0, 100))];
    expect(to).to.deep.equal(from);
    const steps = from.slice(1).map(([sequence], n) => sequence - (from[n]?.[0] ?? 0));
    expect(
      steps.some((step) => step < 0),
      'something was overtaken',
    ).to.equal(true);
    const places = from.map(([sequence]) => sequence);
    expect(Math.max(...places) - Math.min(...places), 'something was lost').to.be.above(99);
    await trial.onlyTheTalk(since, 100);
  });
});
