import { expect } from 'chai';
import { hashSecret } from '../../../shard/access/key-secret.ts';
import { SCOPES } from '../../../shard/access/scopes.ts';
import { SYSTEM } from '../../support/given-shard.ts';
import { ADMIN, COMMANDER, type Desk, expectError, givenDesk, LEAD } from './support/desk.ts';

describe('/key', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await givenDesk();
  });
  afterEach(() => desk.stop());
  const secretIn = (text: string) => /```\n(\S+)\n```/.exec(text)?.[1] ?? '';

  it('creates an owner key and shows its secret once, to the person alone', async () => {
    const arrived = await desk.give('key create', ADMIN, { name: 'Ops site', scopes: 'read:status, write:nets' });
    expect(arrived.map(({ ephemeral }) => ephemeral)).to.deep.equal([true, true]);
    const secret = secretIn(arrived.at(-1)?.text ?? '');
    const [key] = desk.shard.read.keys();
    expect(secret).to.match(/^scok_/);
    expect(key?.hash).to.equal(hashSecret(secret));
    expect(key).to.deep.include({
      name: 'Ops site',
      kind: 'owner',
      scopes: ['read:status', 'write:nets'],
      expiresAt: null,
    });
    expect(await desk.say('key list', ADMIN)).not.to.contain(secret);
    expect(JSON.stringify([desk.store.rows, desk.logged])).not.to.contain(secret);
  });

  it('understands presets of scopes', async () => {
    await desk.say('key create', ADMIN, { name: 'Everything', scopes: 'all' });
    expect(desk.shard.read.keys()[0]?.scopes).to.deep.equal([...SCOPES]);
  });

  it('creates service and shard keys without scopes', async () => {
    const service = await desk.say('key create', ADMIN, { name: 'Listener', kind: 'service' });
    const shard = await desk.say('key create', ADMIN, { name: 'Debug', kind: 'shard' });
    expect([secretIn(service).slice(0, 5), secretIn(shard).slice(0, 5)]).to.deep.equal(['scsk_', 'scsh_']);
  });

  it('counts the end from the moment of asking', async () => {
    await desk.say('key create', ADMIN, { name: 'Brief', kind: 'service', expires: '12h' });
    expect(desk.shard.read.keys()[0]?.expiresAt).to.equal('2026-11-22T00:00:00.000Z');
    expect(await desk.say('key list', ADMIN)).to.contain(`ends <t:${Date.parse('2026-11-22T00:00:00Z') / 1000}:f>`);
  });

  it('creates nothing on bad input and says why', async () => {
    expectError(await desk.give('key create', ADMIN, { name: 'x' }), 'scope');
    expectError(
      await desk.give('key create', ADMIN, { name: 'x', scopes: 'read:everything' }),
      '"read:everything" is not a scope',
    );
    expectError(
      await desk.give('key create', ADMIN, { name: 'x', kind: 'shard', expires: 'soon' }),
      '"soon" is not a time',
    );
    expectError(
      await desk.give('key create', ADMIN, { name: 'x', kind: 'shard', expires: '2020-01-01' }),
      'in the future',
    );
    expectError(await desk.give('key create', COMMANDER, { name: 'x', scopes: 'all' }), 'only admins may give it');
    expect(desk.shard.read.keys()).to.deep.equal([]);
  });

  it('revokes a key by name or by id', async () => {
    await desk.say('key create', ADMIN, { name: 'One', kind: 'service' });
    await desk.say('key create', ADMIN, { name: 'Two', kind: 'service' });
    const two = desk.shard.read.keys()[1]?.id ?? '';
    expect(await desk.say('key revoke', ADMIN, { key: 'one' })).to.contain('**One** is revoked');
    expect(await desk.say('key revoke', ADMIN, { key: two })).to.contain('**Two** is revoked');
    expect(await desk.say('key revoke', ADMIN, { key: two })).to.contain('was revoked already');
    expectError(await desk.give('key revoke', ADMIN, { key: 'Three' }), 'There is no key "Three"');
    expect(await desk.say('key list', ADMIN)).to.contain('There are no keys');
  });

  it('replaces the public token, for admins only', async () => {
    const before = desk.shard.publicToken;
    expectError(await desk.give('key rotate', COMMANDER, {}), 'Only admins');
    expect(desk.shard.publicToken).to.equal(before);
    expect(await desk.say('key rotate', ADMIN, {})).to.contain('The public token is replaced');
    expect(desk.shard.publicToken).not.to.equal(before);
  });

  it('keeps a long list within what one message may hold', async () => {
    for (let index = 0; index < 60; index += 1) {
      await desk.shard.change(SYSTEM, { type: 'key.create', name: `key ${index}`, kind: 'owner', scopes: SCOPES });
    }
    const text = await desk.say('key list', ADMIN);
    expect(text.length).to.be.within(3000, 4001);
    expect(text).to.match(/… and \d+ more keys$/);
  });

  it('suggests keys by name, with the id as the value, to those who may end them', async () => {
    await desk.say('key create', ADMIN, { name: 'Ops site', kind: 'service' });
    const [key] = desk.shard.read.keys();
    expect(await desk.type('key revoke', ADMIN, 'key', 'OPS')).to.deep.equal([
      { name: `Ops site · service · ${key?.id}`, value: key?.id },
    ]);
    expect(await desk.type('key revoke', COMMANDER, 'key', '')).to.deep.equal([]);
  });

  it('lets commanders make keys that do what they may do, see and end their own, and no others', async () => {
    await desk.say('key create', ADMIN, { name: 'Ops site', scopes: 'all' });
    await desk.say('key create', COMMANDER, { name: 'Sign-up', scopes: 'read:status write:nets' });
    const list = await desk.say('key list', COMMANDER);
    expect(list).to.contain('Sign-up').and.not.to.contain('Ops site');
    expect(await desk.say('key list', ADMIN))
      .to.contain('Sign-up')
      .and.to.contain('Ops site');
    expect((await desk.type('key revoke', COMMANDER, 'key', '')).map(({ name }) => name.split(' ')[0])).to.deep.equal([
      'Sign-up',
    ]);
    expectError(await desk.give('key revoke', COMMANDER, { key: 'Ops site' }), 'only keys they made themselves');
    expectError(
      await desk.give('key create', COMMANDER, { name: 'x', kind: 'shard' }),
      'Only admins may make shard keys',
    );
    expectError(await desk.give('key list', LEAD), 'Only commanders and admins');
    expect(await desk.say('key revoke', COMMANDER, { key: 'sign-up' })).to.contain('**Sign-up** is revoked');
  });

  it('says when each key was used last', async () => {
    await desk.say('key create', ADMIN, { name: 'Ops site', scopes: 'all' });
    expect(await desk.say('key list', ADMIN)).to.contain('never used');
    desk.shard.keyUse.note(desk.shard.read.keys()[0]?.id ?? '');
    expect(await desk.say('key list', ADMIN)).to.contain(`used <t:${desk.clock.now() / 1000}:R>`);
  });

  it('suggests scopes for the last word, as a list that can be sent', async () => {
    const values = (await desk.type('key create', ADMIN, 'scopes', 'read:status, write:n')).map(({ value }) => value);
    expect(values).to.deep.equal(['read:status write:nets']);
    expect(await desk.type('key create', ADMIN, 'scopes', '')).to.have.length(SCOPES.length + 3);
  });
});
