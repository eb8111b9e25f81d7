import { expect } from 'chai';
import type { Once } from '../../../shard/access/idempotency.ts';
import { SCOPES } from '../../../shard/access/scopes.ts';
import type { KeyActor } from '../../../shard/people/actor.ts';
import { GivenClock } from '../../support/given.ts';
import { type Given, givenShard, refusal, SYSTEM } from '../../support/given-shard.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const DAY_MS = 24 * 3600 * 1000;

const once = (key: string, over: Partial<Once> = {}): Once => ({
  key,
  requestHash: 'hash',
  holdsSecret: false,
  steps: 0,
  ...over,
});
const within = (request: Once): KeyActor => ({
  kind: 'key',
  keyId: 'key_1',
  name: 'site',
  scopes: SCOPES,
  occasion: { action: null, once: request },
});
const net = (name: string) => ({ type: 'net.create' as const, name });
const names = ({ shard }: Given) => shard.read.nets().map(({ name }) => name);

describe('a request that is carried out once', () => {
  it('finds what its change answered in the row of the change, also after the process died', async () => {
    const store = new MemoryStore();
    store.lagging = true;
    const first = await givenShard({ store });
    const made = await first.shard.change(within(once('a')), net('Alpha'));
    expect(store.rows.map(({ rows }) => rows.map(({ collection }) => collection))).to.deep.equal([
      ['nets', 'idempotency'],
    ]);
    const again = await givenShard({ store });
    expect(await again.shard.change(within(once('a')), net('Alpha'))).to.deep.equal(made);
    expect(names(again)).to.deep.equal(['Alpha']);
    expect(store.rows).to.have.length(1);
  });

  it('that makes several changes goes on after the last of them that is on disk', async () => {
    const store = new MemoryStore();
    const first = await givenShard({ store });
    const cut = within(once('a'));
    await first.shard.change(cut, net('Alpha'));
    await first.shard.change(cut, { type: 'operation.set', open: false });
    const again = await givenShard({ store });
    const whole = within(once('a'));
    await again.shard.change(whole, net('Alpha'));
    await again.shard.change(whole, { type: 'operation.set', open: false });
    await again.shard.change(whole, { type: 'operation.set', open: true });
    expect(names(again)).to.deep.equal(['Alpha']);
    expect(again.shard.read.operation().open).to.equal(true);
  });

  it('is another one with another key, and with another body', async () => {
    const given = await givenShard();
    await given.shard.change(within(once('a')), net('Alpha'));
    expect(await refusal(given.shard.change(within(once('b')), net('Alpha')))).to.equal('net.name-taken');
    expect(await refusal(given.shard.change(within(once('a', { requestHash: 'x' })), net('Alpha')))).to.equal(
      'net.name-taken',
    );
  });

  it('that was refused or not written is carried out when it comes again', async () => {
    const given = await givenShard();
    given.store.failing = true;
    expect(await refusal(given.shard.change(within(once('a')), net('Alpha')))).to.equal('store.failed');
    given.store.failing = false;
    await given.shard.change(within(once('a')), net('Alpha'));
    expect(names(given)).to.deep.equal(['Alpha']);
  });

  it('keeps no secret: who asks again is told so', async () => {
    const given = await givenShard();
    const secret = () => within(once('a', { holdsSecret: true }));
    await given.shard.change(secret(), net('Alpha'));
    expect(given.store.rows[0]?.rows[1]?.value).to.deep.include({ results: { 0: null }, withheld: true });
    expect(await refusal(given.shard.change(secret(), net('Alpha')))).to.equal('idempotency.withheld');
    await given.shard.keepAnswer(secret(), once('a', { holdsSecret: true }), {
      status: 201,
      body: { secret: 'hidden' },
    });
    expect(JSON.stringify(given.store.rows)).not.to.include('hidden');
  });

  it('is remembered with its answer for 24 hours, also after a restart, and not a moment longer', async () => {
    const { shard, store, clock } = await givenShard();
    await shard.change(within(once('a')), net('Alpha'));
    await shard.keepAnswer(within(once('a')), once('a'), { status: 201, body: { ok: true } });
    const record = { requestHash: 'hash', at: '2026-11-21T12:00:00.000Z', results: {}, withheld: false };
    expect(shard.idempotency.find('a')).to.deep.equal({ ...record, answer: { status: 201, body: { ok: true } } });
    const later = new GivenClock(clock.now() + DAY_MS - 1);
    const again = await givenShard({ store, clock: later });
    expect(again.shard.idempotency.find('a')?.answer?.status).to.equal(201);
    await later.advance(1);
    expect(again.shard.idempotency.find('a')).to.equal(undefined);
  });

  it('shows nowhere: keeping an answer is no change of the guild', async () => {
    const { shard, clock } = await givenShard();
    const before = shard.read.status().updatedAt;
    await clock.advance(1000);
    let told = 0;
    shard.onChange('test', () => {
      told += 1;
    });
    await shard.keepAnswer(SYSTEM, once('a'), { status: 404, body: {} });
    await clock.advance(0);
    expect([shard.read.status().updatedAt, told]).to.deep.equal([before, 0]);
  });
});

describe('what is remembered of requests', () => {
  const keep = ({ shard }: Given, key: string, body: unknown = {}) =>
    shard.keepAnswer(SYSTEM, once(key), { status: 200, body });
  const kept = ({ store }: Given) => [...store.records.keys()].filter((key) => key.startsWith('idempotency/')).length;

  it('goes when it is over, with the next request', async () => {
    const given = await givenShard();
    await keep(given, 'a');
    await keep(given, 'b');
    await given.clock.advance(DAY_MS);
    await keep(given, 'c');
    expect(kept(given)).to.equal(1);
    await keep(given, 'a');
    expect(given.shard.idempotency.find('a')?.at).to.equal('2026-11-22T12:00:00.000Z');
  });

  it('is bounded in number: the oldest goes first, also after a restart', async function () {
    this.timeout(60_000);
    const first = await givenShard();
    for (let count = 0; count < 10_000; count += 1) await keep(first, `k${count}`);
    await first.clock.advance(1);
    const given = await givenShard({ store: first.store, clock: first.clock });
    for (let count = 0; count < 3; count += 1) await keep(given, `late${count}`);
    expect(kept(given)).to.equal(10_000);
    expect(given.shard.idempotency.find('late0')).to.be.an('object');
  });

  it('is bounded in size', async () => {
    const given = await givenShard();
    const body = { text: 'x'.repeat(1024 * 1024) };
    for (let count = 0; count < 40; count += 1) await keep(given, `k${count}`, body);
    expect(kept(given)).to.be.within(30, 33);
    expect(given.shard.idempotency.find('k0')).to.equal(undefined);
    expect(given.shard.idempotency.find('k39')).to.be.an('object');
  });
});
