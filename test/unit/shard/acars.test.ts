import { expect } from 'chai';
import type { AcarsInput } from '../../../shard/commands.ts';
import type { KeyActor } from '../../../shard/people/actor.ts';
import type { Shard } from '../../../shard/shard.ts';
import { ONLY } from '../../../shard/state.ts';
import { APPROVING, settle } from '../../support/given.ts';
import { actor, type Given, givenShard, person, refusal, SYSTEM } from '../../support/given-shard.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const KEY: KeyActor = { kind: 'key', keyId: 'key_a', name: 'planner', scopes: ['write:acars'] };
const OTHER_KEY: KeyActor = { ...KEY, keyId: 'key_b' };
const COMMANDER = actor('5', { roleIds: ['31'] });

const send = (shard: Shard, input: Partial<AcarsInput> = {}, by: Parameters<Shard['change']>[0] = KEY) =>
  shard.change(by, { type: 'acars.send', text: 'Rally at OM-1.', ...input });

/** Nets over channels 11 and 12, Ready Room 13, ops channel 19; somebody in 11, 13 and (not an operator) 14. */
async function givenEvening(store = new MemoryStore()): Promise<Given> {
  const given = await givenShard({ store });
  const { shard } = given;
  await shard.change(SYSTEM, { type: 'net.create', name: 'Air', channelIds: ['11', '12'] });
  await shard.change(SYSTEM, {
    type: 'settings.set',
    readyRoomId: '13',
    opsChannelId: '19',
    commanderRoleIds: ['31'],
    squadLeadRoleIds: ['32'],
  });
  shard.observe({
    type: 'people',
    people: [person('1', '11'), person('2', '11'), person('3', '13'), person('4', '14')],
  });
  store.rows.length = 0;
  return given;
}

describe('an alert', () => {
  it('goes to the chats of the occupied served channels and the ops channel, and counts whom it reaches', async () => {
    const { shard, notices } = await givenEvening();
    const receipt = await send(shard, { senderName: ' Ops  Bot ', alertType: 'critical', durationMs: 7000 });
    expect(receipt).to.include({ delivered: true, clients: 3, routed: 3, durationMs: 7000, alertType: 'critical' });
    expect(receipt.id).to.match(/^acars_[a-z2-7]{16}$/);
    const [alert] = notices.alerts;
    expect(alert).to.deep.include({ id: receipt.id, text: 'Rally at OM-1.', senderName: 'Ops  Bot' });
    expect([...(alert?.channelIds ?? [])].sort()).to.deep.equal(['11', '13', '19']);
  });

  it('is in the journal with its event before anybody is shown it', async () => {
    const { shard, store, notices } = await givenEvening();
    const { promise: onDisk, resolve: write } = Promise.withResolvers<void>();
    store.gate = () => onDisk;
    const sent = send(shard);
    await settle();
    expect(notices.alerts).to.deep.equal([]);
    write();
    const { id } = await sent;
    expect(notices.alerts).to.have.length(1);
    expect(store.rows).to.have.length(1);
    expect(store.rows[0]?.events.map(({ type, data }) => ({ type, data }))).to.deep.equal([
      {
        type: 'acars.sent',
        data: {
          id,
          text: 'Rally at OM-1.',
          durationMs: 8000,
          alertType: 'non-emergency',
          senderId: 'key_a',
          senderName: 'Owner API',
          source: 'api',
          keyId: 'key_a',
          routed: 3,
          at: '2026-11-21T12:00:00.000Z',
        },
      },
    ]);
  });

  it('that nobody is there for is accepted, delivered to nobody, and shown in the ops channel', async () => {
    const { shard, notices } = await givenEvening();
    shard.observe({ type: 'people', people: [] });
    expect(await send(shard)).to.include({ delivered: false, clients: 0, routed: 0 });
    expect(notices.alerts[0]?.channelIds).to.deep.equal(['19']);
  });

  it('does not reach those in whose channel the bot may not write', async () => {
    const { shard } = await givenEvening();
    const { channels } = shard.read.guild();
    const said = [...channels.values()].map((one) => ({ ...one, writable: one.id !== '11' }));
    shard.observe({ type: 'guild', name: 'Test Guild', roles: [], channels: said });
    expect(await send(shard)).to.include({ delivered: true, clients: 1, routed: 1 });
  });

  it('is kept in one line without control characters, and may have 280 characters after that', async () => {
    const { shard, notices, clock } = await givenEvening();
    await send(shard, { text: '  one\u0000\ntwo\u202e three\u2028 ' });
    expect(notices.alerts[0]?.text).to.equal('one two  three');
    await clock.advance(60_000);
    await send(shard, { text: ` ${'🛩'.repeat(280)}\n` });
    expect(notices.alerts).to.have.length(2);
  });

  it('by a person has their name; a commander may send one, a squad lead not', async () => {
    const { shard, notices } = await givenEvening();
    await send(shard, {}, COMMANDER);
    expect(notices.alerts[0]?.senderName).to.equal('Person 5');
    expect(await refusal(send(shard, {}, actor('6', { roleIds: ['32'] })))).to.equal('authority.missing');
    expect(await refusal(send(shard, {}, { ...KEY, scopes: ['read:status'] }))).to.equal('scope.missing');
  });

  for (const [what, input] of Object.entries<Partial<AcarsInput>>({
    'no text': { text: ' \n\u0000 ' },
    'text nobody sees': { text: '\u200b' },
    'more than 280 characters': { text: 'x'.repeat(281) },
    'no name': { senderName: '' },
    'a name of more than 64 characters': { senderName: 'x'.repeat(65) },
    'too short a time': { durationMs: 6999 },
    'too long a time': { durationMs: 10_001 },
    'half a millisecond': { durationMs: 8000.5 },
  })) {
    it(`with ${what} is refused, changes nothing and takes no turn`, async () => {
      const { shard, store, notices } = await givenEvening();
      expect(await refusal(send(shard, input))).to.equal('acars.invalid');
      expect([store.rows, notices.alerts]).to.deep.equal([[], []]);
      await send(shard);
    });
  }

  it('is refused while the feature is off, or the guild is not entitled to it', async () => {
    const off = new MemoryStore();
    const { shard: switchedOff } = await givenEvening(off);
    const features = { ...switchedOff.read.features(), acarsEnabled: false };
    const store = new MemoryStore([{ collection: 'features', key: ONLY, value: features }]);
    const { shard } = await givenShard({ store });
    expect(await refusal(send(shard))).to.equal('feature.off');
    const entitlements = async () => ({ maxNets: 50, features: [] });
    const { shard: poor, store: poorStore } = await givenShard({ central: { ...APPROVING, entitlements } });
    await settle();
    expect(await refusal(send(poor))).to.equal('feature.not-entitled');
    expect([...store.rows, ...poorStore.rows]).to.deep.equal([]);
  });
});

describe('the turn between two alerts', () => {
  it('is a minute for each key and each person, and the refusal says how long is left', async () => {
    const { shard, clock, store, notices } = await givenEvening();
    await send(shard);
    await clock.advance(18_400);
    const early = await send(shard).catch((error: { code: string; params: object; message: string }) => error);
    expect(early).to.deep.include({ code: 'acars.cooldown', params: { cooldown: 60, retryAfter: 42 } });
    expect(early).to.have.property('message').that.includes('in 42 s');
    await send(shard, {}, OTHER_KEY);
    await send(shard, {}, COMMANDER);
    expect(store.rows).to.have.length(3);
    await clock.advance(41_599);
    expect(await refusal(send(shard))).to.equal('acars.cooldown');
    await clock.advance(1);
    await send(shard);
    expect(notices.alerts).to.have.length(4);
  });

  it('is taken by one of two that come at once', async () => {
    const { shard, notices } = await givenEvening();
    const codes = await Promise.all([refusal(send(shard)), refusal(send(shard))]);
    expect(codes).to.deep.equal(['not refused', 'acars.cooldown']);
    expect(notices.alerts).to.have.length(1);
  });

  it('is not taken by an alert that could not be written', async () => {
    const { shard, store } = await givenEvening();
    store.failing = true;
    expect(await refusal(send(shard))).to.equal('store.failed');
    store.failing = false;
    await send(shard);
  });

  it('survives a restart', async () => {
    const store = new MemoryStore();
    const { shard, clock } = await givenEvening(store);
    await send(shard);
    await shard.stop();
    await clock.advance(30_000);
    const { shard: again } = await givenShard({ store, clock });
    expect(await refusal(send(again))).to.equal('acars.cooldown');
    await clock.advance(30_000);
    await send(again);
  });

  it('is forgotten once it is over', async () => {
    const { shard, clock, store } = await givenEvening();
    await send(shard);
    await send(shard, {}, OTHER_KEY);
    await clock.advance(60_000);
    await send(shard, {}, COMMANDER);
    const rows = store.rows.at(-1)?.rows ?? [];
    expect(rows.map(({ key, value }) => [key, value === null])).to.deep.equal([
      ['key:key_a', true],
      ['key:key_b', true],
      ['person:5', false],
    ]);
  });

  it('is not taken by the program itself, and is none where it is configured so', async () => {
    const { shard, notices } = await givenEvening();
    await send(shard, {}, SYSTEM);
    await send(shard, {}, SYSTEM);
    const { shard: free } = await givenShard({ acarsCooldownMs: 0 });
    await send(free);
    await send(free);
    expect(notices.alerts).to.have.length(2);
  });

  it('is never longer than one turn, also when the clock was set back', async () => {
    const store = new MemoryStore([
      { collection: 'alerts', key: 'key:key_a', value: { sentAt: '2030-01-01T00:00:00.000Z' } },
    ]);
    const { shard } = await givenShard({ store });
    const error = await send(shard).catch((reason: { params: object }) => reason);
    expect(error).to.have.property('params').that.includes({ retryAfter: 60 });
  });
});
