import { expect } from 'chai';
import fc from 'fast-check';
import { Turns } from '../../../api/streams/turns.ts';
import { failureReason } from '../../../api/webhooks/failure-reason.ts';
import { forbiddenRange } from '../../../api/webhooks/forbidden-address.ts';
import { resolveName } from '../../../api/webhooks/resolve-name.ts';
import { nextAttemptAt, RETRY_AFTER_MS, retryAfterMs } from '../../../api/webhooks/retry.ts';
import { Slots } from '../../../api/webhooks/slots.ts';

const NOW = Date.parse('2026-11-21T12:00:00.000Z');

describe('the parts of deliveries', () => {
  it('try again within a tenth of the time that is said, never before the receiver asked', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: RETRY_AFTER_MS.length }),
      fc.option(fc.integer({ min: 1, max: 40_000_000 })),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (attempts, asked, chance) => {
        const wait = (nextAttemptAt(NOW, attempts, asked, chance) ?? 0) - NOW;
        const planned = RETRY_AFTER_MS[attempts - 1] as number;
        expect(wait).to.be.at.least(Math.max(Math.round(planned * 0.9), asked ?? 0));
        expect(wait).to.be.at.most(Math.max(Math.round(planned * 1.1), asked ?? 0));
      },
    );
    fc.assert(property);
    expect(nextAttemptAt(NOW, RETRY_AFTER_MS.length + 1, 5, 0)).to.equal(null);
  });

  it('read Retry-After as seconds or a date, up to ten hours', () => {
    for (const [header, ms] of [
      ['5', 5000],
      ['999999999', 36_000_000],
      ['Sat, 21 Nov 2026 12:01:00 GMT', 60_000],
      ['Sat, 21 Nov 2026 11:59:00 GMT', null],
      ['0', null],
      ['-1', null],
      ['soon', null],
      ['', null],
      [undefined, null],
    ] as const) {
      expect(retryAfterMs(header, NOW), String(header)).to.equal(ms);
    }
  });

  it('know which addresses are public', () => {
    for (const address of ['8.8.8.8', '93.184.216.34', '2606:4700::1', '::ffff:8.8.8.8', '172.32.0.1', '100.128.0.1']) {
      expect(forbiddenRange(address, false), address).to.equal(null);
    }
    for (const address of ['127.0.0.1', '::1', '10.1.1.1', 'fd12::1', 'fe80::1%eth0', '::ffff:127.0.0.1', 'x', '']) {
      expect(forbiddenRange(address, false), address).to.be.a('string');
    }
    expect(forbiddenRange('168.63.129.16', true)).to.equal('metadata');
    expect(forbiddenRange('64:ff9b::7f00:1', true)).to.be.a('string');
  });

  it('take localhost for what it is, whatever a name server says', async () => {
    for (const name of ['localhost', 'LOCALHOST.', 'a.localhost']) {
      expect(await resolveName(name)).to.deep.equal(['127.0.0.1', '::1']);
    }
  });

  it('say in words why a connection failed, and nothing that was received', () => {
    const failed = (code: string) => Object.assign(new Error('secret inner thing'), { code });
    expect(failureReason(failed('ECONNRESET'))).to.include('reset');
    expect(failureReason(new AggregateError([failed('ECONNREFUSED'), failed('ENETUNREACH')]))).to.include('refused');
    expect(failureReason(failed('HPE_INVALID_CONSTANT'))).to.include('HTTP');
    expect(failureReason(failed('ERR_TLS_CERT_ALTNAME_INVALID'))).to.include('certificate');
    for (const error of [failed('EWHAT'), new Error('secret'), 'secret', undefined]) {
      expect(failureReason(error)).to.include('failed').and.not.to.include('secret');
    }
  });

  it('go on so many at once, the others in order, also after one fails', async () => {
    const slots = new Slots(2);
    const began: number[] = [];
    const ends: (() => void)[] = [];
    const work = [0, 1, 2, 3].map((number) =>
      slots.run(() => {
        began.push(number);
        return new Promise<void>((resolve, reject) => ends.push(number === 0 ? () => reject(new Error('x')) : resolve));
      }),
    );
    const first = work[0]?.catch(() => 'failed');
    expect(began).to.deep.equal([0, 1]);
    ends[0]?.();
    expect(await first).to.equal('failed');
    await new Promise((resolve) => setImmediate(resolve));
    expect(began).to.deep.equal([0, 1, 2]);
    ends[1]?.();
    ends[2]?.();
    await Promise.all([work[1], work[2]]);
    expect(began).to.deep.equal([0, 1, 2, 3]);
    ends[3]?.();
    await work[3];
  });

  it('of streams have one turn of the event loop each', async () => {
    const turns = new Turns();
    const done: string[] = [];
    const all = ['a', 'b', 'c'].map((name) => turns.next().then(() => done.push(name)));
    const seen: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      seen.push(done.length);
    }
    await Promise.all(all);
    expect(seen.map((count, index) => count <= index + 1)).to.deep.equal([true, true, true, true]);
    expect(done).to.deep.equal(['a', 'b', 'c']);
  });
});
