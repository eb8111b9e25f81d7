import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { type Client, Collection } from 'discord.js';
import { GuildWatch } from '../../../bot/guild-watch.ts';
import { Shards } from '../../../shard/shards.ts';
import { APPROVING, GivenClock, givenIds, givenOutside, SILENT } from '../../support/given.ts';
import { givenSearch } from '../../support/given-search.ts';
import { MemoryStore } from '../../support/memory-store.ts';

/** A watch over one guild with Freya in voice, whom Discord describes at the `answersAt`-th request. */
async function given(answersAt: number) {
  const clock = new GivenClock();
  const start = clock.now();
  const asked: number[] = [];
  const freya = { id: 'freya', displayName: 'Freya', user: { bot: false }, roles: { cache: new Collection() } };
  const state: { id: string; channelId: string; member: object | null } = { id: 'freya', channelId: 'A', member: null };
  const guild = {
    id: 'G',
    name: 'Guild',
    available: true,
    roles: { cache: new Collection() },
    channels: { cache: new Collection() },
    voiceStates: { cache: new Collection([['freya', state]]) },
    members: {
      me: null,
      fetch: async () => {
        asked.push(clock.now() - start);
        if (asked.length < answersAt) throw new Error('Members did not arrive in time.');
        state.member = { ...freya, guild };
      },
    },
  };
  const client = Object.assign(new EventEmitter(), { guilds: { cache: new Collection([['G', guild]]) } });
  const open = async () => new MemoryStore();
  const shards = new Shards({
    open,
    central: APPROVING,
    search: givenSearch(),
    outside: givenOutside,
    clock,
    ids: givenIds(),
    log: SILENT,
  });
  let present: string[] = [];
  const shard = await shards.open('G');
  shard.observe = (fact) => {
    if (fact.type === 'people') present = fact.people.map(({ displayName }) => displayName);
  };
  const watch = new GuildWatch({
    client: client as unknown as Client<true>,
    shards,
    log: SILENT,
    clock,
    onOpen: () => {},
  });
  await watch.start();
  return { clock, watch, client, guild, asked, present: () => present };
}

describe('the watch over guilds', () => {
  it('asks again, later and later, who somebody in voice is when Discord does not say', async () => {
    const { clock, asked, present } = await given(4);
    expect([asked, present()]).to.deep.equal([[0], []]);
    await clock.advance(600_000);
    expect(asked).to.deep.equal([0, 2000, 6000, 14_000]);
    expect(present()).to.deep.equal(['Freya']);
  });

  it('asks no more once it is stopped, or the bot is not in the guild any more', async () => {
    const stopped = await given(9);
    stopped.watch.stop();
    const removed = await given(9);
    removed.client.emit('guildDelete', removed.guild);
    for (const { clock, asked } of [stopped, removed]) {
      await clock.advance(600_000);
      expect(asked).to.deep.equal([0]);
    }
  });
});
