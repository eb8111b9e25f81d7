import { expect } from 'chai';
import { likeness, OpsNight } from '../support/ops-night.ts';
import { until } from '../support/until.ts';

/** Two clips of speech and two of its people: a medic and a pilot, on one net in two channels. */
const CLIP = 'radio-check';

describe('first flight: people on one net in two channels', () => {
  let night: OpsNight;

  before(async function () {
    this.timeout(90_000);
    night = await OpsNight.start();
    await night.makeChannel('Convoy East');
    await night.order('/net create name:Convoy');
    await night.order('/net bind net:Convoy channel:Medical');
    await night.order('/net bind net:convoy channel:Convoy East');
    await night.order('/rule add role:Medic net:Convoy');
    await night.order('/rule add role:Pilot net:Convoy');
  });

  after(() => night.shard.dispose());

  beforeEach(async () => {
    for (const name of ['Priya Nair', 'Freya Lund', 'Kofi Mensah', 'Sorin Dalca', 'Jonas Weil'])
      await night.sit(name, null);
    await night.sit('Priya Nair', 'Medical');
    await night.sit('Freya Lund', 'Convoy East');
    await night.sit('Kofi Mensah', 'Ground');
    await night.order('/op open');
    await night.connected('Convoy');
  });

  for (const [speaker, listener] of [
    ['Priya Nair', 'Freya Lund'],
    ['Freya Lund', 'Priya Nair'],
  ] as const) {
    it(`carries the speech of ${speaker} to ${listener} whole, and to nobody on another net`, async () => {
      const since = new Date();
      await night.speak(speaker, { speech: CLIP });
      const [spurt] = await until(async () => {
        const heard = await night.heard(listener, since);
        return heard.some((one) => one.silenceFrames >= 5) && heard;
      });
      expect(spurt).to.include({ lost: 0, outOfOrder: 0, undecryptable: 0 });
      expect(await likeness(CLIP, await night.sound(listener, since))).to.be.above(0.95);
      expect(await night.heard('Kofi Mensah', since)).to.deep.equal([]);
      expect(await night.heard(speaker, since), 'nobody hears themselves').to.deep.equal([]);
    });
  }

  it('carries nothing once the operation is closed', async () => {
    await night.order('/op close');
    const since = new Date();
    await night.speak('Priya Nair', { speech: CLIP });
    expect(await night.heard('Freya Lund', since)).to.deep.equal([]);
  });

  it('goes on while people join and leave in the middle of the talk', async () => {
    const since = new Date();
    const talk = night.speak('Priya Nair', { toneHz: 440, durationMs: 3000 });
    for (const step of [0, 1, 2]) {
      await night.sit('Sorin Dalca', step % 2 === 0 ? 'Convoy East' : null);
      await night.sit('Jonas Weil', step % 2 === 0 ? 'Medical' : null);
    }
    await talk;
    const heard = await until(async () => {
      const spurts = await night.heard('Freya Lund', since);
      return (spurts.at(-1)?.silenceFrames ?? 0) > 0 && spurts;
    });
    const packets = heard.reduce((sum, spurt) => sum + spurt.packets - spurt.silenceFrames, 0);
    expect(packets).to.be.above(140);
    expect(
      heard.every((spurt) => spurt.undecryptable === 0 && spurt.peakHz.every((hz) => Math.abs(hz - 440) < 10)),
    ).to.equal(true);
  });

  for (const fault of [
    { kind: 'gateway.drop' },
    { kind: 'gateway.reconnect' },
    { kind: 'voice.drop', code: 4006 },
    { kind: 'voice.drop', code: 4015 },
  ]) {
    it(`is back within seconds after ${fault.kind} ${fault.code ?? ''}`, async function () {
      this.timeout(30_000);
      await night.shard.sandbox('POST', '/faults', fault);
      const since = new Date();
      await until(async () => {
        await night.speak('Priya Nair', { toneHz: 440, durationMs: 400 });
        const heard = await night.heard('Freya Lund', since);
        return heard.some((spurt) => spurt.packets - spurt.silenceFrames >= 18);
      }, 10_000);
    });
  }

  it('lets an HTTP call put a role on the net, and who holds it is heard within a second', async () => {
    await night.sit('Jonas Weil', 'Medical');
    await night.give('Jonas Weil', ['Ground']);
    const { body } = await night.shard.api<{ rules: { roleId: string; netUids: string[] }[] }>('GET', '/api/v1/rules');
    const nets = (await night.shard.api<{ nets: { name: string; netUid: string }[] }>('GET', '/api/v1/status')).body
      .nets;
    const convoy = nets.find((net) => net.name === 'Convoy')?.netUid;
    const rules = [
      ...body.rules.map(({ roleId, netUids }) => ({ roleId, netUids })),
      { roleId: night.roleId('Ground'), netUids: [convoy] },
    ];
    expect((await night.shard.api('POST', '/api/v1/rules', { rules })).status).to.equal(200);
    await heardFrom('Jonas Weil');
    await night.give('Jonas Weil', []);
    await notHeardFrom('Jonas Weil');
    await night.order('/rule add role:Admin net:Convoy');
    await night.give('Jonas Weil', ['Admin']);
    await heardFrom('Jonas Weil');
    await night.give('Jonas Weil', []);
  });

  async function heardFrom(name: string): Promise<void> {
    await until(async () => {
      const since = new Date();
      await night.speak(name, { toneHz: 600, durationMs: 200 });
      return (await night.heard('Freya Lund', since)).length > 0;
    }, 3000);
  }

  async function notHeardFrom(name: string): Promise<void> {
    await until(async () => {
      const since = new Date();
      await night.speak(name, { toneHz: 600, durationMs: 200 });
      return (await night.heard('Freya Lund', since)).length === 0;
    }, 3000);
  }
});
