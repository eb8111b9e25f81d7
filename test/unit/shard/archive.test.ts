import { createHash } from 'node:crypto';
import { expect } from 'chai';
import type { ArchiveFields } from '../../../shard/commands.ts';
import { archiveChainOf } from '../../../shard/nets/archive-chain.ts';
import { State } from '../../../shard/state.ts';
import { APPROVING, GivenClock } from '../../support/given.ts';
import { actor, type Given, givenShard, refusal, SYSTEM } from '../../support/given-shard.ts';
import type { MemoryStore } from '../../support/memory-store.ts';

const UID = 'net_aaaaaaaaaaaaaaaaaaaaaaaa';
const create = (name: string, channelIds: string[] = []) => ({ type: 'net.create' as const, name, channelIds });
const put = (fields: ArchiveFields, uid?: string) => ({ type: 'archive.put' as const, uid, fields });
const removeNet = (text: string) => ({ type: 'net.remove' as const, net: { text } });
const restore = (uid: string, wish: { name?: string; relays?: boolean; assignments?: boolean } = {}) => ({
  type: 'archive.restore' as const,
  uid,
  ...wish,
});

/** The chain as the rows on disk say it is. */
function chainOf(store: MemoryStore) {
  const state = new State();
  for (const { rows } of store.rows) state.apply(rows);
  return archiveChainOf(state);
}

describe('the archive', () => {
  it('takes entries with a uid of their own or a new one, and changes only what is given', async () => {
    const { shard, clock } = await givenShard();
    const made = await shard.change(SYSTEM, put({ name: ' Alpha ', tags: ['Night', 'night', ' x '], notes: 'n' }));
    expect(made.action).to.equal('created');
    expect(made.entry.uid).to.match(/^net_[a-z2-7]{24}$/);
    expect(made.entry).to.deep.include({
      name: 'Alpha',
      tags: ['Night', 'x'],
      notes: 'n',
      priority: 5,
      source: 'system',
    });
    const own = await shard.change(SYSTEM, put({ name: 'Bravo', priority: 8 }, UID));
    expect([own.entry.uid, own.entry.priority]).to.deep.equal([UID, 8]);
    await clock.advance(1000);
    const changed = await shard.change(SYSTEM, put({ notes: 'm', assignedUserIds: ['5', '5'] }, UID));
    expect(changed.action).to.equal('updated');
    expect(changed.entry).to.deep.equal({
      ...own.entry,
      notes: 'm',
      assignedUserIds: ['5'],
      updatedAt: '2026-11-21T12:00:01.000Z',
    });
    const { entry } = await shard.change(SYSTEM, { type: 'archive.update', uid: UID, fields: { tags: ['t'] } });
    expect(entry).to.deep.equal({ ...changed.entry, tags: ['t'] });
    expect(shard.archive.entry(UID)).to.deep.equal(entry);
  });

  it('writes nothing when nothing is another than it was', async () => {
    const { shard, store } = await givenShard();
    const { entry } = await shard.change(SYSTEM, put({ name: 'Alpha', tags: ['x'] }, UID));
    const rows = store.rows.length;
    const again = await shard.change(SYSTEM, put({ name: ' Alpha', tags: ['x', 'X'] }, UID));
    expect(again).to.deep.equal({ entry, action: 'updated' });
    await shard.change(SYSTEM, { type: 'archive.update', uid: UID, fields: {} });
    expect(store.rows).to.have.length(rows);
  });

  it('refuses a new entry without name or with an odd uid, and what is not there', async () => {
    const { shard, store } = await givenShard();
    expect(await refusal(shard.change(SYSTEM, put({ notes: 'x' })))).to.equal('archive.name-missing');
    expect(await refusal(shard.change(SYSTEM, put({ name: 'a\nb' })))).to.equal('net.name-invalid');
    for (const uid of ['', 'x', 'net_AAAAAAAAAAAAAAAAAAAAAAAA', `${UID}a`, '../x', '__proto__']) {
      expect(await refusal(shard.change(SYSTEM, put({ name: 'Alpha' }, uid))), uid).to.equal('archive.uid-invalid');
    }
    const missing = [
      { type: 'archive.update' as const, uid: UID, fields: {} },
      { type: 'archive.delete' as const, uid: UID },
      restore(UID),
    ];
    for (const command of missing) expect(await refusal(shard.change(SYSTEM, command))).to.equal('archive.unknown');
    expect(() => shard.archive.entry(UID)).to.throw('no net');
    expect(store.rows).to.have.length(0);
  });

  it('takes no entry with the uid of a live net', async () => {
    const { shard } = await givenShard();
    const { net } = await shard.change(SYSTEM, create('Alpha'));
    expect(await refusal(shard.change(SYSTEM, put({ name: 'Bravo' }, net.uid)))).to.equal('archive.net-live');
    await shard.change(SYSTEM, removeNet('alpha'));
    const { action } = await shard.change(SYSTEM, put({ notes: 'now it may' }, net.uid));
    expect(action).to.equal('updated');
  });

  it('is for commanders, not for members', async () => {
    const { shard } = await givenShard();
    expect(await refusal(shard.change(actor('1'), put({ name: 'Alpha' })))).to.equal('authority.missing');
    await shard.change(actor('1', { administrator: true }), put({ name: 'Alpha' }));
  });

  it('deletes for good, and rules forget the net', async () => {
    const { shard } = await givenShard();
    const { net } = await shard.change(SYSTEM, create('Alpha'));
    await shard.change(SYSTEM, { type: 'rule.add', roleId: '21', net: { netUid: net.uid } });
    await shard.change(SYSTEM, removeNet('alpha'));
    expect(await shard.change(SYSTEM, { type: 'archive.delete', uid: net.uid })).to.deep.equal({ uid: net.uid });
    expect(await shard.archive.list({ limit: 5 })).to.deep.equal({ entries: [], total: 0 });
    await shard.change(SYSTEM, put({ name: 'Alpha' }, net.uid));
    await shard.change(SYSTEM, restore(net.uid));
    expect(shard.read.rules()).to.deep.equal([]);
  });

  it('is the same after a restart', async () => {
    const { shard, store } = await givenShard();
    await shard.change(SYSTEM, put({ name: 'Alpha', tags: ['x'] }, UID));
    await shard.change(SYSTEM, put({ name: 'Bravo', tags: ['x'] }));
    store.lagging = true;
    await shard.change(SYSTEM, put({ name: 'Charlie', tags: ['x'] }));
    const before = await shard.archive.list({ limit: 5, tags: ['x'] });
    const again = (await givenShard({ store })).shard;
    expect(await again.archive.list({ limit: 5, tags: ['x'] })).to.deep.equal(before);
    await again.archive.whenReady();
    expect((await again.archive.list({ limit: 5, text: 'char' })).total).to.equal(1);
  });
});

describe('a restored net', () => {
  async function givenRemoved(): Promise<Given & { uid: string }> {
    const given = await givenShard();
    const { shard } = given;
    const { net } = await shard.change(SYSTEM, create('Alpha', ['11', '12']));
    await shard.change(SYSTEM, create('Bravo', ['13']));
    for (const userId of ['5', '6']) {
      await shard.change(SYSTEM, { type: 'assignment.set', userId, net: { netUid: net.uid }, action: 'assign' });
    }
    await shard.change(SYSTEM, { type: 'rule.add', roleId: '21', net: { netUid: net.uid } });
    await shard.change(SYSTEM, removeNet('alpha'));
    return { ...given, uid: net.uid };
  }

  it('has its uid, the lowest slot, and what belonged to it and is free', async () => {
    const { shard, store, uid } = await givenRemoved();
    const bravo = shard.read.net({ text: 'bravo' });
    const fields = {
      priority: 9,
      mode: 'floor' as const,
      monitors: { '11': [bravo.uid, 'net_gone'], '12': ['net_gone'], '99': [bravo.uid] },
      relayTargetNetUids: [bravo.uid, 'net_gone', uid],
      inboundRelayFromNetUids: ['net_gone', bravo.uid],
      channelIds: ['11', '12', '13', '17'],
    };
    await shard.change(SYSTEM, { type: 'archive.update', uid, fields });
    const rows = store.rows.length;
    const { net, restored } = await shard.change(SYSTEM, restore(uid));
    expect(store.rows, 'one row').to.have.length(rows + 1);
    expect(net).to.deep.include({ uid, id: 1, name: 'Alpha', priority: 9, mode: 'floor', channelIds: ['11', '12'] });
    expect(net.monitors).to.deep.equal({ '11': [bravo.uid] });
    expect(net.relayTargetNetUids).to.deep.equal([bravo.uid]);
    expect(shard.read.net({ text: 'bravo' }).relayTargetNetUids).to.deep.equal([uid]);
    expect(restored).to.deep.equal({ assignments: 2, relays: 2 });
    expect([...shard.read.assignments()].map(([userId, nets]) => [userId, nets[0]?.uid])).to.deep.equal([
      ['5', uid],
      ['6', uid],
    ]);
    expect(shard.read.rules(), 'the rule woke').to.have.length(1);
    expect((await shard.archive.list({ limit: 5 })).total).to.equal(0);
    expect(store.rows.at(-1)?.events.map(({ type, data }) => [type, data])).to.deep.equal([
      ['config.changed', { action: 'archive.restore', uid }],
    ]);
  });

  it('comes back without people and links where that is asked', async () => {
    const { shard, uid } = await givenRemoved();
    const bravo = shard.read.net({ text: 'bravo' }).uid;
    const fields = { relayTargetNetUids: [bravo], inboundRelayFromNetUids: [bravo] };
    await shard.change(SYSTEM, { type: 'archive.update', uid, fields });
    const { net, restored } = await shard.change(SYSTEM, restore(uid, { assignments: false, relays: false }));
    expect(restored).to.deep.equal({ assignments: 0, relays: 0 });
    expect([net.relayTargetNetUids, shard.read.assignments().size]).to.deep.equal([[], 0]);
    expect(shard.read.net({ text: 'bravo' }).relayTargetNetUids).to.deep.equal([]);
  });

  it('needs another name where its own is taken, and a slot', async () => {
    const { shard, uid } = await givenRemoved();
    await shard.change(SYSTEM, create('ALPHA'));
    expect(await refusal(shard.change(SYSTEM, restore(uid)))).to.equal('net.name-taken');
    expect(await refusal(shard.change(SYSTEM, restore(uid, { name: 'bravo' })))).to.equal('net.name-taken');
    for (let slot = 3; slot <= 50; slot += 1) await shard.change(SYSTEM, create(`Net ${slot}`));
    expect(await refusal(shard.change(SYSTEM, restore(uid, { name: 'Charlie' })))).to.equal('net.slots-full');
    await shard.change(SYSTEM, removeNet('net 7'));
    const { net } = await shard.change(SYSTEM, restore(uid, { name: 'Charlie' }));
    expect([net.name, net.id]).to.deep.equal(['Charlie', 7]);
  });

  it('is approved by central, which other changes of the archive do not need', async () => {
    const refusing = { ...APPROVING, approve: async () => ({ approved: false as const, reason: 'no' }) };
    const { shard } = await givenShard({ central: refusing });
    await shard.change(SYSTEM, put({ name: 'Alpha' }, UID));
    await shard.change(SYSTEM, { type: 'archive.update', uid: UID, fields: { notes: 'x' } });
    expect(await refusal(shard.change(SYSTEM, restore(UID)))).to.equal('central.refused');
    await shard.change(SYSTEM, { type: 'archive.delete', uid: UID });
  });
});

describe('the chain of the archive', () => {
  it('goes on with every change of the archive, in its row, and with no other', async () => {
    const { shard, store } = await givenShard();
    const versions: number[] = [];
    const look = () => versions.push(chainOf(store).version);
    const { net } = await shard.change(SYSTEM, create('Alpha'));
    look();
    await shard.change(SYSTEM, removeNet('alpha'));
    look();
    await shard.change(SYSTEM, { type: 'archive.update', uid: net.uid, fields: { notes: 'x' } });
    look();
    await shard.change(SYSTEM, put({ name: 'Bravo' }));
    look();
    await shard.change(SYSTEM, restore(net.uid));
    look();
    await shard.change(SYSTEM, { type: 'net.remove', net: { text: 'alpha' }, permanent: true });
    look();
    expect(versions).to.deep.equal([0, 1, 2, 3, 4, 4]);
  });

  it('is a hash over the hash before and the change, whatever the order of its fields', async () => {
    const { shard, store } = await givenShard();
    const { entry } = await shard.change(SYSTEM, put({ tags: ['x'], name: 'Alpha' }, UID));
    const sorted = (value: object) => Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
    const sha = (text: string) => createHash('sha256').update(text).digest('hex');
    const first = sha(JSON.stringify({ entry: sorted(entry), uid: UID }));
    expect(chainOf(store)).to.deep.equal({ version: 1, hash: first });
    await shard.change(SYSTEM, { type: 'archive.delete', uid: UID });
    expect(chainOf(store)).to.deep.equal({ version: 2, hash: sha(first + JSON.stringify({ entry: null, uid: UID })) });
  });
});

describe('a list of the archive', () => {
  const names = (entries: { name: string }[]) => entries.map(({ name }) => name);

  async function givenFive() {
    const clock = new GivenClock();
    const given = await givenShard({ clock });
    for (const [index, name] of ['Alpha', 'Bravo', 'Alpha Two', 'Charlie', 'Alphabet'].entries()) {
      await given.shard.change(SYSTEM, put({ name, tags: index % 2 === 0 ? ['Even'] : [] }));
      await clock.advance(1000);
    }
    await given.shard.archive.whenReady();
    return given.shard;
  }

  it('is newest first, and best first where it was searched', async () => {
    const shard = await givenFive();
    const all = await shard.archive.list({ limit: 10 });
    expect(names(all.entries)).to.deep.equal(['Alphabet', 'Charlie', 'Alpha Two', 'Bravo', 'Alpha']);
    expect(all).to.not.have.property('nextCursor');
    const found = await shard.archive.list({ limit: 10, text: ' alpha ' });
    expect([names(found.entries), found.total]).to.deep.equal([['Alpha', 'Alpha Two', 'Alphabet'], 3]);
    const tagged = await shard.archive.list({ limit: 10, text: 'b', tags: ['EVEN'] });
    expect(names(tagged.entries)).to.deep.equal([]);
    expect((await shard.archive.list({ limit: 10, tags: ['even'] })).total).to.equal(3);
  });

  it('is read page after page, each entry once', async () => {
    const shard = await givenFive();
    for (const [text, total] of [
      ['', 5],
      ['a', 3],
    ] as const) {
      const met: string[] = [];
      let cursor: string | undefined;
      do {
        const page: Awaited<ReturnType<typeof shard.archive.list>> = await shard.archive.list({
          text,
          limit: 2,
          cursor,
        });
        met.push(...names(page.entries));
        expect(page.total).to.equal(total);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(new Set(met).size).to.equal(total);
      expect(met).to.have.length(total);
    }
  });

  it('takes a cursor only for the same question, and only one it gave out', async () => {
    const shard = await givenFive();
    const { nextCursor: cursor } = await shard.archive.list({ text: 'a', limit: 1 });
    await shard.archive.list({ text: 'a', limit: 3, cursor });
    const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const bad = [
      { text: 'b', limit: 1, cursor },
      { limit: 1, cursor },
      { text: 'a', tags: ['even'], limit: 1, cursor },
      ...['', 'x', '%', forged(null), forged({}), forged([]), forged(['x', 1, 1, 'y'])].map((word) => ({
        text: 'a',
        limit: 1,
        cursor: word,
      })),
    ];
    for (const query of bad) expect(await refusal(shard.archive.list(query))).to.equal('archive.cursor-invalid');
  });

  it('has fewer entries on a page where they are large', async () => {
    const { shard } = await givenShard();
    const people = Array.from({ length: 1000 }, (_, at) => String(at));
    for (let at = 0; at < 30; at += 1) {
      await shard.change(SYSTEM, put({ name: `Large ${at}`, notes: 'word '.repeat(800), assignedUserIds: people }));
    }
    await shard.archive.whenReady();
    for (const text of ['', 'large']) {
      const met = new Set<string>();
      let cursor: string | undefined;
      do {
        const page: Awaited<ReturnType<typeof shard.archive.list>> = await shard.archive.list({
          text,
          limit: 25,
          cursor,
        });
        expect(page.entries.length).to.be.within(1, 12);
        for (const { uid } of page.entries) met.add(uid);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(met.size).to.equal(30);
    }
  });
});
