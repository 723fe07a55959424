import { expect } from 'chai';
import fc from 'fast-check';
import { parseInstant } from '../../../src/core/event/instant.js';
import { codeOf } from '../code-of.js';

describe('instant', () => {
  it('semantics line fourteen: time is epoch milliseconds inside', () => {
    expect(parseInstant('1970-01-01T00:00:00Z')).to.equal(0);
    expect(parseInstant('2026-11-22T10:00:00+02:00')).to.equal(Date.UTC(2026, 10, 22, 8));
    expect(parseInstant('2026-11-22T10:00:00-05:30')).to.equal(Date.UTC(2026, 10, 22, 15, 30));
    expect(parseInstant('2026-11-22t10:00:00z')).to.equal(Date.UTC(2026, 10, 22, 10));
    expect(parseInstant('1969-12-31T23:30:00-01:00')).to.equal(1_800_000);
    expect(parseInstant('2024-02-29T00:00:00Z')).to.equal(Date.UTC(2024, 1, 29));
  });

  it('cuts fractions to milliseconds', () => {
    expect(parseInstant('1970-01-01T00:00:00.5Z')).to.equal(500);
    expect(parseInstant('1970-01-01T00:00:00.123999999Z')).to.equal(123);
    expect(parseInstant('1970-01-01T00:00:00.0009Z')).to.equal(0);
  });

  it('takes a leap second for the second after it, and no other second sixty', () => {
    expect(parseInstant('2016-12-31T23:59:60Z')).to.equal(Date.UTC(2017, 0, 1));
    expect(parseInstant('2017-01-01T01:59:60+02:00')).to.equal(Date.UTC(2017, 0, 1));
    expect(codeOf(() => parseInstant('2016-12-31T12:00:60Z'))).to.equal('time-malformed');
  });

  it('semantics line fourteen: an offset is required', () => {
    for (const text of ['2026-11-22T10:00:00', '2026-11-22T10:00:00.123']) {
      expect(codeOf(() => parseInstant(text))).to.equal('time-without-offset');
    }
  });

  it('refuses times before 1970, years that look like the last century too', () => {
    for (const text of [
      '1969-12-31T23:59:59.999Z',
      '0085-01-01T00:00:00Z',
      '1970-01-01T00:00:00+01:00',
      '0000-01-01T00:00:00Z',
    ]) {
      expect(
        codeOf(() => parseInstant(text)),
        text,
      ).to.equal('time-before-1970');
    }
  });

  for (const text of [
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:61Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+00:60',
    '2026-01-01T00:00:00+0200',
    '2026-01-01 00:00:00Z',
    '2026-01-01',
    '2026-1-1T00:00:00Z',
    '26-01-01T00:00:00Z',
    '+12026-01-01T00:00:00Z',
    '2026-01-01T00:00Z',
    '2026-01-01T00:00:00.Z',
    '',
    ' 2026-01-01T00:00:00Z',
    '2026-01-01T00:00:00Z\n',
    `2026-01-01T00:00:00.${'1'.repeat(100)}Z`,
    1767225600000,
    null,
    undefined,
  ]) {
    it(`refuses ${JSON.stringify(text)?.slice(0, 40)}`, () => {
      expect(codeOf(() => parseInstant(text))).to.equal('time-malformed');
    });
  }

  it('reads what Date writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }), (instant) => {
        expect(parseInstant(new Date(instant).toISOString())).to.equal(instant);
      }),
    );
  });
});
