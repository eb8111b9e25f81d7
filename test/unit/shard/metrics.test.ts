import { expect } from 'chai';
import fc from 'fast-check';
import type { ShardEvent } from '../../../shard/record/events.ts';
import { Metrics } from '../../../shard/record/metrics.ts';
import { HOUR_MS, HourRecord, type Occupancy, SAMPLE_MS, SAMPLES } from '../../../shard/record/metrics-hour.ts';
import { type MetricsReport, metricsReport } from '../../../shard/record/metrics-report.ts';
import { GivenClock, SILENT } from '../../support/given.ts';
import { GUILD, givenShard, person, SYSTEM } from '../../support/given-shard.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const NOON = Date.parse('2026-11-21T12:00:00.000Z');
const ALPHA = { uid: 'net_alpha', id: 1, name: 'Alpha' };
const names = (uid: string) => (uid === ALPHA.uid ? { id: 1, name: 'Alpha' } : undefined);

/** What a generator answers in the end, and how often it stopped on the way. */
function finish<T>(steps: Generator<undefined, T>): { value: T; stops: number } {
  for (let stops = 0; ; stops += 1) {
    const { done, value } = steps.next();
    if (done) return { value, stops };
  }
}

async function given({ ledger = new MemoryStore().ledgers.metrics, clock = new GivenClock(NOON) } = {}) {
  const world: { now: Occupancy } = { now: { connected: 0, nets: [] } };
  const errors: object[] = [];
  const log = { ...SILENT, error: (fields: object) => errors.push(fields) };
  const metrics = new Metrics({ guildId: GUILD, ledger, clock, log, occupancy: () => world.now, findNet: names });
  await metrics.start();
  const event = (type: 'ptt.start' | 'ptt.stop', data: object) => {
    const at = new Date(clock.now()).toISOString();
    const speaker = { userId: '7', displayName: 'Ada', netId: 1, netUid: ALPHA.uid };
    metrics.observe([{ id: 'evt', type, guildId: GUILD, at, data: { ...speaker, ...data } } as ShardEvent]);
  };
  return {
    metrics,
    ledger,
    clock,
    world,
    errors,
    start: (data: object = {}) => event('ptt.start', data),
    stop: (durationMs: number, data: object = {}) => event('ptt.stop', { reason: 'released', durationMs, ...data }),
    report: (minutes = 60) => finish(metrics.report(minutes)).value,
    rows: async () => {
      const rows = new Map();
      for await (const [key, row] of ledger.entries()) rows.set(key, row);
      return rows;
    },
  };
}

const talk = ({ byUser, byNet, talk: all }: MetricsReport) => ({ all, byUser, byNet });

describe('the metrics of a guild', () => {
  it('sum up talk time per person and per net, the longest first', async () => {
    const { clock, start, stop, report } = await given();
    for (const [userId, displayName, ms] of [
      ['7', 'Ada', 1000],
      ['8', 'Bo', 3000],
      ['7', 'Ada L', 500],
    ] as const) {
      start({ userId, displayName });
      await clock.advance(ms);
      stop(ms, { userId, displayName });
    }
    expect(talk(report())).to.deep.equal({
      all: { ms: 4500, transmissions: 3 },
      byUser: [
        { userId: '8', displayName: 'Bo', ms: 3000, transmissions: 1 },
        { userId: '7', displayName: 'Ada L', ms: 1500, transmissions: 2 },
      ],
      byNet: [{ netUid: ALPHA.uid, id: 1, name: 'Alpha', ms: 4500, transmissions: 3 }],
    });
  });

  it('split a transmission among the buckets it spans', async () => {
    const { metrics, clock, start, stop, rows } = await given({ clock: new GivenClock(NOON + 59 * 60_000) });
    start();
    await clock.advance(8 * 60_000);
    stop(8 * 60_000);
    await metrics.stop();
    const kept = await rows();
    expect([...kept.keys()].sort()).to.deep.equal(['2026-11-21T12:00:00.000Z', '2026-11-21T13:00:00.000Z']);
    const at = (hour: string) => kept.get(`2026-11-21T${hour}:00:00.000Z`).talk[0];
    expect(at('12').ms[11]).to.equal(60_000);
    expect(at('12').transmissions[11]).to.equal(1);
    expect(at('13').ms.slice(0, 3)).to.deep.equal([300_000, 120_000, 0]);
    expect(at('13').transmissions.slice(0, 3)).to.deep.equal([0, 0, 0]);
  });

  it('count a transmission that lasts as far as it has come, and correct themselves when it had ended before', async () => {
    const { clock, start, stop, report } = await given();
    start();
    await clock.advance(20_000);
    expect(report().talk).to.deep.equal({ ms: 19_500, transmissions: 1 });
    stop(19_300);
    expect(report().talk).to.deep.equal({ ms: 19_300, transmissions: 1 });
  });

  it('count a transmission whose beginning was before the start', async () => {
    const { stop, report } = await given();
    stop(2000);
    expect(report().talk).to.deep.equal({ ms: 2000, transmissions: 1 });
  });

  it('look only as far back as they are asked to, in whole buckets', async () => {
    const { clock, start, stop, report } = await given();
    start();
    await clock.advance(1000);
    stop(1000);
    await clock.advance(6 * 60_000);
    start({ userId: '8' });
    await clock.advance(2000);
    stop(2000, { userId: '8' });
    expect(report(1).talk.ms).to.equal(2000);
    expect(report(10).talk.ms).to.equal(3000);
  });

  it('sample the occupancy every 15 s and keep its peak', async () => {
    const { clock, world, report } = await given();
    world.now = { connected: 3, nets: [{ ...ALPHA, occupancy: 2 }] };
    await clock.advance(15_000);
    world.now = { connected: 1, nets: [{ ...ALPHA, occupancy: 0 }] };
    await clock.advance(15_000);
    const { occupancy, peak } = report();
    expect(occupancy).to.deep.equal([
      { at: NOON, connected: 0, byNet: {} },
      { at: NOON + 15_000, connected: 3, byNet: { [ALPHA.uid]: 2 } },
      { at: NOON + 30_000, connected: 1, byNet: {} },
    ]);
    expect(peak).to.equal(3);
  });

  it('miss no peak between two samples', async () => {
    const { shard, clock } = await givenShard();
    await shard.change(SYSTEM, { type: 'net.create', name: 'Alpha', channelIds: ['11'] });
    await clock.advance(20_000);
    shard.observe({ type: 'people', people: [person('7', '11'), person('8', '11'), person('9', '11')] });
    shard.observe({ type: 'people', people: [person('7', '11')] });
    await clock.advance(10_000);
    const { peak, occupancy } = finish(shard.metrics.report(5)).value;
    expect(peak).to.equal(3);
    expect(occupancy.map(({ connected }) => connected)).to.deep.equal([0, 3, 1]);
    await shard.stop();
  });

  it('write at most once a minute, and what is left when they stop', async () => {
    const { metrics, clock, world, rows, ledger } = await given();
    let writes = 0;
    const { set } = ledger;
    ledger.set = (key, value) => {
      writes += 1;
      return set.call(ledger, key, value);
    };
    await clock.advance(59_000);
    expect(writes).to.equal(0);
    await clock.advance(61_000);
    expect(writes).to.equal(2);
    world.now = { connected: 9, nets: [] };
    await clock.advance(15_000);
    await metrics.stop();
    expect(writes).to.equal(3);
    expect([...(await rows()).values()][0].connected).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 0, 0, 9]);
    await clock.advance(120_000);
    expect(writes).to.equal(3);
  });

  it('lose at most the last minute when the process is killed, and nothing of what lasts longer', async () => {
    const first = await given();
    first.start();
    await first.clock.advance(10 * 60_000 + 59_000);
    const second = await given({ ledger: first.ledger, clock: first.clock });
    const { ms, transmissions } = second.report().talk;
    expect(transmissions).to.equal(1);
    expect(ms).to.be.within(10 * 60_000 - 500, 10 * 60_000 + 59_000);
    expect(second.report().occupancy).to.have.length.within(40, 44);
  });

  it('survive an orderly restart whole', async () => {
    const first = await given();
    first.world.now = { connected: 4, nets: [{ ...ALPHA, occupancy: 4 }] };
    first.start();
    await first.clock.advance(40_000);
    first.stop(40_000);
    const before = first.report();
    await first.metrics.stop();
    const second = await given({ ledger: first.ledger, clock: first.clock });
    const { occupancy: _, ...after } = second.report();
    expect(after).to.deep.include({ talk: before.talk, byUser: before.byUser, byNet: before.byNet, peak: 4 });
  });

  it('are kept for seven days and no longer', async () => {
    const { metrics, clock, rows, world } = await given();
    for (let hour = 0; hour < 10 * 24; hour += 1) {
      world.now = { connected: hour, nets: [] };
      clock.leap(HOUR_MS);
      await clock.advance(0);
    }
    await metrics.stop();
    expect((await rows()).size).to.be.within(7 * 24, 7 * 24 + 2);
  });

  it('name nets that are gone as they were last known, and nets in the archive as it has them', async () => {
    const { start, stop, report } = await given();
    start({ netUid: 'net_gone', netId: 9 });
    stop(100, { netUid: 'net_gone', netId: 9 });
    expect(report().byNet).to.deep.equal([
      { netUid: 'net_gone', id: null, name: 'net_gone', ms: 100, transmissions: 1 },
    ]);
  });

  it('tell a thousand pairs of person and net apart in an hour; who comes after them is one of the others', async () => {
    const { start, stop, report, rows, metrics } = await given();
    for (let user = 1; user <= 1500; user += 1) {
      start({ userId: String(user) });
      stop(10, { userId: String(user) });
    }
    const { byUser, talk: all } = report();
    expect(all).to.deep.equal({ ms: 15_000, transmissions: 1500 });
    expect(byUser).to.have.length(1001);
    expect(byUser[0]).to.deep.equal({ userId: '0', displayName: 'Others', ms: 5000, transmissions: 500 });
    await metrics.stop();
    const [row] = (await rows()).values();
    expect(Object.keys(row.people)).to.have.length(1000);
    expect(row.talk).to.have.length(1001);
  });

  it('say so when they cannot be written, and write all of it a minute later', async () => {
    const { clock, ledger, errors, rows, start, stop } = await given();
    const { set } = ledger;
    ledger.set = () => Promise.reject(new Error('disk full'));
    start();
    stop(1000);
    await clock.advance(60_000);
    expect(errors).to.have.length(1);
    ledger.set = set.bind(ledger);
    await clock.advance(60_000);
    expect([...(await rows()).values()][0].talk[0].ms[0]).to.equal(1000);
  });

  it('go on from nothing when what was kept is damaged', async () => {
    const ledger = new MemoryStore().ledgers.metrics;
    await ledger.set('2026-11-21T11:00:00.000Z', {} as never);
    const { errors, report } = await given({ ledger });
    expect(errors).to.have.length(1);
    expect(report().occupancy).to.have.length(1);
  });

  it('of a shard come from what people really do, and are on disk when it stopped', async () => {
    const { shard, clock, store } = await givenShard();
    const { net } = await shard.change(SYSTEM, { type: 'net.create', name: 'Alpha', channelIds: ['11', '12'] });
    await shard.change(SYSTEM, { type: 'assignment.set', userId: '7', net: { netUid: net.uid }, action: 'assign' });
    await shard.change(SYSTEM, { type: 'operation.set', open: true });
    shard.observe({ type: 'people', people: [person('7', '11'), person('8', '12')] });
    shard.radio.frame('11', '7', false);
    await clock.advance(100);
    shard.radio.frame('11', '7', true);
    await clock.advance(15_000);
    const report = finish(shard.metrics.report(5)).value;
    expect(report.byUser).to.deep.equal([{ userId: '7', displayName: 'Person 7', ms: 100, transmissions: 1 }]);
    expect(report.byNet[0]).to.include({ netUid: net.uid, id: net.id, name: 'Alpha' });
    expect(report.peak).to.equal(2);
    await shard.stop();
    const again = await givenShard({ store, clock });
    expect(finish(again.shard.metrics.report(5)).value.byUser).to.deep.equal(report.byUser);
    await again.shard.change(SYSTEM, { type: 'net.remove', net: { netUid: net.uid } });
    expect(finish(again.shard.metrics.report(5)).value.byNet[0]).to.include({ id: null, name: 'Alpha' });
    await again.shard.stop();
  });
});

/** Hours of samples, some of them missing. */
const someHours = fc
  .record({
    seed: fc.array(fc.integer({ min: -1, max: 500 }), { minLength: 1, maxLength: 97 }),
    hours: fc.integer({ min: 1, max: 168 }),
    minutes: fc.integer({ min: 1, max: 10_080 }),
    offsetMs: fc.nat({ max: HOUR_MS }),
  })
  .map(({ seed, hours, minutes, offsetMs }) => {
    const records = new Map<number, HourRecord>();
    let count = 0;
    for (let index = 0; index < hours; index += 1) {
      const hour = new HourRecord(NOON - index * HOUR_MS);
      for (let place = 0; place < SAMPLES; place += 1) {
        const connected = seed[count++ % seed.length] as number;
        if (connected < 0 || hour.at + place * SAMPLE_MS > NOON + offsetMs) continue;
        const nets = [{ ...ALPHA, occupancy: Math.floor(connected / 2) }];
        hour.sample(hour.at + place * SAMPLE_MS, { connected, nets });
      }
      records.set(hour.at, hour);
    }
    return { records, from: NOON + offsetMs - minutes * 60_000, to: NOON + offsetMs };
  });

describe('a report of the occupancy', () => {
  it('has at most a thousand points in order, loses no peak and invents nothing', () => {
    fc.assert(
      fc.property(someHours, ({ records, from, to }) => {
        const { value, stops } = finish(metricsReport(records, { from, to }, names));
        const points = value.occupancy;
        const raw = samplesOf([...records.values()], from, to);
        expect(points.length).to.be.at.most(1000).and.at.most(raw.length);
        expect(points.length > 0).to.equal(raw.length > 0);
        expect(points.every(({ at }, index) => index === 0 || at > (points[index - 1]?.at ?? 0))).to.equal(true);
        const sampled = new Map(raw.map(({ at, connected }) => [at, connected]));
        expect(points.every(({ at, connected }) => sampled.get(at) === connected)).to.equal(true);
        const most = Math.max(0, ...raw.map(({ connected }) => connected));
        expect(value.peak).to.equal(most);
        const onAlpha = Math.max(0, ...points.map(({ byNet }) => byNet[ALPHA.uid] ?? 0));
        expect(onAlpha).to.equal(Math.floor(most / 2));
        if (to - from < 249 * 60_000) expect(points.length).to.equal(raw.length);
        expect(stops).to.be.at.least(Math.floor(points.length / 16) - 1);
      }),
      { numRuns: 50 },
    );
  });
});

function samplesOf(hours: HourRecord[], from: number, to: number): { at: number; connected: number }[] {
  return hours.flatMap((hour) =>
    Array.from(hour.connected)
      .map((connected, place) => ({ at: hour.at + place * SAMPLE_MS, connected }))
      .filter(({ at, connected }) => connected >= 0 && at >= from && at <= to),
  );
}
