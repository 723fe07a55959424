import { expect } from 'chai';
import fc from 'fast-check';
import { parseAmount } from '../../../src/core/event/money.js';
import { add, compareRatios, convert, multiply, type Ratio, ratio, ratioOf } from '../../../src/core/event/ratio.js';
import { codeOf } from '../code-of.js';

const anyRatio = fc.record({ num: fc.bigInt(-(10n ** 30n), 10n ** 30n), den: fc.bigInt(1n, 10n ** 30n) });
const sign = (value: bigint) => (value < 0n ? -1 : value > 0n ? 1 : 0);
const same = (a: Ratio, b: Ratio) => compareRatios(a, b) === 0;

describe('ratio', () => {
  it('reads numbers as the decimals they print as', () => {
    expect(same(ratio(0.1), ratioOf(1, 10))).to.equal(true);
    expect(same(ratio('1.50'), ratioOf(3, 2))).to.equal(true);
    expect(same(ratio(1e-7), ratioOf(1, 10_000_000))).to.equal(true);
    expect(same(ratio(1e21), ratio(10n ** 21n))).to.equal(true);
    expect(same(ratio('-2.5'), ratioOf(5, -2))).to.equal(true);
    for (const value of ['', 'abc', '1,5', ' 1', '1.', '0x1', Number.NaN, Number.POSITIVE_INFINITY, '1'.repeat(2000)]) {
      expect(
        codeOf(() => ratio(value)),
        String(value),
      ).to.equal('number-malformed');
    }
    expect(codeOf(() => ratioOf(1, 0))).to.equal('number-malformed');
  });

  it('semantics line thirteen: a mean no float can hold is compared without rounding', () => {
    const mean = ratioOf(9007199254740991n + 9007199254740990n + 9007199254740990n, 3);
    expect(compareRatios(mean, ratio(9007199254740990n))).to.equal(1);
    expect(compareRatios(multiply(ratioOf(10, 3), ratio(3)), ratio(10))).to.equal(0);
    expect(compareRatios(add(ratio(0.1), ratio(0.2)), ratio(0.3))).to.equal(0);
  });

  it('compares as cross-multiplication of big integers does', () => {
    fc.assert(
      fc.property(anyRatio, anyRatio, (a, b) => {
        expect(compareRatios(a, b)).to.equal(sign(a.num * b.den - b.num * a.den));
        expect(compareRatios(b, a) + compareRatios(a, b)).to.equal(0);
      }),
    );
  });

  it('adds and multiplies exactly', () => {
    fc.assert(
      fc.property(anyRatio, anyRatio, anyRatio, (a, b, c) => {
        expect(same(multiply(add(a, b), c), add(multiply(a, c), multiply(b, c)))).to.equal(true);
        expect(add(a, b).den > 0n && multiply(a, b).den > 0n).to.equal(true);
      }),
    );
  });
});

describe('exchange', () => {
  const rates = { base: 'EUR', USD: '1.08', CZK: '25.123', JPY: '160.5' };

  it('semantics line thirteen: converts into minor units of the other currency, exactly', () => {
    expect(same(convert(parseAmount('100.00', 'EUR'), 'USD', rates), ratio(10800))).to.equal(true);
    expect(same(convert(parseAmount('108.00', 'USD'), 'EUR', rates), ratio(10000))).to.equal(true);
    expect(same(convert(parseAmount('1.08', 'USD'), 'JPY', rates), ratio('160.5'))).to.equal(true);
    expect(same(convert(parseAmount('1.00', 'USD'), 'CZK', rates), ratioOf(251230, 108))).to.equal(true);
    expect(same(convert({ ratio: ratioOf(10, 3), currency: 'EUR' }, 'USD', rates), ratio('3.6'))).to.equal(true);
  });

  it('semantics line thirteen: needs no rate within one currency and never guesses one', () => {
    expect(same(convert(parseAmount('1.00', 'GBP'), 'GBP', undefined), ratio(100))).to.equal(true);
    expect(codeOf(() => convert(parseAmount('1.00', 'GBP'), 'EUR', rates))).to.equal('no-rate');
    expect(codeOf(() => convert(parseAmount('1.00', 'EUR'), 'USD', undefined))).to.equal('no-rate');
    expect(() => convert(parseAmount('1.00', 'EUR'), 'GBP', rates)).to.throw('GBP');
    expect(codeOf(() => convert(parseAmount('1.00', 'EUR'), 'base', rates))).to.equal('currency-unknown');
    for (const rate of ['0', '-1', 'abc', '1e2', ''] as string[]) {
      expect(codeOf(() => convert(parseAmount('1.00', 'EUR'), 'USD', { base: 'EUR', USD: rate }))).to.equal(
        'rate-malformed',
      );
    }
  });

  it('comes back to where it started', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (minor) => {
        const there = convert({ minor, currency: 'CZK' }, 'JPY', rates);
        expect(same(convert({ ratio: there, currency: 'JPY' }, 'CZK', rates), ratio(minor))).to.equal(true);
      }),
    );
  });
});
