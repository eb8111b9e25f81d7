import { expect } from 'chai';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import type { SystemActor } from '../../../shard/people/actor.ts';
import { until } from '../../support/until.ts';
import { Bridge, startSandbox } from './bridge.ts';

const SYSTEM: SystemActor = { kind: 'system', name: 'test' };

describe('the bot carries voice between nets', () => {
  let sandbox: Sandbox;
  let bridge: Bridge;

  before(async () => {
    sandbox = await startSandbox();
  });

  after(() => sandbox.stop());

  afterEach(() => bridge.stop());

  /** Three nets with a channel and a person each: Air in Alpha, Sea in Bravo, Dirt in Ground. */
  async function threeNets(): Promise<void> {
    bridge = await new Bridge(sandbox).start();
    await bridge.net('Air', ['Alpha'], ['Freya Lund']);
    await bridge.net('Sea', ['Bravo'], ['Sorin Dalca']);
    await bridge.net('Dirt', ['Ground'], ['Kofi Mensah']);
    await bridge.sit('Freya Lund', 'Alpha');
    await bridge.sit('Sorin Dalca', 'Bravo');
    await bridge.sit('Kofi Mensah', 'Ground');
    await until(() => bridge.shard.read.roster().length === 3);
  }

  const relay = (net: string, targets: string[]) =>
    bridge.shard.change(SYSTEM, {
      type: 'net.relays',
      net: { text: net },
      targets: targets.map((text) => ({ text })),
    });

  /** Has somebody speak: of the three exactly these hear it, whole. */
  async function heardBy(speaker: string, listeners: string[]): Promise<void> {
    const since = new Date();
    await bridge.speak(speaker, 440, 600);
    for (const listener of listeners) {
      const heard = await bridge.heardEnd(listener, since);
      expect(heard, listener).to.have.length(1);
      expect(heard[0]).to.include({ packets: 35, silenceFrames: 5, lost: 0, undecryptable: 0 });
    }
    for (const other of ['Freya Lund', 'Sorin Dalca', 'Kofi Mensah'].filter((name) => !listeners.includes(name))) {
      expect(await bridge.heard(other, since), other).to.deep.equal([]);
    }
  }

  it('to a relay target, one way and one hop', async () => {
    await threeNets();
    await relay('Air', ['Sea']);
    await relay('Sea', ['Dirt']);
    for (const net of ['Air', 'Sea', 'Dirt']) await bridge.served(net);
    await heardBy('Freya Lund', ['Sorin Dalca']);
    await heardBy('Sorin Dalca', ['Kofi Mensah']);
    await heardBy('Kofi Mensah', []);
    await relay('Air', []);
    await heardBy('Freya Lund', []);
  });

  it('to a channel that monitors it, and not back', async () => {
    await threeNets();
    const monitors = { [bridge.channelId('Ground')]: [{ text: 'Air' }, { text: 'Sea' }] };
    await bridge.shard.change(SYSTEM, { type: 'net.update', net: { text: 'Dirt' }, monitors });
    for (const net of ['Air', 'Sea', 'Dirt']) await bridge.served(net);
    await heardBy('Freya Lund', ['Kofi Mensah']);
    await heardBy('Sorin Dalca', ['Kofi Mensah']);
    await heardBy('Kofi Mensah', []);
  });

  it('and has a place that hears two of them hear both at once', async () => {
    await threeNets();
    await relay('Air', ['Dirt']);
    await relay('Sea', ['Dirt']);
    for (const net of ['Air', 'Sea', 'Dirt']) await bridge.served(net);
    const since = new Date();
    await Promise.all([bridge.speak('Freya Lund', 440, 800), bridge.speak('Sorin Dalca', 880, 800)]);
    const heard = await bridge.heardEnd('Kofi Mensah', since);
    expect(heard).to.have.length(1);
    expect(heard[0]).to.include({ lost: 0, undecryptable: 0 });
    const found = heard[0]?.peakHz.map((hz) => [440, 880].find((tone) => Math.abs(tone - hz) < 8) ?? hz) ?? [];
    expect([...new Set(found)].sort((a, b) => a - b)).to.deep.equal([440, 880]);
    for (const speaker of ['Freya Lund', 'Sorin Dalca']) {
      expect(await bridge.heard(speaker, since), speaker).to.deep.equal([]);
    }
  });
});
