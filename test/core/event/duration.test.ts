import { expect } from 'chai';
import { parseDuration } from '../../../src/core/event/duration.js';
import { codeOf } from '../code-of.js';

describe('duration', () => {
  it('semantics line fourteen: windows have a fixed length in milliseconds', () => {
    const hour = 3_600_000;
    expect(parseDuration('PT24H')).to.equal(24 * hour);
    expect(parseDuration('P7D')).to.equal(168 * hour);
    expect(parseDuration('P2W')).to.equal(336 * hour);
    expect(parseDuration('P1DT12H')).to.equal(36 * hour);
    expect(parseDuration('PT1H30M15S')).to.equal(5_415_000);
    expect(parseDuration('PT10M')).to.equal(600_000);
  });

  it('refuses years and months, and says what to write instead', () => {
    for (const text of ['P1Y', 'P1M', 'P1Y2M', 'P1M1D', 'P1YT1H']) {
      expect(
        codeOf(() => parseDuration(text)),
        text,
      ).to.equal('duration-malformed');
      expect(() => parseDuration(text)).to.throw('days');
    }
  });

  for (const text of [
    '',
    'P',
    'PT',
    'P1DT',
    'PT0S',
    'P0D',
    '-P1D',
    'P-1D',
    'PT1.5H',
    'PT1S ',
    'p1d',
    'P1W1D',
    'PT1M1H',
    '24h',
    'P99999999999D',
    'P999999999W',
    60,
    null,
    undefined,
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(codeOf(() => parseDuration(text))).to.equal('duration-malformed');
    });
  }
});
