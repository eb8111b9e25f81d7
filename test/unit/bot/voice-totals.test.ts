import type { DiscordGatewayAdapterCreator } from '@discordjs/voice';
import { expect } from 'chai';
import { CallHistory } from '../../../bot/voice/call-history.ts';
import { Link } from '../../../bot/voice/link.ts';
import { Pace } from '../../../bot/voice/pace.ts';
import { VoiceTotals } from '../../../bot/voice/voice-totals.ts';
import { GivenClock, SILENT } from '../../support/given.ts';

function givenLink(channelId: string): Link {
  const clock = new GivenClock();
  const adapterCreator: DiscordGatewayAdapterCreator = () => ({ sendPayload: () => true, destroy() {} });
  return new Link({
    guildId: 'totals',
    channelId,
    accountId: channelId,
    adapterCreator,
    clock,
    log: SILENT,
    pace: new Pace(clock),
    history: new CallHistory(() => clock.now()),
    onFrame: () => undefined,
    onDeaf() {},
    onReady() {},
    onLost() {},
  });
}

describe('the totals of a guild’s voice', () => {
  it('are the sums over connections, also over those that ended, and never go back', () => {
    const totals = new VoiceTotals();
    const [first, second] = [givenLink('A'), givenLink('B')];
    totals.follow(first);
    totals.follow(second);
    Object.assign(first.counters, { in: 5, out: 1, recoveries: 1 });
    first.counters.drop('late');
    Object.assign(second.counters, { in: 2, out: 7 });
    second.counters.drop('late');
    second.counters.drop('bot');
    const sums = { packetsIn: 7, packetsOut: 8, recoveries: 1, dropped: { late: 2, bot: 1 } };
    expect(totals.stats([], new Map())).to.deep.include(sums);
    first.leave();
    expect(totals.stats([], new Map())).to.deep.include(sums);
    const third = givenLink('A');
    totals.follow(third);
    third.counters.in = 1;
    expect(totals.stats([], new Map())).to.deep.include({ ...sums, packetsIn: 8 });
    expect(totals.stats([], new Map())).to.deep.include({ ...sums, packetsIn: 8 });
  });

  it('say what the workers do now and what each channel is sent', () => {
    const totals = new VoiceTotals();
    const link = givenLink('A');
    totals.follow(link);
    link.counters.out = 3;
    const { workers, channels } = totals.stats(['idle', 'serving', 'idle'], new Map([['A', link]]));
    expect(workers).to.deep.equal({ idle: 2, joining: 0, serving: 1, leaving: 0 });
    expect([...channels]).to.deep.equal([['A', 3]]);
  });

  it('count the packets of each person, of a thousand at most', () => {
    const { speakers } = new VoiceTotals();
    speakers.count('first', false);
    for (let user = 0; user < 999; user += 1) speakers.count(`user ${user}`, user % 2 === 0);
    speakers.count('user 0', false);
    expect(speakers.all().get('user 0')).to.deep.equal({ in: 2, dropped: 1 });
    speakers.count('one more', true);
    expect(speakers.all().size).to.equal(1000);
    expect(speakers.all().has('first')).to.equal(false);
    expect(speakers.all().get('one more')).to.deep.equal({ in: 1, dropped: 1 });
  });
});
