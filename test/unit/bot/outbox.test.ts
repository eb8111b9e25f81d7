import { expect } from 'chai';
import { ChannelType, type Guild, PermissionFlagsBits as P, PermissionsBitField } from 'discord.js';
import { Outbox } from '../../../bot/outbox.ts';
import type { Log } from '../../../shard/ports.ts';
import { settle } from '../../support/given.ts';

/** A guild of text channels with these permissions, and an outbox for it. */
function given(permissions: Record<string, bigint>) {
  const logged: object[] = [];
  const log: Log = { debug() {}, info() {}, warn: (fields) => logged.push(fields), error() {} };
  const guild = { members: { me: {} } };
  const channels = Object.entries(permissions).map(([id, bits]) => [
    id,
    {
      id,
      guild,
      type: ChannelType.GuildText,
      isSendable: () => true,
      isThread: () => false,
      isVoiceBased: () => false,
      permissionsFor: () => new PermissionsBitField(bits),
    },
  ]);
  const cache = new Map(channels as [string, object][]);
  const known = Object.assign(guild, { channels: { cache } }) as unknown as Guild;
  let isThere = true;
  const outbox = new Outbox({ guild: () => (isThere ? known : undefined), log });
  return { outbox, logged, leave: () => (isThere = false) };
}

const ALL = P.ViewChannel | P.SendMessages;

/** Work that ends when it is told, and notes that it began. */
function gated(begun: string[]) {
  const gates: (() => void)[] = [];
  const work = (name: string) => async () => {
    begun.push(name);
    await new Promise<void>((resolve) => gates.push(resolve));
    return name;
  };
  return { work, open: () => gates.shift()?.() };
}

describe('the outbox of a guild', () => {
  it('writes one after another in a channel', async () => {
    const { outbox } = given({ a: ALL });
    const begun: string[] = [];
    const { work, open } = gated(begun);
    const both = [outbox.write('a', work('first')), outbox.write('a', work('second'))];
    await settle();
    expect(begun).to.deep.equal(['first']);
    open();
    await settle();
    expect(begun).to.deep.equal(['first', 'second']);
    open();
    expect(await Promise.all(both)).to.deep.equal(['first', 'second']);
  });

  it('writes in five channels at once and no more', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    const { outbox } = given(Object.fromEntries(names.map((name) => [name, ALL])));
    const begun: string[] = [];
    const { work, open } = gated(begun);
    const all = names.map((name) => outbox.write(name, work(name)));
    await settle();
    expect(begun).to.deep.equal(names.slice(0, 5));
    for (const _ of names) {
      open();
      await settle();
    }
    expect(await Promise.all(all)).to.deep.equal(names);
  });

  it('goes on after what fails, and logs it', async () => {
    const { outbox, logged } = given({ a: ALL });
    const broken = outbox.write('a', () => Promise.reject(new Error('500')));
    const next = outbox.write('a', async () => 'written');
    expect([await broken, await next]).to.deep.equal([undefined, 'written']);
    expect(logged).to.have.length(1);
    expect(logged[0]).to.include({ channelId: 'a' });
  });

  it('does not try where the bot may not write, where there is no channel, or while it is not connected', async () => {
    const { outbox, logged, leave } = given({ blind: P.SendMessages, mute: P.ViewChannel, a: ALL });
    let tried = 0;
    const work = async () => {
      tried += 1;
    };
    for (const channelId of ['blind', 'mute', 'nowhere']) await outbox.write(channelId, work);
    leave();
    await outbox.write('a', work);
    expect(tried).to.equal(0);
    expect(logged.map((fields) => (fields as { channelId: string }).channelId)).to.deep.equal([
      ...['blind', 'mute', 'nowhere', 'a'],
    ]);
  });

  it('keeps no more than a thousand waiting, and takes more when they are gone', async () => {
    const { outbox, logged } = given({ a: ALL });
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    let done = 0;
    const work = async () => {
      await gate;
      done += 1;
    };
    const all = Array.from({ length: 1001 }, () => outbox.write('a', work));
    await all[1000];
    expect(logged).to.have.length(1);
    open();
    await Promise.all(all);
    await outbox.write('a', work);
    expect(done).to.equal(1001);
  });
});
