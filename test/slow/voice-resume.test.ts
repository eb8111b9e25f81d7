import { expect } from 'chai';
import type { PersonVoice } from '../../sandbox/people/person-voice.ts';
import { until } from '../support/until.ts';
import { packetsOf } from '../unit/sandbox-voice/sound.ts';
import { counts, GUILD, heardBy, signal, VoiceHouse, whole } from '../unit/sandbox-voice/voice-house.ts';

const [ANN, BOB, CAT, DAN] = [
  '600000000000000001',
  '600000000000000002',
  '600000000000000003',
  '600000000000000004',
] as const;

describe('A voice session whose websocket is dropped', () => {
  let house: VoiceHouse;

  beforeEach(async () => {
    house = await new VoiceHouse().start();
  });

  afterEach(() => house.close());

  for (const code of [4015, 1006, 1001, 1012]) {
    it(`lets a client resume after ${code}, and it loses nothing of what is said meanwhile`, async () => {
      const [ann, bob] = (await house.together(ANN, BOB)) as [PersonVoice, PersonVoice];
      const codes: number[] = [];
      bob.onClose((final) => codes.push(final));
      const talk = ann.speak(await packetsOf({ toneHz: 440, durationMs: 500 }), signal());
      await until(() => bob.heard().length > 0);
      expect(house.server.drop({ userId: BOB }, code)).to.equal(1);
      expect(house.server.isConnected(GUILD, BOB)).to.equal(false);
      await until(() => house.server.isConnected(GUILD, BOB));
      await talk;
      expect(counts(await heardBy(bob))).to.deep.equal([whole(30)]);
      await bob.speak(await packetsOf({ toneHz: 600, durationMs: 100 }), signal());
      expect(counts(await heardBy(ann))).to.deep.equal([whole(10)]);
      expect([codes, bob.connected]).to.deep.equal([[], true]);
    });
  }

  it('lets a client that resumes catch up with those who came and went meanwhile', async () => {
    const [ann, bob, cat] = (await house.together(ANN, BOB, CAT)) as [PersonVoice, PersonVoice, PersonVoice];
    house.server.drop({ userId: BOB }, 1006);
    cat.close();
    const dan = await house.join(DAN);
    await until(() => house.server.isConnected(GUILD, BOB));
    await until(() => [ann, bob, dan].every((one) => one.audible && one.privacyCode === ann.privacyCode));
    const beep = await packetsOf({ toneHz: 600, durationMs: 100 });
    await bob.speak(beep, signal());
    await dan.speak(beep, signal());
    expect(counts(await heardBy(dan))).to.deep.equal([whole(10)]);
    expect(counts(await heardBy(bob))).to.deep.equal([whole(10)]);
  });

  for (const code of [4014, 4006, 4009, 4022]) {
    it(`ends the session with ${code}: the client is told, the others go on without it`, async () => {
      const [ann, bob, cat] = (await house.together(ANN, BOB, CAT)) as [PersonVoice, PersonVoice, PersonVoice];
      const codes: number[] = [];
      bob.onClose((final) => codes.push(final));
      expect(house.server.drop({ userId: BOB }, code)).to.equal(1);
      await until(() => codes.length > 0);
      expect(codes).to.deep.equal([code]);
      expect(bob.connected).to.equal(false);
      await until(() => ann.audible && cat.audible && ann.privacyCode === cat.privacyCode);
      await ann.speak(await packetsOf({ toneHz: 440, durationMs: 100 }), signal());
      expect(counts(await heardBy(cat))).to.deep.equal([whole(10)]);
      expect(bob.heard()).to.deep.equal([]);
    });
  }
});

describe('A session that is not resumed', () => {
  it('stays in its call for the resume window, then leaves it', async () => {
    const house = await new VoiceHouse({ resumeWindowMs: 150 }).start();
    try {
      const client = await house.client();
      client.identify(house.ticket(BOB)).select();
      await until(() => client.ops().includes(4));
      const ann = await house.client();
      ann.identify(house.ticket(ANN)).select();
      await until(() => ann.ops().includes(11));
      client.socket.terminate();
      await until(() => !house.server.isConnected(GUILD, BOB));
      expect(ann.last(13), 'not at once').to.equal(undefined);
      await until(() => ann.last(13) !== undefined);
      expect(ann.last(13)).to.deep.equal({ user_id: BOB });
    } finally {
      await house.close();
    }
  });
});

for (const switches of [
  { initialTransitionZero: false },
  { batchProposals: true },
  { speakingOnJoin: false },
  { speakingEverySpurt: true },
  { resumedBeforeReplay: false },
  { externalSenderOnResume: true },
]) {
  describe(`With the switch ${JSON.stringify(switches)}`, () => {
    it('people understand each other, also one who comes late and one who had to resume', async () => {
      const house = await new VoiceHouse({ switches }).start();
      try {
        const [ann, bob] = (await house.together(ANN, BOB)) as [PersonVoice, PersonVoice];
        const beep = await packetsOf({ toneHz: 440, durationMs: 200 });
        await ann.speak(beep, signal());
        const cat = await house.join(CAT);
        await until(() => cat.audible && cat.privacyCode === ann.privacyCode);
        house.server.drop({ userId: BOB }, 4015);
        const dan = await house.join(DAN);
        await until(() => dan.audible && [ann, bob, cat].every((one) => one.privacyCode === dan.privacyCode));
        await ann.speak(beep, signal());
        for (const listener of [cat, dan]) expect(counts(await heardBy(listener))).to.deep.equal([whole(15)]);
        expect(counts(await heardBy(bob))).to.deep.equal([whole(15), whole(15)]);
        expect(house.lines.filter((line) => line.includes('1011'))).to.deep.equal([]);
      } finally {
        await house.close();
      }
    });
  });
}

describe('With the switch {"silenceFrames":false}', () => {
  it('the end of a spurt is heard only as a pause', async () => {
    const house = await new VoiceHouse({ switches: { silenceFrames: false } }).start();
    try {
      const [ann, bob] = (await house.together(ANN, BOB)) as [PersonVoice, PersonVoice];
      await ann.speak(await packetsOf({ toneHz: 440, durationMs: 200 }), signal());
      expect((await heardBy(bob))[0]).to.include({ packets: 10, silenceFrames: 0, lost: 0 });
    } finally {
      await house.close();
    }
  });
});
