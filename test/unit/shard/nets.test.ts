import { expect } from 'chai';
import fc from 'fast-check';
import { cleanNetName } from '../../../shard/nets/net-name.ts';
import { givenShard, refusal, SYSTEM } from '../../support/given-shard.ts';

const create = (name: string, channelIds: string[] = []) => ({ type: 'net.create' as const, name, channelIds });

describe('nets', () => {
  it('take the lowest free slot and keep their uid over a rename', async () => {
    const { shard } = await givenShard();
    await shard.change(SYSTEM, create('Alpha'));
    const bravo = (await shard.change(SYSTEM, create('Bravo'))).net;
    await shard.change(SYSTEM, { type: 'net.remove', net: { text: 'alpha' } });
    expect((await shard.change(SYSTEM, create('Charlie'))).net.id).to.equal(1);
    const renamed = (await shard.change(SYSTEM, { type: 'net.rename', net: { netId: 2 }, name: ' Bingo ' })).net;
    expect(renamed).to.include({ uid: bravo.uid, id: 2, name: 'Bingo' });
    expect(bravo.uid).to.match(/^net_[a-z2-7]{24}$/);
  });

  it('refuse a name that is live in any case, and may change the case of their own', async () => {
    const { shard, store } = await givenShard();
    await shard.change(SYSTEM, create('Alpha'));
    expect(await refusal(shard.change(SYSTEM, create('ALPHA')))).to.equal('net.name-taken');
    expect(store.rows).to.have.length(1);
    await shard.change(SYSTEM, { type: 'net.rename', net: { netId: 1 }, name: 'ALPHA' });
    expect(shard.read.nets()[0]?.name).to.equal('ALPHA');
  });

  it('refuse names that are empty, too long or hold control characters', async () => {
    const { shard, store } = await givenShard();
    for (const name of [
      '',
      '   ',
      'x'.repeat(49),
      'x'.repeat(300),
      'a\nb',
      'a\u0000b',
      'a\u202eb',
      '\ud800',
      '\u200b',
    ]) {
      expect(await refusal(shard.change(SYSTEM, create(name))), JSON.stringify(name)).to.equal('net.name-invalid');
    }
    expect(store.rows).to.have.length(0);
    expect((await shard.change(SYSTEM, create('😀'.repeat(48)))).net.name).to.equal('😀'.repeat(48));
  });

  it('clean any text into a name that is clean, or refuse it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (raw) => {
        try {
          const name = cleanNetName(raw);
          expect(cleanNetName(name)).to.equal(name);
          expect([...name].length).to.be.within(1, 48);
        } catch (error) {
          expect((error as { code: string }).code).to.equal('net.name-invalid');
        }
      }),
    );
  });

  it('are found by uid, slot and name in any case, and by nothing else', async () => {
    const { shard } = await givenShard();
    const { net } = await shard.change(SYSTEM, create('Alpha'));
    for (const text of [net.uid, '1', 'alpha', ' ALPHA ']) expect(shard.read.net({ text }).uid).to.equal(net.uid);
    expect(shard.read.net({ netUid: net.uid, netId: 1 }).uid).to.equal(net.uid);
    await shard.change(SYSTEM, create('Bravo'));
    const refs = [{ text: 'alp' }, { text: '3' }, { netUid: 'net_x' }, { netId: 9 }, {}, { netUid: net.uid, netId: 2 }];
    const codes = refs.map((ref) => {
      try {
        return shard.read.net(ref).name;
      } catch (error) {
        return (error as { code: string }).code;
      }
    });
    expect(codes).to.deep.equal([
      'net.unknown',
      'net.unknown',
      'net.unknown',
      'net.unknown',
      'net.ref-missing',
      'net.ref-mismatch',
    ]);
  });

  it('leave no slot over the limit', async () => {
    const { shard } = await givenShard();
    for (let slot = 1; slot <= 50; slot += 1) await shard.change(SYSTEM, create(`Net ${slot}`));
    expect(await refusal(shard.change(SYSTEM, create('One more')))).to.equal('net.slots-full');
  });

  it('are removed whole, in one journal row, and kept in the archive with what belonged to them', async () => {
    const { shard, store } = await givenShard();
    const { net } = await shard.change(SYSTEM, create('Alpha', ['11']));
    await shard.change(SYSTEM, { type: 'assignment.set', userId: '5', net: { netId: 1 }, action: 'assign' });
    await shard.change(SYSTEM, { type: 'rule.add', roleId: '21', net: { netId: 1 } });
    const rowsBefore = store.rows.length;
    const { entry } = await shard.change(SYSTEM, { type: 'net.remove', net: { netUid: net.uid } });
    expect(store.rows.length).to.equal(rowsBefore + 1);
    expect(entry).to.deep.include({ uid: net.uid, assignedUserIds: ['5'], channelIds: ['11'], source: 'system' });
    expect(shard.read.assignments().size).to.equal(0);
    expect(shard.read.rules(), 'the rule sleeps').to.deep.equal([]);
    expect((await shard.change(SYSTEM, create('Alpha', ['11']))).net.uid).to.not.equal(net.uid);
  });

  it('are bound to voice channels only, each channel to one net', async () => {
    const { shard, store } = await givenShard();
    await shard.change(SYSTEM, create('Alpha', ['11']));
    await shard.change(SYSTEM, create('Bravo'));
    const rows = store.rows.length;
    const bind = (channelId: string) => shard.change(SYSTEM, { type: 'net.bind', net: { text: 'bravo' }, channelId });
    expect(await refusal(bind('11'))).to.equal('channel.bound');
    expect(await refusal(bind('17'))).to.equal('channel.stage');
    expect(await refusal(bind('18'))).to.equal('channel.not-visible');
    expect(await refusal(bind('19'))).to.equal('channel.not-voice');
    expect(await refusal(bind('x'))).to.equal('id.invalid');
    expect(store.rows.length).to.equal(rows);
    expect((await bind('12')).changed).to.equal(true);
    expect((await bind('12')).changed).to.equal(false);
    expect(await refusal(shard.change(SYSTEM, { type: 'net.unbind', channelId: '13' }))).to.equal('channel.not-bound');
    await shard.change(SYSTEM, { type: 'net.unbind', channelId: '11' });
    expect(shard.read.net({ text: 'alpha' }).channelIds).to.deep.equal([]);
  });
});
