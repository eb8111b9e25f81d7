import { expect } from 'chai';
import { Client, Events, type Guild } from 'discord.js';
import { dropVanishedGuilds } from '../../../bot/vanished-guilds.ts';

describe('a fresh gateway session', () => {
  let client: Client;

  afterEach(() => client.destroy());

  /** A client that knows guilds 1 and 2 from an older session. */
  function given() {
    client = new Client({ intents: [] });
    dropVanishedGuilds(client);
    for (const id of ['1', '2']) {
      const channels = [{ id: `${id}0`, type: 2, name: 'Alpha' }];
      const guild = { id, shardId: 0, name: id, channels, roles: [], unavailable: false };
      Reflect.apply(Reflect.get(client.guilds, '_add'), client.guilds, [guild]);
    }
    const gone: string[] = [];
    client.on(Events.GuildDelete, ({ id }: Guild) => gone.push(id));
    const ready = (ids: string[], shardId = 0) =>
      client.emit(Events.Raw, { t: 'READY', d: { guilds: ids.map((id) => ({ id, unavailable: true })) } }, shardId);
    return { gone, ready };
  }

  it('takes away the guilds that are not in its list, with their channels, and says so', () => {
    const { gone, ready } = given();
    let destroyed = 0;
    client.voice.adapters.set('2', {
      onVoiceServerUpdate: () => {},
      onVoiceStateUpdate: () => {},
      destroy: () => destroyed++,
    });
    ready(['1', '3']);
    expect(gone).to.deep.equal(['2']);
    expect([...client.guilds.cache.keys()]).to.deep.equal(['1']);
    expect([...client.channels.cache.keys()]).to.deep.equal(['10']);
    expect(destroyed).to.equal(1);
  });

  it('takes away nothing when all are listed, nor guilds of another gateway shard, nor by other packets', () => {
    const { gone, ready } = given();
    ready(['1', '2']);
    ready([], 1);
    client.emit(Events.Raw, { t: 'RESUMED', d: {} }, 0);
    expect(gone).to.deep.equal([]);
  });
});
