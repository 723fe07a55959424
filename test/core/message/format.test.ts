import { expect } from 'chai';
import fc from 'fast-check';
import { formatMinor } from '../../../src/core/event/money.js';
import { formatDate, formatDateTime, formatMoney, formatNumber, formatTime } from '../../../src/core/message/format.js';
import { fitsGsm7 } from '../../../src/core/message/segments.js';
import { codeOf } from '../code-of.js';

const NOON = Date.UTC(2026, 10, 22, 13, 5);

describe('format', () => {
  it('writes amounts as the locale does', () => {
    expect(formatMoney({ minor: 100000, currency: 'EUR' }, 'en')).to.equal('€1,000.00');
    expect(formatMoney({ minor: -123456789, currency: 'EUR' }, 'et')).to.equal('-1 234 567,89 €');
    expect(formatMoney({ minor: 1250, currency: 'JPY' }, 'en')).to.equal('¥1,250');
    expect(formatMoney({ minor: 1250, currency: 'BHD' }, 'en')).to.equal('BHD 1.250');
  });

  it('writes the code of a currency whose symbol would not fit into GSM-7', () => {
    expect(formatMoney({ minor: 100000, currency: 'CZK' }, 'cs')).to.equal('1 000,00 CZK');
    expect(formatMoney({ minor: 100000, currency: 'PLN' }, 'pl')).to.equal('1000,00 PLN');
  });

  it('semantics line thirteen: shows every digit of any safe amount', () => {
    expect(formatMoney({ minor: Number.MAX_SAFE_INTEGER, currency: 'EUR' }, 'en')).to.equal('€90,071,992,547,409.91');
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom('EUR', 'JPY', 'BHD', 'CLF'), (minor, currency) => {
        const shown = formatMoney({ minor, currency }, 'en').replace(/[^\d.-]/g, '');
        expect(shown).to.equal(formatMinor({ minor, currency }));
      }),
    );
  });

  it('writes dates and times in the zone and locale asked for', () => {
    expect(formatDate(NOON, 'en', 'Europe/Tallinn')).to.equal('Nov 22, 2026');
    expect(formatTime(NOON, 'en', 'Europe/Tallinn')).to.equal('3:05 PM');
    expect(formatDateTime(NOON, 'et', 'Europe/Tallinn')).to.equal('22. nov 2026, 15:05');
    expect(formatDate(NOON, 'en', 'Pacific/Auckland')).to.equal('Nov 23, 2026');
  });

  it('writes numbers, decimal text exactly', () => {
    expect(formatNumber(1234.5, 'et')).to.equal('1234,5');
    expect(formatNumber('9007199254740993', 'en')).to.equal('9,007,199,254,740,993');
    expect(formatNumber(-3, 'et')).to.equal('-3');
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '1e400', '12abc', '']) {
      expect(codeOf(() => formatNumber(value, 'en'))).to.equal('number-malformed');
    }
  });

  it('stays within GSM-7 in English and Estonian, whatever the amount, the month and the hour', () => {
    for (const locale of ['en', 'en-GB', 'en-US', 'et', 'et-EE']) {
      for (const currency of ['EUR', 'USD', 'CZK', 'PLN', 'GBP', 'SEK', 'JPY', 'INR', 'RUB', 'UAH', 'BHD']) {
        const shown = formatMoney({ minor: -123456789, currency }, locale);
        expect(fitsGsm7(shown), `${locale} ${shown}`).to.equal(true);
      }
      for (let step = 0; step < 365; step += 1) {
        const shown = formatDateTime(NOON + step * 25 * 3_600_000, locale, 'Europe/Tallinn');
        expect(fitsGsm7(shown), `${locale} ${shown}`).to.equal(true);
      }
      expect(fitsGsm7(formatNumber(-1234567.891, locale))).to.equal(true);
    }
  });

  it('names a locale or a time zone that does not exist', () => {
    expect(codeOf(() => formatDate(NOON, 'en_US', 'Europe/Tallinn'))).to.equal('locale-unknown');
    expect(codeOf(() => formatDate(NOON, 'en', 'Europe/Nowhere'))).to.equal('time-zone-unknown');
    expect(codeOf(() => formatMoney({ minor: 1, currency: 'EUR' }, ''))).to.equal('locale-unknown');
    expect(codeOf(() => formatMoney({ minor: 1, currency: 'EEE' }, 'en'))).to.equal('currency-unknown');
  });
});
