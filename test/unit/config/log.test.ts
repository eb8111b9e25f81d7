import { expect } from 'chai';
import { createLog } from '../../../config/log.ts';

const OWNER = `scok_${'a1B2'.repeat(9)}xyz`;
const TOKEN = `MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.${'x_-9'.repeat(9)}`;

/** A log and what it wrote. */
function given(options: Partial<Parameters<typeof createLog>[0]> = {}) {
  const written: string[] = [];
  const log = createLog({ level: 'debug', pretty: 'no', ...options }, { write: (line) => written.push(line) });
  return { log, written, entries: () => written.map((line) => JSON.parse(line)) };
}

describe('The log', () => {
  it('writes one line of JSON per event, with time, level, fields and words', () => {
    const { log, written, entries } = given();
    log.info({ guildId: '1000', net: 'Alpha' }, 'two\nlines');
    expect(written).to.have.length(1);
    expect(written[0]).to.match(/^[^\n]*\n$/);
    const { time, ...rest } = entries()[0];
    expect(rest).to.deep.equal({ level: 'info', guildId: '1000', net: 'Alpha', msg: 'two\nlines' });
    expect(time).to.match(/^\d{4}-\d\d-\d\dT/);
  });

  it('leaves out what is below its level', () => {
    const { log, entries } = given({ level: 'warn' });
    log.info({}, 'no');
    log.warn({}, 'yes');
    expect(entries().map((entry) => entry.msg)).to.deep.equal(['yes']);
  });

  it('never writes fields that are secrets, however deep', () => {
    const { log, entries } = given();
    const secrets = { token: 's1', secret: 's2', authorization: 's3', key: 's4', workerTokens: ['s5'] };
    log.info({ ...secrets, a: { ...secrets, b: { ...secrets, c: { ...secrets, shown: 1 } } } }, 'x');
    expect(JSON.stringify(entries()[0])).not.to.match(/s[1-5]"/);
    expect(entries()[0].a.b.c).to.deep.include({ key: '[redacted]', shown: 1 });
  });

  it('never writes what looks like a secret, in words, fields, errors and addresses', () => {
    const { log, written, entries } = given();
    const secrets = [
      OWNER,
      OWNER.replace('scok', 'scsk'),
      OWNER.replace('scok', 'scsh'),
      'whsec_C2FVsBQIhrscChl/1+=',
      TOKEN,
    ];
    for (const secret of secrets) {
      log.warn({ text: `it was ${secret}.`, list: [{ deep: { er: { still: secret } } }] }, `a key:\n${secret}`);
      log.error({ err: new Error(`Invalid ${secret}`) }, 'failed');
    }
    const path = '/webhooks/123456789012345678/aW50ZXJhY3Rpb246MTIz_long/messages/@original';
    log.warn({ url: `https://discord.com/api/v10${path}`, header: 'Bearer abcdefghijklmnop1234' }, 'refused');
    const all = written.join('');
    for (const secret of [...secrets, 'aW50ZXJhY3Rpb24', 'abcdefghijklmnop']) expect(all).not.to.contain(secret);
    expect(entries()[0]).to.deep.include({ text: 'it was scok_[redacted].', msg: 'a key:\nscok_[redacted]' });
    expect(all).not.to.contain('x_-9x_-9');
  });

  it('leaves ordinary words alone', () => {
    const { log, entries } = given();
    const words =
      'evt_01kafz9q3n0000abcdefgh discord.js 14.28.1 net_abcdefghijklmnopqrstuvwx.sqlite https://a.example.org/v1';
    log.info({ words, keyId: 'key_1' }, words);
    expect(entries()[0]).to.deep.include({ words, msg: words, keyId: 'key_1' });
  });

  it('takes a long line in its stride', () => {
    const { log, written } = given();
    const started = performance.now();
    log.info({ text: 'a-'.repeat(100_000) }, 'x');
    expect(performance.now() - started).to.be.lessThan(500);
    expect(written).to.have.length(1);
  });

  it('writes for people when told to, and hides the same', () => {
    const { log, written } = given({ pretty: 'yes' });
    log.info({ net: 'Alpha', token: 'hunter2' }, `with ${OWNER}`);
    const all = written.join('');
    expect(all).to.contain('INFO').and.to.contain('Alpha').and.to.contain('scok_[redacted]');
    expect(all).not.to.contain('hunter2');
    expect(() => JSON.parse(all)).to.throw();
  });
});
