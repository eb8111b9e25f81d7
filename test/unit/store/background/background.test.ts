import { expect } from 'chai';
import { Background } from '../../../../store/background/background.ts';
import { makeJobs } from '../../../../store/background/jobs.ts';
import { GivenClock, SILENT } from '../../../support/given.ts';

const ODD = new URL('../support/odd-worker.ts', import.meta.url);

describe('the background', () => {
  const running: Background[] = [];
  const start = (program?: URL) => {
    const clock = new GivenClock();
    const logged: object[] = [];
    const log = { ...SILENT, error: (fields: object) => logged.push(fields) };
    const background = new Background({ clock, log, ...(program && { program }) });
    background.start();
    running.push(background);
    return { background, clock, logged };
  };
  const reason = (work: Promise<unknown>) => work.then(String, (error: Error) => error.message);
  afterEach(async () => {
    for (const background of running.splice(0)) await background.stop();
  });

  it('does the jobs there are, in another thread, in their order', async () => {
    const { background } = start();
    const query = { text: 'alp', tags: [], limit: 5, after: null };
    const document = { uid: 'a', name: 'Alpha', notes: '', tags: [], archivedAt: 7 };
    const asked = [
      background.ask('search.open', { index: '1' }),
      background.ask('search.put', { index: '1', documents: [document] }),
      background.ask('search.find', { index: '1', query }),
      background.ask('search.remove', { index: '1', uid: 'a' }),
      background.ask('search.find', { index: '1', query }),
    ];
    const answers = await Promise.all(asked);
    expect(answers[2]).to.deep.include({ total: 1 });
    expect(answers[4]).to.deep.equal({ hits: [], total: 0 });
    expect(Object.keys(makeJobs())).to.include('search.find');
  });

  it('rejects a job that fails or is not known, and goes on', async () => {
    const { background } = start();
    expect(await reason(background.ask('search.find', { index: 'none' }))).to.contain('the index none is not open');
    expect(await reason(background.ask('nonsense', {}))).to.contain('there is no job nonsense');
    await background.ask('search.open', { index: '1' });
  });

  for (const way of ['die', 'throw']) {
    it(`tells of the loss of a thread that is told to ${way}, and starts another after a while`, async () => {
      const { background, clock, logged } = start(ODD);
      expect(await background.ask('echo', 1)).to.equal(1);
      expect(await reason(background.ask('fail', 1))).to.equal('fail failed: no such luck');
      const told: string[] = [];
      const watcher = { lost: () => told.push('lost'), restarted: () => told.push('restarted') };
      const stop = background.watch(watcher);
      expect(await reason(background.ask(way, {}))).to.contain('lost before');
      expect(told).to.deep.equal(['lost']);
      expect(await reason(background.ask('echo', 2))).to.contain('does not run');
      expect(logged.at(-1)).to.include({ restartMs: 1000, jobs: 1 });
      await clock.advance(1000);
      expect(told).to.deep.equal(['lost', 'restarted']);
      expect(await background.ask('echo', 3)).to.equal(3);
      stop();
      await reason(background.ask(way, {}));
      expect(logged.at(-1)).to.include({ restartMs: 2000 });
      expect(told).to.have.length(2);
    });
  }

  it('waits as in the beginning after a thread lived for a minute', async () => {
    const { background, clock, logged } = start(ODD);
    await reason(background.ask('die', {}));
    await clock.advance(1000);
    await clock.advance(60_000);
    await reason(background.ask('die', {}));
    expect(logged.at(-1)).to.include({ restartMs: 1000 });
  });

  it('rejects what is under way when it is stopped, and starts no other thread', async () => {
    const { background, clock, logged } = start(ODD);
    const asked = reason(background.ask('never answered', {}));
    await background.stop();
    expect(await asked).to.contain('lost before');
    await clock.advance(60_000);
    expect(await reason(background.ask('echo', 1))).to.contain('does not run');
    expect(logged).to.deep.equal([]);
  });
});
