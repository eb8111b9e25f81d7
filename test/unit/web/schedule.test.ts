import { expect } from 'chai';

interface Schedule {
  nextDelay(failures: number, retryAfter: string | null, chance: number): number;
  isStale(heardAt: number | null, now: number): boolean;
  ago(ms: number): string;
}

const SCRIPT = new URL('../../../web/widget/schedule.js', import.meta.url).href;

describe('the widget', () => {
  let schedule: Schedule;
  before(async () => {
    schedule = (await import(SCRIPT)) as Schedule;
  });

  it('asks every ten seconds while all is well, and never quite together with others', () => {
    expect(schedule.nextDelay(0, null, 0)).to.equal(10_000);
    expect(schedule.nextDelay(0, null, 1)).to.equal(12_000);
  });

  it('asks less and less often while it fails, up to two minutes', () => {
    const delays = [1, 2, 3, 4, 5, 100].map((failures) => schedule.nextDelay(failures, null, 0));
    expect(delays).to.deep.equal([20_000, 40_000, 80_000, 120_000, 120_000, 120_000]);
  });

  it('waits as long as the server asks for, within bounds', () => {
    expect(schedule.nextDelay(1, '42', 0)).to.equal(42_000);
    expect(schedule.nextDelay(1, '3', 0)).to.equal(20_000);
    expect(schedule.nextDelay(1, '99999', 0)).to.equal(120_000);
    expect(schedule.nextDelay(0, 'Tue, 24 Nov 2026 22:00:00 GMT', 0)).to.equal(10_000);
  });

  it('calls old what missed three looks, and nothing before it heard anything', () => {
    expect(schedule.isStale(null, 1e12)).to.equal(false);
    expect(schedule.isStale(0, 35_000)).to.equal(false);
    expect(schedule.isStale(0, 35_001)).to.equal(true);
  });

  it('says in words how old something is', () => {
    const words = [0, 4000, 12_000, 60_000, 90_000, 3_600_000, 7_300_000].map((ms) => schedule.ago(ms));
    expect(words).to.deep.equal([
      'just now',
      'just now',
      '12 seconds ago',
      '1 minute ago',
      '2 minutes ago',
      '1 hour ago',
      '2 hours ago',
    ]);
  });
});
