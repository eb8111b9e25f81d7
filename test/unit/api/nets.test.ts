import { expect } from 'chai';
import { EXAMPLE } from '../../../api/example.ts';
import { call, snapshot } from './call.ts';
import { CHANNELS, makeWorld, OTHER } from './world.ts';

describe('POST /nets', () => {
  it('creates a net in the lowest free slot', async () => {
    const world = await makeWorld();
    const { status, body } = await call(world, 'createNet', { body: { name: ' Air Wing ' } });
    expect(status).to.equal(201);
    expect(body).to.deep.equal({
      ok: true,
      guildId: EXAMPLE.guildId,
      action: 'net.create',
      netId: 2,
      netUid: body.netUid,
      name: 'Air Wing',
    });
    expect(body.netUid).to.match(/^net_[a-z2-7]{24}$/);
    expect(world.shard.read.net({ netId: 2 }).uid).to.equal(body.netUid);
  });

  it('takes channels, priority and mode', async () => {
    const world = await makeWorld();
    const given = { channelIds: [CHANNELS.free], priority: 9, mode: 'floor' };
    await call(world, 'createNet', { body: { name: 'Air Wing', ...given } });
    expect(world.shard.read.net({ netId: 2 })).to.deep.include(given);
  });

  it('refuses a name that is live in any case, and a full house, with 409', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const taken = await call(world, 'createNet', { body: { name: EXAMPLE.netName.toUpperCase() } });
    expect([taken.status, taken.body.code]).to.deep.equal([409, 'net.name-taken']);
    expect(snapshot(world)).to.equal(before);
    for (let slot = 2; slot <= 50; slot += 1) await call(world, 'createNet', { body: { name: `Net ${slot}` } });
    const full = await call(world, 'createNet', { body: { name: 'One more' } });
    expect([full.status, full.body.code]).to.deep.equal([409, 'net.slots-full']);
  });

  it('refuses channels that cannot carry a net, each with its reason', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    const outcome = async (channelId: string) => {
      const answer = await call(world, 'createNet', { body: { name: 'Air Wing', channelIds: [channelId] } });
      return [answer.status, answer.body.code];
    };
    expect(await outcome(CHANNELS.stage)).to.deep.equal([400, 'channel.stage']);
    expect(await outcome(CHANNELS.text)).to.deep.equal([400, 'channel.not-voice']);
    expect(await outcome(CHANNELS.hidden)).to.deep.equal([400, 'channel.not-visible']);
    expect(await outcome(EXAMPLE.channelId)).to.deep.equal([409, 'channel.bound']);
    expect(await outcome('general')).to.deep.equal([400, 'request.invalid']);
    expect(snapshot(world)).to.equal(before);
  });

  it('lists every channel that cannot carry it', async () => {
    const world = await makeWorld();
    const channelIds = ['1', CHANNELS.text, '2', EXAMPLE.channelId, CHANNELS.stage];
    const answer = await call(world, 'createNet', { body: { name: 'Air Wing', channelIds } });
    expect([answer.status, answer.body.code]).to.deep.equal([400, 'channel.not-voice']);
    const pointers = answer.body.details.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers).to.deep.equal(['/channelIds/1', '/channelIds/3', '/channelIds/4']);
  });

  it('lists every invalid field at once', async () => {
    const world = await makeWorld();
    const body = { name: 'x'.repeat(300), channelIds: ['1', 2], priority: 11, mode: 'duplex' };
    const answer = await call(world, 'createNet', { body });
    expect(answer.body.code).to.equal('request.invalid');
    expect(answer.body.details.map((detail: { pointer: string }) => detail.pointer)).to.have.members([
      '/name',
      '/channelIds/1',
      '/priority',
      '/mode',
    ]);
  });

  it('refuses names that are no names', async () => {
    const world = await makeWorld();
    for (const name of ['', '   ', 'x'.repeat(49), 'a\u0000b', 'a\nb', 'a\u202eb', '\ud800', 5, null, undefined]) {
      const answer = await call(world, 'createNet', { body: { name } });
      expect(answer.status, JSON.stringify(name)).to.equal(400);
      expect(answer.body.details[0].pointer).to.equal('/name');
    }
  });
});

describe('POST /nets/rename', () => {
  it('renames by uid and by slot', async () => {
    const world = await makeWorld();
    const byUid = await call(world, 'renameNet', { body: { netUid: EXAMPLE.netUid, name: 'Air Wing' } });
    expect(byUid.body).to.include({ action: 'net.rename', netId: 1, netUid: EXAMPLE.netUid, name: 'Air Wing' });
    const bySlot = await call(world, 'renameNet', { body: { netId: 1, name: 'Sea Wing' } });
    expect(bySlot.body).to.include({ netUid: EXAMPLE.netUid, name: 'Sea Wing' });
  });

  it('refuses unknown nets, contradicting references and names that are taken', async () => {
    const world = await makeWorld();
    await call(world, 'createNet', { body: { name: 'Air Wing' } });
    const before = snapshot(world);
    const outcome = async (body: object) => {
      const answer = await call(world, 'renameNet', { body });
      return [answer.status, answer.body.code];
    };
    expect(await outcome({ netId: 9, name: 'x' })).to.deep.equal([400, 'net.unknown']);
    expect(await outcome({ netId: 2, netUid: EXAMPLE.netUid, name: 'x' })).to.deep.equal([400, 'net.ref-mismatch']);
    expect(await outcome({ netId: 1, name: 'AIR wing' })).to.deep.equal([409, 'net.name-taken']);
    expect(await outcome({ name: 'x' })).to.deep.equal([400, 'request.invalid']);
    expect(snapshot(world)).to.equal(before);
  });
});

describe('removing a net', () => {
  it('archives it with what belonged to it, through either way', async () => {
    for (const [id, sending] of [
      ['removeNet', { body: { netId: 1 } }],
      ['deleteNet', { params: { ref: '1' } }],
      ['deleteNet', { params: { ref: EXAMPLE.netUid } }],
    ] as const) {
      const world = await makeWorld();
      const { status, body } = await call(world, id, sending);
      expect(status).to.equal(200);
      expect(body).to.include({ action: 'net.remove', netId: 1, netUid: EXAMPLE.netUid, archived: true });
      expect(body.entry).to.deep.include({
        uid: EXAMPLE.netUid,
        assignedUserIds: [EXAMPLE.userId],
        channels: [EXAMPLE.channelId],
        source: 'api',
      });
      expect(body.entry).not.to.have.property('channelIds');
      expect(world.shard.read.nets()).to.deep.equal([]);
      expect((await call(world, 'getAssignments')).body.assignments).to.deep.equal({});
    }
  });

  it('leaves nothing behind when it is permanent', async () => {
    const world = await makeWorld();
    const { body } = await call(world, 'removeNet', { body: { netId: 1, permanent: true } });
    expect(body).to.include({ archived: false, entry: null });
  });

  it('answers 404 for an unknown net in the path and 400 for one in the body', async () => {
    const world = await makeWorld();
    const before = snapshot(world);
    for (const ref of ['9', '0', '01', '1e0', 'net_x', OTHER.netUid, EXAMPLE.netName, '%00', '%zz', '..', 'ä', ' 1']) {
      const answer = await call(world, 'deleteNet', { params: { ref } });
      expect([answer.status, answer.body.code], ref).to.deep.equal([404, 'net.unknown']);
    }
    const inBody = await call(world, 'removeNet', { body: { netUid: 'net_x' } });
    expect([inBody.status, inBody.body.code]).to.deep.equal([400, 'net.unknown']);
    expect(inBody.body.error).to.include('"net_x"');
    expect(snapshot(world)).to.equal(before);
  });

  it('takes permanent only as a boolean', async () => {
    const answer = await call(await makeWorld(), 'removeNet', { body: { netId: 1, permanent: 'true' } });
    expect([answer.status, answer.body.details[0].pointer]).to.deep.equal([400, '/permanent']);
  });
});
