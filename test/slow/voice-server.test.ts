import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { HeardLog } from '../../sandbox/people/heard-log.ts';

import type { PersonVoice } from '../../sandbox/people/person-voice.ts';
import { discoveryRequest, readDiscoveryResponse } from '../../sandbox/voice/ip-discovery.ts';
import { until } from '../support/until.ts';
import { correlation, decodeAll, packetsOf } from '../unit/sandbox-voice/sound.ts';
import { CHANNEL, counts, GUILD, heardBy, signal, VoiceHouse, whole } from '../unit/sandbox-voice/voice-house.ts';

const [ANN, BOB, CAT, DAN] = [
  '600000000000000001',
  '600000000000000002',
  '600000000000000003',
  '600000000000000004',
] as const;
const OTHER_CHANNEL = '700000000000000003';
const FREE = { mute: false, deaf: false, selfMute: false, selfDeaf: false };

describe('The voice server', () => {
  let house: VoiceHouse;

  beforeEach(async () => {
    house = await new VoiceHouse().start();
  });

  afterEach(() => house.close());

  it('carries a clip to everyone else in the channel, every packet of it, and to nobody outside', async () => {
    const [ann, bob, cat] = (await house.together(ANN, BOB, CAT)) as [PersonVoice, PersonVoice, PersonVoice];
    const outside = await house.join(DAN, undefined, OTHER_CHANNEL);
    const clip = await packetsOf({ speech: 'radio-check', durationMs: 1_000 });
    expect(await ann.speak(clip, signal())).to.deep.equal({ sent: 55, withheld: 0 });
    for (const listener of [bob, cat]) {
      const spurts = await heardBy(listener);
      expect(counts(spurts)).to.deep.equal([whole(55)]);
      expect(spurts[0]).to.include({ fromUserId: ANN, silenceFrames: 5 });
      expect(correlation(listener.heardPcm(), decodeAll(clip))).to.be.above(0.999);
    }
    expect([ann.heard(), outside.heard()]).to.deep.equal([[], []]);
  });

  it('lets two people talk at once, and each tone is told apart by who hears both', async () => {
    const [ann, bob, cat] = (await house.together(ANN, BOB, CAT)) as [PersonVoice, PersonVoice, PersonVoice];
    const [low, high] = [
      await packetsOf({ toneHz: 523, durationMs: 600 }),
      await packetsOf({ toneHz: 1_567, durationMs: 600 }),
    ];
    await Promise.all([ann.speak(low, signal()), bob.speak(high, signal())]);
    const spurts = await heardBy(cat);
    expect(counts(spurts)).to.deep.equal([whole(35), whole(35)]);
    const peaks = new Map(spurts.map((spurt) => [spurt.fromUserId, spurt.peakHz[0]]));
    expect(peaks.get(ANN)).to.be.closeTo(523, 5);
    expect(peaks.get(BOB)).to.be.closeTo(1_567, 5);
    expect(counts(await heardBy(ann))).to.deep.equal([whole(35)]);
  });

  it('loses nothing for those who stay while people join and leave during the talk', async () => {
    const [ann, bob] = (await house.together(ANN, BOB)) as [PersonVoice, PersonVoice];
    const clip = await packetsOf({ speech: 'convoy-moving', durationMs: 1_500 });
    const talk = ann.speak(clip, signal());
    await until(() => bob.heard().length > 0);
    const cat = await house.join(CAT);
    await until(() => cat.heard().length > 0);
    const dan = await house.join(DAN);
    await until(() => dan.heard().length > 0);
    cat.close();
    await sleep(100);
    dan.close();
    expect(await talk).to.deep.equal({ sent: 80, withheld: 0 });
    expect(counts(await heardBy(bob))).to.deep.equal([whole(80)]);
    expect(correlation(bob.heardPcm(), decodeAll(clip))).to.be.above(0.95);
    for (const visitor of [cat, dan]) expect(visitor.heard()[0]).to.include({ lost: 0, undecryptable: 0 });
  });

  it('sends nothing that a person says when alone, and nothing unencrypted to one who has just come', async () => {
    const ann = await house.join(ANN);
    const talk = ann.speak(await packetsOf({ toneHz: 440, durationMs: 600 }), signal());
    await sleep(200);
    const bob = await house.join(BOB);
    const { sent, withheld } = await talk;
    expect(withheld).to.be.within(5, 30);
    expect(sent + withheld).to.equal(35);
    const [spurt] = await heardBy(bob);
    expect(spurt).to.include({ lost: 0, undecryptable: 0 });
    expect(spurt?.packets).to.be.within(sent - 3, sent);
  });

  it('does not carry the packets of the muted, nor any to the deaf', async () => {
    const [ann, bob, cat] = (await house.together(ANN, BOB, CAT)) as [PersonVoice, PersonVoice, PersonVoice];
    const beep = await packetsOf({ toneHz: 440, durationMs: 100 });
    for (const mute of [{ mute: true }, { selfMute: true }]) {
      house.server.setMuted(GUILD, ANN, { ...FREE, ...mute });
      await ann.speak(beep, signal());
    }
    house.server.setMuted(GUILD, ANN, FREE);
    house.server.setMuted(GUILD, BOB, { ...FREE, deaf: true });
    house.server.setMuted(GUILD, CAT, { ...FREE, selfDeaf: true });
    await ann.speak(beep, signal());
    await bob.speak(beep, signal());
    expect(counts(await heardBy(ann))).to.deep.equal([whole(10)]);
    expect([bob.heard(), cat.heard()]).to.deep.equal([[], []]);
  });

  it('tells who is speaking, as the packets say', async () => {
    const changes: string[] = [];
    house.server.onSpeaking = (guildId, userId, speaking) => changes.push(`${guildId} ${userId} ${speaking}`);
    const [ann] = (await house.together(ANN, BOB)) as [PersonVoice];
    const talk = ann.speak(await packetsOf({ toneHz: 440, durationMs: 200 }), signal());
    await until(() => changes.length === 1);
    await talk;
    await until(() => changes.length === 2);
    expect(changes).to.deep.equal([`${GUILD} ${ANN} true`, `${GUILD} ${ANN} false`]);
  });

  it('says that somebody who is cut off no longer speaks', async () => {
    const changes: boolean[] = [];
    house.server.onSpeaking = (_guild, _user, speaking) => changes.push(speaking);
    const [ann] = (await house.together(ANN, BOB)) as [PersonVoice];
    const talk = ann.speak(await packetsOf({ toneHz: 440 }), signal()).catch((error: Error) => error.message);
    await until(() => changes.length === 1);
    house.server.disconnect(GUILD, ANN);
    expect(changes).to.deep.equal([true, false]);
    expect(await talk).to.include('connection ended while speaking');
  });

  it('drops by user, by channel, or everyone, and counts whom it hit', async () => {
    await house.together(ANN, BOB);
    await house.join(CAT, undefined, OTHER_CHANNEL);
    expect(house.server.drop({ userId: DAN }, 4014)).to.equal(0);
    expect(house.server.drop({ userId: ANN, channelId: OTHER_CHANNEL }, 4014)).to.equal(0);
    expect(house.server.drop({ channelId: CHANNEL }, 4014)).to.equal(2);
    expect(house.server.drop({}, 4014)).to.equal(1);
  });

  it('moves a person: the old connection ends with 4014, and what was heard is kept', async () => {
    const heard = new HeardLog();
    const ann = await house.join(ANN);
    const bob = await house.join(BOB, heard);
    const dan = await house.join(DAN, undefined, OTHER_CHANNEL);
    const beep = await packetsOf({ toneHz: 440, durationMs: 100 });
    await ann.speak(beep, signal());
    await until(() => heard.heard()[0]?.ongoing === false);
    const codes: number[] = [];
    bob.onClose((code) => codes.push(code));
    const moved = await house.join(BOB, heard, OTHER_CHANNEL);
    await until(() => codes.length > 0 && moved.audible && !ann.audible);
    expect(codes).to.deep.equal([4014]);
    await dan.speak(beep, signal());
    const spurts = await heardBy(moved);
    expect(spurts.map((spurt) => spurt.fromUserId)).to.deep.equal([ANN, DAN]);
    expect(counts(spurts)).to.deep.equal([whole(10), whole(10)]);
  });

  it('lets packets be dropped and delayed on the way to one listener alone', async () => {
    const [ann, bob, cat] = (await house.together(ANN, BOB, CAT)) as [PersonVoice, PersonVoice, PersonVoice];
    let hops = 0;
    house.server.impair = ({ from, to }) => {
      if (from.userId !== ANN || to.userId !== BOB) return 'pass';
      hops += 1;
      if (hops === 10) return 'drop';
      return hops === 20 ? { delayMs: 50 } : 'pass';
    };
    await ann.speak(await packetsOf({ toneHz: 440, durationMs: 600 }), signal());
    expect(counts(await heardBy(bob))).to.deep.equal([{ packets: 34, lost: 1, outOfOrder: 1, undecryptable: 0 }]);
    expect(counts(await heardBy(cat))).to.deep.equal([whole(35)]);
  });

  it('speaks one thing at a time, and ends properly when aborted', async () => {
    const [ann, bob] = (await house.together(ANN, BOB)) as [PersonVoice, PersonVoice];
    const abort = new AbortController();
    const talk = ann.speak(await packetsOf({ toneHz: 440, durationMs: 5_000 }), abort.signal);
    expect(ann.speaking).to.equal(true);
    const second = await ann.speak([], signal()).catch((error: Error) => error.message);
    expect(second).to.include('speaking already');
    await until(() => (bob.heard()[0]?.packets ?? 0) > 5);
    abort.abort();
    const { sent } = await talk;
    expect(ann.speaking).to.equal(false);
    expect((await heardBy(bob))[0]).to.include({ packets: sent, silenceFrames: 5, lost: 0 });
    expect(sent).to.be.below(100);
  });

  it('keeps the pace of 20 ms without drifting', async () => {
    const [ann] = (await house.together(ANN, BOB)) as [PersonVoice];
    await until(() => ann.audible);
    const clip = await packetsOf({ toneHz: 440, durationMs: 1_000 });
    const start = performance.now();
    await ann.speak(clip, signal());
    // 55 packets, the wait for the announcement, and at most 100 ms for a call that has just been formed.
    expect(performance.now() - start).to.be.within(1_090, 1_400);
  });

  it('gives an address to the first who asks for an ssrc, and no sound to a second', async () => {
    const [ann, bob] = (await house.together(ANN, BOB)) as [PersonVoice, PersonVoice];
    const ready = await house.client();
    ready.identify(house.ticket(DAN));
    await until(() => ready.ops().includes(2));
    const thief = createSocket('udp4');
    const stolen: Buffer[] = [];
    thief.on('message', (datagram) => stolen.push(datagram));
    const { port, ssrc } = ready.last(2) as { port: number; ssrc: number };
    // Ssrcs are given in turn: these are Ann's and Bob's.
    for (const victim of [ssrc - 2, ssrc - 1]) thief.send(discoveryRequest(victim), port, '127.0.0.1');
    await until(() => stolen.length === 2);
    expect(stolen.every((datagram) => readDiscoveryResponse(datagram) !== undefined)).to.equal(true);
    await ann.speak(await packetsOf({ toneHz: 440, durationMs: 100 }), signal());
    expect(counts(await heardBy(bob))).to.deep.equal([whole(10)]);
    expect(stolen).to.have.lengthOf(2);
    thief.close();
  });

  it('ignores datagrams that are not from a member: garbage, forgeries, replays to another ssrc', async () => {
    const [ann, bob] = (await house.together(ANN, BOB)) as [PersonVoice, PersonVoice];
    const ready = await house.client();
    ready.identify(house.ticket(DAN));
    await until(() => ready.ops().includes(2));
    const { port, ssrc } = ready.last(2) as { port: number; ssrc: number };
    const attacker = createSocket('udp4');
    const forged = Buffer.alloc(100, 1);
    forged.writeUInt16BE(0x8078, 0);
    forged.writeUInt32BE(ssrc - 2, 8);
    for (const datagram of [forged, Buffer.alloc(0), Buffer.alloc(3), Buffer.alloc(1_400, 0x90)]) {
      attacker.send(datagram, port, '127.0.0.1');
    }
    await ann.speak(await packetsOf({ toneHz: 440, durationMs: 100 }), signal());
    expect(counts(await heardBy(bob))).to.deep.equal([whole(10)]);
    attacker.close();
  });

  it('closes with a reason that a person who cannot connect is told', async () => {
    const ticket = house.ticket(ANN);
    house.server.disconnect(GUILD, ANN);
    const client = await house.client();
    client.identify(ticket);
    expect(await client.closed()).to.equal(4006);
    expect(house.server.isConnected(GUILD, ANN)).to.equal(false);
  });
});
