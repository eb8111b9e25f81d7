import { expect } from 'chai';
import { parseExpiry } from '../../../commands/expiry.ts';

describe('An end as people write it', () => {
  const now = Date.parse('2026-11-21T12:00:00.000Z');
  const read = (text: string) => {
    const end = parseExpiry(text, now);
    return end instanceof Date ? end.toISOString() : end;
  };

  it('is a span from now', () => {
    expect(read('30d')).to.equal('2026-12-21T12:00:00.000Z');
    expect(read('12h')).to.equal('2026-11-22T00:00:00.000Z');
    expect(read('45 M')).to.equal('2026-11-21T12:45:00.000Z');
    expect(read(' 2w ')).to.equal('2026-12-05T12:00:00.000Z');
  });

  it('is a date, in UTC, or a time with its zone', () => {
    expect(read('2030-01-31')).to.equal('2030-01-31T00:00:00.000Z');
    expect(read('2030-01-31T10:00:00+02:00')).to.equal('2030-01-31T08:00:00.000Z');
  });

  it('may be never', () => {
    expect(read('Never')).to.equal('never');
  });

  it('cannot be read otherwise', () => {
    for (const text of [
      '',
      'soon',
      '30',
      'd',
      '-3d',
      '1.5d',
      '999999d',
      '2027-02-30',
      '2030-13-01',
      '2030-01-31T10:00:00',
    ]) {
      expect(read(text), text).to.equal(undefined);
    }
  });
});
