import { expect } from 'chai';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import type { SystemActor } from '../../../shard/people/actor.ts';
import type { Heard } from '../../support/heard.ts';
import { until } from '../../support/until.ts';
import { Bridge, startSandbox } from './bridge.ts';

const SYSTEM: SystemActor = { kind: 'system', name: 'test' };

describe('the bot mixes voices', () => {
  let sandbox: Sandbox;
  let bridge: Bridge;

  before(async () => {
    sandbox = await startSandbox();
  });

  after(() => sandbox.stop());

  afterEach(() => bridge.stop());

  /** One net; Freya sits in Alpha, Sorin in Bravo, Tomas in Ground, Kofi in Medical. */
  async function fourChannels(): Promise<void> {
    const people = ['Freya Lund', 'Sorin Dalca', 'Tomas Reyes', 'Kofi Mensah'];
    const channels = ['Alpha', 'Bravo', 'Ground', 'Medical'];
    bridge = await new Bridge(sandbox).start();
    await bridge.net('Air', channels, people);
    for (const [index, name] of people.entries()) await bridge.sit(name, channels[index] ?? null);
    await bridge.served('Air');
  }

  const speaking = (count: number) => until(() => bridge.shard.read.nets()[0]?.transmitting.length === count);

  /** What somebody heard since then, once it is over: in one stream, whole. */
  async function heardWhole(listener: string, since: Date): Promise<Heard> {
    const heard = await bridge.heardEnd(listener, since);
    expect(heard, listener).to.have.length(1);
    const [spurt] = heard;
    expect(spurt, listener).to.include({ lost: 0, outOfOrder: 0, undecryptable: 0, silenceFrames: 5 });
    return spurt as Heard;
  }

  /** The peaks are these frequencies, in any order, and nothing else. */
  function expectTones({ peakHz }: Heard, tones: number[], who: string): void {
    const found = peakHz.map((hz) => tones.find((tone) => Math.abs(tone - hz) < 8) ?? hz);
    expect(
      [...new Set(found)].sort((a, b) => a - b),
      who,
    ).to.deep.equal(tones);
  }

  it('of two people who speak at once: a third channel hears both, each of them the other', async () => {
    await fourChannels();
    const since = new Date();
    await Promise.all([bridge.speak('Freya Lund', 440, 1000), bridge.speak('Sorin Dalca', 1000, 1000)]);
    const both = await heardWhole('Tomas Reyes', since);
    expectTones(both, [440, 1000], 'Tomas');
    expectTones(await heardWhole('Kofi Mensah', since), [440, 1000], 'Kofi');
    // 50 frames of sound, a few more where the two do not begin and end together, and five of silence.
    expect(both.packets).to.be.within(53, 62);
    const ofFreya = await heardWhole('Sorin Dalca', since);
    const ofSorin = await heardWhole('Freya Lund', since);
    expectTones(ofFreya, [440], 'Sorin');
    expectTones(ofSorin, [1000], 'Freya');
    expect([ofFreya.packets, ofSorin.packets]).to.deep.equal([55, 55]);
    expect(both.rms).to.be.closeTo(Math.hypot(ofFreya.rms, ofSorin.rms), 0.03);
  });

  it('of three people: everybody hears the two others', async () => {
    await fourChannels();
    const since = new Date();
    await Promise.all([
      bridge.speak('Freya Lund', 440, 800),
      bridge.speak('Sorin Dalca', 1000, 800),
      bridge.speak('Tomas Reyes', 1700, 800),
    ]);
    expectTones(await heardWhole('Kofi Mensah', since), [440, 1000, 1700], 'Kofi');
    expectTones(await heardWhole('Freya Lund', since), [1000, 1700], 'Freya');
    expectTones(await heardWhole('Sorin Dalca', since), [440, 1700], 'Sorin');
    expectTones(await heardWhole('Tomas Reyes', since), [440, 1000], 'Tomas');
  });

  it('of somebody who joins and leaves while another speaks, in one stream without a gap', async () => {
    await fourChannels();
    const since = new Date();
    const talk = bridge.speak('Freya Lund', 440, 1500);
    await speaking(1);
    await bridge.speak('Sorin Dalca', 1000, 400);
    await talk;
    const heard = await heardWhole('Tomas Reyes', since);
    expectTones(heard, [440, 1000], 'Tomas');
    // All 75 frames of the talk, 20 ms more at most where it goes over to the mix and back, and five of silence.
    expect(heard.packets).to.be.within(79, 83);
    expect((await heardWhole('Sorin Dalca', since)).packets).to.equal(80);
  });

  it('of two nets that relay to one another, both ways at once', async () => {
    bridge = await new Bridge(sandbox).start();
    await bridge.net('Air', ['Alpha', 'Bravo'], ['Freya Lund', 'Sorin Dalca']);
    await bridge.net('Sea', ['Ground'], ['Tomas Reyes']);
    for (const [net, target] of [
      ['Air', 'Sea'],
      ['Sea', 'Air'],
    ] as const) {
      await bridge.shard.change(SYSTEM, { type: 'net.relays', net: { text: net }, targets: [{ text: target }] });
    }
    await bridge.sit('Freya Lund', 'Alpha');
    await bridge.sit('Sorin Dalca', 'Bravo');
    await bridge.sit('Tomas Reyes', 'Ground');
    for (const net of ['Air', 'Sea']) await bridge.served(net);
    const since = new Date();
    await Promise.all([bridge.speak('Freya Lund', 440, 800), bridge.speak('Tomas Reyes', 1000, 800)]);
    expectTones(await heardWhole('Sorin Dalca', since), [440, 1000], 'Sorin');
    expectTones(await heardWhole('Freya Lund', since), [1000], 'Freya');
    expectTones(await heardWhole('Tomas Reyes', since), [440], 'Tomas');
  });

  it('but on a net with a floor the first alone is heard', async () => {
    await fourChannels();
    await bridge.shard.change(SYSTEM, { type: 'net.update', net: { text: 'Air' }, mode: 'floor' });
    const since = new Date();
    const first = bridge.speak('Freya Lund', 440, 1000);
    await speaking(1);
    await bridge.speak('Sorin Dalca', 1000, 300);
    await first;
    const heard = await heardWhole('Tomas Reyes', since);
    expectTones(heard, [440], 'Tomas');
    expect(heard.packets).to.equal(55);
    expect(await bridge.heard('Freya Lund', since)).to.deep.equal([]);
    await bridge.heardAgain('Sorin Dalca', 'Tomas Reyes', 2000);
  });

  it('and makes a net as loud as it is set', async () => {
    await fourChannels();
    const listen = async () => {
      const since = new Date();
      await bridge.speak('Freya Lund', 440, 600);
      return (await heardWhole('Tomas Reyes', since)).rms;
    };
    const before = await listen();
    await bridge.shard.change(SYSTEM, { type: 'net.update', net: { text: 'Air' }, gainDb: -6 });
    expect((await listen()) / before).to.be.closeTo(0.5, 0.03);
  });
});
