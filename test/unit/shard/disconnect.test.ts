import { expect } from 'chai';
import { ShardError } from '../../../shard/errors.ts';
import type { KeyActor } from '../../../shard/people/actor.ts';
import type { Shard } from '../../../shard/shard.ts';
import { settle } from '../../support/given.ts';
import { actor, type Given, givenShard, person, refusal, SYSTEM } from '../../support/given-shard.ts';

const KEY: KeyActor = { kind: 'key', keyId: 'key_a', name: 'planner', scopes: ['write:clients'] };

const disconnect = (
  shard: Shard,
  input: { userId?: string; reason?: string } = {},
  by: Parameters<Shard['change']>[0] = KEY,
) => shard.change(by, { type: 'client.disconnect', userId: '1', ...input });

/** Person 1 in a net channel, person 2 in a channel that is not served. */
async function givenSomebody(): Promise<Given> {
  const given = await givenShard();
  const { shard, store } = given;
  await shard.change(SYSTEM, { type: 'net.create', name: 'Air', channelIds: ['11'] });
  await shard.change(SYSTEM, { type: 'settings.set', commanderRoleIds: ['31'], squadLeadRoleIds: ['32'] });
  shard.observe({ type: 'people', people: [person('1', '11'), person('2', '14')] });
  store.rows.length = 0;
  return given;
}

describe('ending a connection', () => {
  it('is done in Discord with who asked and why, counts what was ended, and is recorded with its event', async () => {
    const { shard, people, store } = await givenSomebody();
    expect(await disconnect(shard, { reason: ' come\nback ' })).to.deep.equal({ userId: '1', disconnected: 1 });
    expect(people.disconnected).to.deep.equal([{ userId: '1', reason: 'planner: come back' }]);
    expect(store.rows.map(({ events }) => events.map(({ type, data }) => ({ type, data })))).to.deep.equal([
      [{ type: 'client.disconnected', data: { userId: '1', keyId: 'key_a', disconnected: 1 } }],
    ]);
  });

  it('is recorded also when their voice state was faster than the answer', async () => {
    const { shard, people, store } = await givenSomebody();
    people.disconnect = async () => {
      shard.observe({ type: 'people', people: [] });
      return 1;
    };
    expect(await disconnect(shard)).to.include({ disconnected: 1 });
    expect(store.rows).to.have.length(1);
  });

  it('of somebody who is not connected is refused without asking Discord', async () => {
    const { shard, people, store } = await givenSomebody();
    for (const userId of ['2', '3']) expect(await refusal(disconnect(shard, { userId }))).to.equal('client.unknown');
    expect(await refusal(disconnect(shard, { userId: 'me' }))).to.equal('id.invalid');
    expect([people.disconnected, store.rows]).to.deep.equal([[], []]);
  });

  it('of somebody who has just left counts nothing and is refused', async () => {
    const { shard, people, store } = await givenSomebody();
    people.count = 0;
    expect(await refusal(disconnect(shard))).to.equal('client.unknown');
    expect(store.rows).to.deep.equal([]);
  });

  it('that Discord does not permit says so', async () => {
    const { shard, people, store } = await givenSomebody();
    people.disconnect = () => Promise.reject(new ShardError('client.not-permitted'));
    expect(await refusal(disconnect(shard))).to.equal('client.not-permitted');
    expect(store.rows).to.deep.equal([]);
  });

  it('that Discord does not answer is given up after 5 s, and Discord is not asked any more', async () => {
    const { shard, people, clock, store } = await givenSomebody();
    let given: AbortSignal | undefined;
    people.disconnect = (_, __, signal) => {
      given = signal;
      return new Promise(() => {});
    };
    const outcome = refusal(disconnect(shard));
    await settle();
    await clock.advance(4999);
    expect(given?.aborted).to.equal(false);
    await clock.advance(1);
    expect(await outcome).to.equal('client.unanswered');
    expect(given?.aborted).to.equal(true);
    expect(store.rows).to.deep.equal([]);
    people.disconnect = () => Promise.reject(new Error('502'));
    expect(await refusal(disconnect(shard))).to.equal('client.unanswered');
  });

  it('that cannot be written says that it was done all the same', async () => {
    const { shard, store, people } = await givenSomebody();
    store.failing = true;
    expect(await refusal(disconnect(shard))).to.equal('client.unrecorded');
    expect(people.disconnected).to.have.length(1);
  });

  it('does not hold up other changes while Discord takes its time', async () => {
    const { shard, people } = await givenSomebody();
    const { promise, resolve } = Promise.withResolvers<number>();
    people.disconnect = () => promise;
    const slow = disconnect(shard);
    await shard.change(SYSTEM, { type: 'operation.set', open: true });
    resolve(1);
    expect(await slow).to.include({ disconnected: 1 });
  });

  it('is for commanders, and for keys with its scope', async () => {
    const { shard, people } = await givenSomebody();
    await disconnect(shard, {}, actor('9', { roleIds: ['31'] }));
    expect(people.disconnected).to.deep.equal([{ userId: '1', reason: 'Person 9' }]);
    expect(await refusal(disconnect(shard, {}, actor('9', { roleIds: ['32'] })))).to.equal('authority.missing');
    expect(await refusal(disconnect(shard, {}, { ...KEY, scopes: [] }))).to.equal('scope.missing');
    expect(people.disconnected).to.have.length(1);
  });

  it('takes no reason that is empty or longer than 300 characters', async () => {
    const { shard, people } = await givenSomebody();
    for (const reason of [' ', 'x'.repeat(301)])
      expect(await refusal(disconnect(shard, { reason }))).to.equal('client.reason-invalid');
    expect(people.disconnected).to.deep.equal([]);
  });
});
