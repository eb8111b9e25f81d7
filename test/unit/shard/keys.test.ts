import { expect } from 'chai';
import fc from 'fast-check';
import { mintSecret, parseSecret } from '../../../shard/access/key-secret.ts';
import { Shards } from '../../../shard/shards.ts';
import { APPROVING, GivenClock, givenIds, givenOutside, SILENT } from '../../support/given.ts';
import { givenSearch } from '../../support/given-search.ts';
import { givenShard, refusal, SYSTEM } from '../../support/given-shard.ts';
import { MemoryStore } from '../../support/memory-store.ts';

function givenShards() {
  const clock = new GivenClock();
  const stores = new Map<string, MemoryStore>();
  const open = async (guildId: string) => {
    const store = stores.get(guildId) ?? new MemoryStore();
    stores.set(guildId, store);
    return store;
  };
  const shards = new Shards({
    open,
    central: APPROVING,
    search: givenSearch(),
    outside: givenOutside,
    clock,
    ids: givenIds(),
    log: SILENT,
  });
  return { shards, clock, stores };
}

const verdict = (shards: Shards, secret: string): string => {
  try {
    return shards.verifyKey(secret).shard.guildId;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('a key', () => {
  it('is told apart: good, mistyped, unknown, revoked, expired', async () => {
    const { shards, clock } = givenShards();
    const shard = await shards.open('1');
    const make = (name: string, expiresAt?: string) =>
      shard.change(SYSTEM, { type: 'key.create', name, kind: 'owner', scopes: ['read:status'], expiresAt });
    const good = await make('good');
    const gone = await make('gone');
    const short = await make('short', new Date(clock.now() + 1000).toISOString());
    await shard.change(SYSTEM, { type: 'key.revoke', key: 'GONE' });
    expect(verdict(shards, short.secret)).to.equal('1');
    await clock.advance(1000);
    const typo = `${good.secret.slice(0, 10)}${good.secret[10] === 'a' ? 'b' : 'a'}${good.secret.slice(11)}`;
    const secrets = [good.secret, typo, mintSecret('owner', givenIds('other')), gone.secret, short.secret, ''];
    expect(secrets.map((secret) => verdict(shards, secret))).to.deep.equal([
      '1',
      'key.malformed',
      'key.rejected',
      'key.rejected',
      'key.expired',
      'key.malformed',
    ]);
  });

  it('that was accepted was used then; one that was refused was not', async () => {
    const { shards, clock } = givenShards();
    const shard = await shards.open('1');
    const make = (name: string) => shard.change(SYSTEM, { type: 'key.create', name, kind: 'service', scopes: [] });
    const [good, gone] = [await make('good'), await make('gone')];
    await shard.change(SYSTEM, { type: 'key.revoke', key: gone.key.id });
    await clock.advance(1000);
    for (const { secret } of [good, gone]) verdict(shards, secret);
    expect([shard.read.keyUse(good.key.id), shard.read.keyUse(gone.key.id)]).to.deep.equal([
      '2026-11-21T12:00:01.000Z',
      null,
    ]);
  });

  it('opens the guild it was made in and no other', async () => {
    const { shards } = givenShards();
    const [one, two] = [await shards.open('1'), await shards.open('2')];
    const key = { type: 'key.create' as const, name: 'bot', kind: 'service' as const, scopes: [] };
    expect(verdict(shards, (await one.change(SYSTEM, key)).secret)).to.equal('1');
    expect(verdict(shards, (await two.change(SYSTEM, key)).secret)).to.equal('2');
  });

  it('leaves no trace of its secret on disk or in events', async () => {
    const { shards, stores, clock } = givenShards();
    const shard = await shards.open('1');
    const { secret } = await shard.change(SYSTEM, { type: 'key.create', name: 'bot', kind: 'shard', scopes: [] });
    await clock.advance(100);
    expect(JSON.stringify(stores.get('1')?.rows) + JSON.stringify(stores.get('1')?.logged)).to.not.include(
      secret.slice(5, 30),
    );
  });

  it('has one of three prefixes, enough characters and a checksum that catches every single typo', () => {
    const ids = givenIds();
    const alphabet = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
    fc.assert(
      fc.property(
        fc.constantFrom('owner' as const, 'service' as const, 'shard' as const),
        fc.integer({ min: 5, max: 43 }),
        alphabet,
        (kind, at, other) => {
          const secret = mintSecret(kind, ids);
          expect(secret).to.match(/^sc(ok|sk|sh)_[A-Za-z0-9]{39}$/);
          expect(parseSecret(secret)).to.deep.equal({ kind });
          if (secret[at] !== other)
            expect(parseSecret(secret.slice(0, at) + other + secret.slice(at + 1))).to.equal(null);
        },
      ),
    );
  });

  it('is refused with unknown scopes, no scopes, a bad name or an end in the past', async () => {
    const { shard, store } = await givenShard();
    const make = (over: object) =>
      shard.change(SYSTEM, { type: 'key.create', name: 'bot', kind: 'owner', scopes: ['read:status'], ...over });
    expect(await refusal(make({ scopes: ['read:everything'] }))).to.equal('key.scope-unknown');
    expect(await refusal(make({ scopes: [] }))).to.equal('key.scopes-missing');
    expect(await refusal(make({ name: '' }))).to.equal('key.name-invalid');
    expect(await refusal(make({ expiresAt: '2020-01-01T00:00:00Z' }))).to.equal('key.expiry-invalid');
    expect(await refusal(make({ expiresAt: 'soon' }))).to.equal('key.expiry-invalid');
    expect(store.rows).to.have.length(0);
  });

  it('is revoked by id or by a name that only one live key has', async () => {
    const { shard } = await givenShard();
    const make = () => shard.change(SYSTEM, { type: 'key.create', name: 'bot', kind: 'service', scopes: [] });
    const revoke = (key: string) => shard.change(SYSTEM, { type: 'key.revoke', key });
    const [first] = [await make(), await make()];
    expect(await refusal(revoke('bot'))).to.equal('key.ambiguous');
    expect((await revoke(first.key.id)).changed).to.equal(true);
    expect((await revoke(first.key.id)).changed).to.equal(false);
    expect((await revoke('Bot')).changed).to.equal(true);
    expect(await refusal(revoke('bot'))).to.equal('key.unknown');
    expect(shard.read.keys()).to.deep.equal([]);
  });
});
