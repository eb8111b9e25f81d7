import { expect } from 'chai';
import { Status } from 'discord.js';
import type { Account } from '../../../bot/voice/account.ts';
import { GuildVoice } from '../../../bot/voice/guild-voice.ts';
import { opusCodecs } from '../../../bot/voice/mix/codec.ts';
import { Pace } from '../../../bot/voice/pace.ts';
import { GivenClock, SILENT, settle } from '../../support/given.ts';
import { givenAccount } from './given-account.ts';

let guilds = 0;

/** Accounts that count the plans: each begins by listing them. */
class CountedAccounts extends Map<string, Account> {
  plans = 0;

  override keys() {
    this.plans++;
    return super.keys();
  }
}

function given() {
  const guildId = `voice ${guilds++}`;
  const clock = new GivenClock();
  const worker = givenAccount('1', guildId);
  const accounts = new CountedAccounts([[worker.account.userId, worker.account]]);
  const voice = new GuildVoice({
    guildId,
    clock,
    log: SILENT,
    pace: new Pace(clock),
    accounts,
    radio: () => undefined,
    mix: { codecs: opusCodecs(64_000), levelling: true },
    isBot: () => false,
    onWorkers: () => {},
    onDeaf: () => {},
  });
  const serve = async (...needs: [string, number][]) => {
    voice.serve(needs.map(([channelId, people]) => ({ channelId, people, netUid: 'net' })));
    // What a plan starts may ask for another one.
    for (let turn = 0; turn < 3; turn++) await settle();
  };
  return { ...worker, voice, serve, plans: () => accounts.plans };
}

describe('the voice of a guild', () => {
  it('leaves nobody’s channel while a fresh gateway session does not describe the guild yet', async () => {
    const { voice, world, asked, serve } = given();
    await serve(['A', 1]);
    expect(asked).to.deep.equal(['A']);
    Object.assign(world, { status: Status.WaitingForGuilds, available: false });
    await serve(['A', 2], ['B', 1]);
    expect(asked).to.deep.equal(['A']);
    Object.assign(world, { status: Status.Ready, available: true });
    voice.changed('1');
    await settle();
    expect(asked).to.deep.equal(['A']);
    await serve();
    expect(asked).to.deep.equal(['A', null]);
  });

  it('does not plan anew when people came and went but the order of channels is the same', async () => {
    const { serve, plans } = given();
    await serve(['A', 3], ['B', 1]);
    const before = plans();
    await serve(['A', 4], ['B', 2]);
    expect(plans()).to.equal(before);
    await serve(['B', 5], ['A', 4]);
    expect(plans()).to.be.greaterThan(before);
  });

  it('looks at permissions anew when Discord says that something changed', async () => {
    const { voice, world, asked, serve } = given();
    world.permitted = false;
    await serve(['A', 1]);
    expect(asked).to.deep.equal([]);
    world.permitted = true;
    voice.changed('1');
    await settle();
    expect(asked).to.deep.equal(['A']);
  });
});
