import { expect } from 'chai';
import fc from 'fast-check';
import { currencyExponent, formatMinor, parseAmount } from '../../../src/core/event/money.js';
import { codeOf } from '../code-of.js';

describe('money', () => {
  it('semantics line thirteen: decimal text becomes safe-integer minor units of its currency', () => {
    expect(parseAmount('1000.00', 'EUR')).to.deep.equal({ minor: 100000, currency: 'EUR' });
    expect(parseAmount('1000', 'EUR').minor).to.equal(100000);
    expect(parseAmount('0.5', 'EUR').minor).to.equal(50);
    expect(parseAmount('7', 'JPY').minor).to.equal(7);
    expect(parseAmount('1.234', 'BHD').minor).to.equal(1234);
    expect(parseAmount('0', 'EUR').minor).to.equal(0);
    expect(parseAmount('-950.00', 'EUR', { negative: true }).minor).to.equal(-95000);
  });

  it('semantics line thirteen: holds the largest safe amount exactly and refuses the next', () => {
    expect(parseAmount('90071992547409.91', 'EUR').minor).to.equal(Number.MAX_SAFE_INTEGER);
    expect(formatMinor({ minor: Number.MAX_SAFE_INTEGER, currency: 'EUR' })).to.equal('90071992547409.91');
    for (const text of ['90071992547409.92', '90071992547409.93', '90071992547410', '9'.repeat(20), '9'.repeat(500)]) {
      expect(
        codeOf(() => parseAmount(text, 'EUR')),
        text,
      ).to.equal('amount-too-large');
    }
    expect(codeOf(() => parseAmount('9007199254740993', 'JPY'))).to.equal('amount-too-large');
  });

  for (const text of [
    '12abc',
    '1e400',
    '1e2',
    '-0',
    '-0.00',
    '-1',
    '1,000.00',
    '',
    ' 1',
    '1 ',
    '+1',
    '.5',
    '5.',
    '.',
    '01',
    '00.50',
    '1.2.3',
    '--1',
    '-',
    'NaN',
    'Infinity',
    '0x10',
    '１２',
    '1_000',
    '1\n',
  ]) {
    it(`refuses the amount ${JSON.stringify(text)}`, () => {
      expect(codeOf(() => parseAmount(text, 'EUR'))).to.equal('amount-malformed');
    });
  }

  it('refuses a negative nought even where negative amounts are allowed', () => {
    for (const text of ['-0', '-0.00', '-', '--1', '-01']) {
      expect(
        codeOf(() => parseAmount(text, 'EUR', { negative: true })),
        text,
      ).to.equal('amount-malformed');
    }
  });

  it('refuses everything that is not text, numbers included', () => {
    for (const value of [12.5, 1, null, undefined, true, {}, ['1'], 1n]) {
      expect(codeOf(() => parseAmount(value, 'EUR'))).to.equal('amount-malformed');
    }
  });

  it('semantics line thirteen: refuses more decimals than the currency has, noughts too', () => {
    for (const [text, currency] of [
      ['1.001', 'EUR'],
      ['1.000', 'EUR'],
      ['1.0', 'JPY'],
      ['0.00001', 'UYW'],
    ] as const) {
      expect(
        codeOf(() => parseAmount(text, currency)),
        text,
      ).to.equal('amount-decimals');
    }
  });

  it('knows the decimals of ISO 4217 currencies, in upper case only', () => {
    expect(['EUR', 'JPY', 'BHD', 'CLF', 'XCG'].map(currencyExponent)).to.deep.equal([2, 0, 3, 4, 2]);
    expect(['eur', 'XYZ', '', 'XAU', 'XXX', '__proto__', 'constructor'].map(currencyExponent)).to.deep.equal(
      Array(7).fill(undefined),
    );
    expect(codeOf(() => parseAmount('1.00', 'eur'))).to.equal('currency-unknown');
    expect(codeOf(() => formatMinor({ minor: 1, currency: 'XYZ' }))).to.equal('currency-unknown');
  });

  it('says nothing of the amount in an error', () => {
    expect(() => parseAmount('4111111111111111x', 'EUR'))
      .to.throw()
      .with.property('message')
      .that.does.not.contain('4111');
  });

  it('writes back exactly what it read', () => {
    const currencies = fc.constantFrom('EUR', 'JPY', 'BHD', 'CLF');
    fc.assert(
      fc.property(fc.maxSafeInteger(), currencies, (minor, currency) => {
        const text = formatMinor({ minor, currency });
        expect(parseAmount(text, currency, { negative: true })).to.deep.equal({ minor, currency });
      }),
    );
  });

  it('agrees with arithmetic on big integers', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 18n), fc.integer({ min: 0, max: 99 }), (whole, cents) => {
        const expected = whole * 100n + BigInt(cents);
        const read = () => parseAmount(`${whole}.${String(cents).padStart(2, '0')}`, 'EUR').minor;
        if (expected > BigInt(Number.MAX_SAFE_INTEGER)) expect(codeOf(read)).to.equal('amount-too-large');
        else expect(BigInt(read())).to.equal(expected);
      }),
    );
  });
});
