import { expect } from 'chai';
import type { SearchAnswer, SearchDocument } from '../../../../shard/ports.ts';
import { GuildIndex } from '../../../../store/search/guild-index.ts';
import { slices } from '../../../../store/search/slices.ts';
import { SILENT, settle } from '../../../support/given.ts';
import { GivenJobs } from '../../../support/given-search.ts';

const document = (uid: string, name: string, notes = ''): SearchDocument => ({
  uid,
  name,
  notes,
  tags: [],
  archivedAt: 0,
});

const ask = (text: string) => ({ text, tags: [], limit: 5, after: null });
const found = (answer: SearchAnswer) =>
  answer.state === 'found' ? answer.hits.map(({ uid }) => uid).sort() : answer.state;

function given(count = 3) {
  const jobs = new GivenJobs();
  const all = new Map(Array.from({ length: count }, (_, at) => [String(at), document(String(at), `Alpha ${at}`)]));
  const errors: string[] = [];
  const log = { ...SILENT, error: (_: object, message: string) => errors.push(message) };
  const index = new GuildIndex({ guildId: '1', documents: () => all.values(), jobs, log });
  const put = (one: SearchDocument) => {
    all.set(one.uid, one);
    index.put(one);
  };
  const remove = (uid: string) => {
    all.delete(uid);
    index.remove(uid);
  };
  return { jobs, all, index, put, remove, errors };
}

/** A gate that lets one answer through at each call of `open`. */
function turnstile(jobs: GivenJobs) {
  const waiting: (() => void)[] = [];
  jobs.gate = () => new Promise((resolve) => waiting.push(resolve));
  return async () => {
    waiting.shift()?.();
    await settle();
  };
}

describe('the index of a guild', () => {
  it('answers that it is being built until everything is in, and finds everything then', async () => {
    const { index } = given();
    index.build();
    expect(found(await index.search(ask('alpha')))).to.equal('building');
    await index.whenReady();
    expect(found(await index.search(ask('alpha')))).to.deep.equal(['0', '1', '2']);
    await index.whenReady();
  });

  it('hands documents over a few at a time, the next when the last are in', async () => {
    const { jobs, index } = given(450);
    const open = turnstile(jobs);
    index.build();
    const counts = () => jobs.asked.map(({ type }) => type);
    expect(counts()).to.deep.equal(['search.open']);
    await open();
    expect(counts()).to.deep.equal(['search.open', 'search.put']);
    await open();
    expect(counts()).to.have.length(3);
    await open();
    await open();
    expect(counts().at(-1)).to.equal('search.settle');
    const sizes = jobs.asked.slice(1, 4).map(({ given: sent }) => (sent as { documents: object[] }).documents.length);
    expect(sizes).to.deep.equal([200, 200, 50]);
    expect(found(await index.search(ask('x')))).to.equal('building');
    await open();
    jobs.gate = () => Promise.resolve();
    expect(found(await index.search(ask('x')))).to.deep.equal([]);
  });

  it('hands less over where there is much text', () => {
    const long = Array.from({ length: 60 }, (_, at) => document(String(at), 'x', 'y'.repeat(4000)));
    const sizes = [...slices(long)].map((slice) => slice.length);
    expect(sizes).to.deep.equal([17, 17, 17, 9]);
    expect([...slices([])]).to.deep.equal([]);
  });

  it('misses no change that is made while it is built', async () => {
    const { jobs, index, put, remove } = given(450);
    const open = turnstile(jobs);
    index.build();
    await open();
    put(document('1', 'Bravo'));
    put(document('new', 'Bravo'));
    remove('2');
    remove('440');
    put(document('449', 'Bravo'));
    for (let turn = 0; turn < 12; turn += 1) await open();
    jobs.gate = () => Promise.resolve();
    await index.whenReady();
    expect(found(await index.search(ask('bravo')))).to.deep.equal(['1', '449', 'new']);
    const all = await index.search({ ...ask('alpha'), limit: 500 });
    expect(all).to.deep.include({ total: 446 });
  });

  it('finds a change in every search after it', async () => {
    const { index, put, remove } = given();
    index.build();
    await index.whenReady();
    put(document('x', 'Bravo'));
    expect(found(await index.search(ask('bravo')))).to.deep.equal(['x']);
    remove('x');
    expect(found(await index.search(ask('bravo')))).to.deep.equal([]);
  });

  it('takes 64 searches at once and no more', async () => {
    const { jobs, index } = given();
    index.build();
    await index.whenReady();
    let open = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    jobs.gate = () => gate;
    const asked = Array.from({ length: 65 }, () => index.search(ask('alpha')));
    expect(found(await (asked[64] as Promise<SearchAnswer>))).to.equal('busy');
    open();
    const answers = await Promise.all(asked.slice(0, 64));
    expect(new Set(answers.map(({ state }) => state))).to.deep.equal(new Set(['found']));
    expect(found(await index.search(ask('alpha')))).to.have.length(3);
  });

  it('is built again when the thread was lost, with what changed meanwhile; searches are told', async () => {
    const { jobs, index, put, errors } = given();
    index.build();
    await index.whenReady();
    const open = turnstile(jobs);
    const asked = index.search(ask('alpha'));
    jobs.lose();
    await open();
    expect(found(await asked)).to.equal('building');
    put(document('x', 'Bravo'));
    expect(found(await index.search(ask('alpha')))).to.equal('building');
    jobs.gate = () => Promise.resolve();
    jobs.restart();
    await index.whenReady();
    expect(found(await index.search(ask('bravo')))).to.deep.equal(['x']);
    expect(found(await index.search(ask('alpha')))).to.deep.equal(['0', '1', '2']);
    expect(errors).to.deep.equal([]);
  });

  it('is built from the beginning when the thread is lost while it is built', async () => {
    const { jobs, index, errors } = given(450);
    const open = turnstile(jobs);
    index.build();
    await open();
    await open();
    jobs.lose();
    await open();
    jobs.gate = () => Promise.resolve();
    jobs.restart();
    await index.whenReady();
    expect(await index.search({ ...ask('alpha'), limit: 1 })).to.deep.include({ total: 450 });
    expect(errors).to.deep.equal([]);
  });

  it('says what could not be done in a thread that is there', async () => {
    const { jobs, index, put, errors } = given();
    index.build();
    await index.whenReady();
    await jobs.ask('search.close', { index: '1' });
    put(document('x', 'Bravo'));
    await settle();
    expect(errors).to.deep.equal(['the search index missed a change']);
    const failed = await index.search(ask('alpha')).catch((error: Error) => error.message);
    expect(failed).to.contain('is not open');
    jobs.ask = () => Promise.reject(new Error('full'));
    index.build();
    await settle();
    expect(errors.at(-1)).to.contain('could not be built');
  });

  it('is forgotten when it is closed, and tells who waits', async () => {
    const { jobs, index, put } = given();
    index.build();
    const ready = index.whenReady();
    index.close();
    index.close();
    await ready;
    const count = jobs.asked.length;
    put(document('x', 'Bravo'));
    jobs.restart();
    expect(jobs.asked).to.have.length(count);
    expect(jobs.asked.at(-1)?.type).to.equal('search.close');
    expect(found(await index.search(ask('alpha')))).to.equal('building');
  });
});
