import { expect } from 'chai';
import type { AuditEntry } from '../../../shard/ledgers.ts';
import type { Ledger } from '../../../shard/ports.ts';
import { Audit, type AuditNote } from '../../../shard/record/audit.ts';
import { GivenClock, givenIds, SILENT, settle } from '../../support/given.ts';
import { actor, givenShard, refusal, SYSTEM } from '../../support/given-shard.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const note = (path: string): AuditNote => ({
  keyId: 'key_1',
  keyName: 'site',
  actor: 'site',
  method: 'GET',
  path,
  status: 200,
  requestId: 'r',
  source: 'api',
});

function givenAudit(ledger: Ledger<AuditEntry[]> = new MemoryStore().ledgers.audit, seed = 'seed') {
  const clock = new GivenClock();
  return { clock, ledger, audit: new Audit({ ledger, clock, ids: givenIds(seed), log: SILENT }) };
}

async function onDisk(ledger: Ledger<AuditEntry[]>): Promise<string[]> {
  const rows: [string, AuditEntry[]][] = [];
  for await (const row of ledger.entries()) rows.push(row);
  return rows.sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, entries]) => entries.map(({ path }) => path));
}

const paths = (entries: readonly AuditEntry[]) => entries.map(({ path }) => path);

describe('the audit log', () => {
  it('is read newest first, so many at a time, from any entry on', () => {
    const { audit } = givenAudit();
    for (let count = 1; count <= 250; count += 1) audit.note(note(`/${count}`));
    const first = audit.page(3);
    expect(paths(first)).to.deep.equal(['/250', '/249', '/248']);
    expect(paths(audit.page(2, first.at(-1)?.id))).to.deep.equal(['/247', '/246']);
    expect(audit.page(1000)).to.have.length(250);
    expect(audit.page(5, audit.page(250).at(-1)?.id)).to.deep.equal([]);
    expect(audit.page(5, 'aud_0')).to.deep.equal([]);
  });

  it('is on disk after a second at most, and at once when it stops', async () => {
    const { audit, clock, ledger } = givenAudit();
    audit.note(note('/1'));
    await clock.advance(500);
    audit.note(note('/2'));
    expect(await onDisk(ledger)).to.deep.equal([]);
    await clock.advance(500);
    expect(await onDisk(ledger)).to.deep.equal(['/1', '/2']);
    audit.note(note('/3'));
    await audit.stop();
    expect(await onDisk(ledger)).to.deep.equal(['/1', '/2', '/3']);
  });

  it('goes on after a restart where it was, row by row', async () => {
    const first = givenAudit();
    for (let count = 1; count <= 150; count += 1) first.audit.note(note(`/${count}`));
    await first.audit.stop();
    const { audit } = givenAudit(first.ledger, 'later');
    await audit.start();
    expect(audit.page(1000)).to.deep.equal(first.audit.page(1000));
    audit.note(note('/151'));
    await audit.stop();
    const all = Array.from({ length: 151 }, (_, index) => `/${index + 1}`);
    expect(await onDisk(first.ledger)).to.deep.equal(all);
  });

  it('keeps the last 10,000 entries and hardly more, in memory and on disk', async () => {
    const { audit, clock, ledger } = givenAudit();
    for (let count = 1; count <= 12_345; count += 1) {
      audit.note(note(`/${count}`));
      if (count % 1000 === 0) await clock.advance(1000);
    }
    await audit.stop();
    expect(audit.page(20_000).length).to.be.within(10_000, 10_100);
    expect(audit.page(1)[0]?.path).to.equal('/12345');
    expect((await onDisk(ledger)).reverse()).to.deep.equal(paths(audit.page(20_000)));
  });

  it('that cannot be written is tried again, and loses nothing', async () => {
    const { ledger: disk } = givenAudit();
    let failing = true;
    const ledger: Ledger<AuditEntry[]> = {
      get: (key) => disk.get(key),
      set: async (key, value) => {
        if (failing) throw new Error('disk full');
        await disk.set(key, value);
      },
      remove: (keys) => disk.remove(keys),
      entries: () => disk.entries(),
    };
    const { audit, clock } = givenAudit(ledger);
    audit.note(note('/1'));
    await clock.advance(1000);
    audit.note(note('/2'));
    await clock.advance(1000);
    expect(await onDisk(ledger)).to.deep.equal([]);
    failing = false;
    await clock.advance(1000);
    expect(await onDisk(ledger)).to.deep.equal(['/1', '/2']);
  });

  it('holds no secret that somebody wrote into a path, and no endless one', () => {
    const { audit } = givenAudit();
    audit.note(note('/api/v1/scok_abc-DEF_123/whsec_a+b/c=='));
    audit.note(note(`/${'x'.repeat(5000)}`));
    audit.note(note('/api/v1/nets/myscok%5Fabc-DEF_123/x'));
    const [encoded, long, secret] = audit.page(3);
    expect(encoded?.path).to.equal('/api/v1/nets/myscok%5F…/x');
    expect(secret?.path).to.equal('/api/v1/scok_…/whsec_…');
    expect(long?.path.length).to.be.at.most(300);
  });
});

describe('the audit of changes', () => {
  it('names the person, what they changed or tried to, and how it ended', async () => {
    const { shard } = await givenShard();
    const ada = actor('5', { administrator: true });
    await shard.change(ada, { type: 'net.create', name: 'Alpha' });
    await refusal(shard.change(ada, { type: 'net.create', name: 'alpha' }));
    await refusal(shard.change(actor('6'), { type: 'operation.set', open: true }));
    const shown = shard.audit.page(3).map(({ id, at, ...entry }) => {
      expect(id).to.match(/^aud_/);
      expect(at).to.equal('2026-11-21T12:00:00.000Z');
      return entry;
    });
    const person = { keyId: null, keyName: null, method: 'CHANGE', requestId: '', source: 'discord' };
    const creation = { ...person, actor: 'Person 5 (5)', path: 'net.create', action: 'net.create' };
    expect(shown).to.deep.equal([
      { ...person, actor: 'Person 6 (6)', path: 'operation.set', action: 'operation.set', status: 403 },
      { ...creation, status: 409 },
      { ...creation, status: 200 },
    ]);
  });

  it('names the program and tells what cannot be written from what is refused', async () => {
    const { shard, store } = await givenShard();
    store.failing = true;
    await refusal(shard.change(SYSTEM, { type: 'operation.set', open: true }));
    expect(shard.audit.page(1)[0]).to.include({ actor: 'test', source: 'system', status: 503 });
  });

  it('survives a restart of the shard', async () => {
    const store = new MemoryStore();
    const first = await givenShard({ store });
    await first.shard.change(SYSTEM, { type: 'operation.set', open: true });
    await first.shard.stop();
    const { shard } = await givenShard({ store });
    await settle();
    expect(shard.audit.page(10)).to.deep.equal(first.shard.audit.page(10)).and.to.have.length(1);
  });
});
