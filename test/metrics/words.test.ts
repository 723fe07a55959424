import { expect } from 'chai';
import { createSpending } from '../../src/metrics/spending.js';
import { createWords, MOST_CODES } from '../../src/metrics/words.js';

describe('words of a provider as labels', () => {
  it('are kept where they are plain, in lower case', () => {
    const words = createWords();
    for (const [word, label] of [
      ['no-credit', 'no-credit'],
      ['DELIVRD', 'delivrd'],
      ['err:001', 'err:001'],
      ['30008', '30008'],
      [undefined, 'none'],
      ['', 'none'],
    ]) {
      expect(words('gateway', word), word).to.equal(label);
    }
  });

  it('are other where they could hold a number, a text or anything long', () => {
    const words = createWords();
    for (const word of ['12015550100', 'to-372555123', 'Invalid number', 'a"b', 'x\n', 'é', 'a'.repeat(49), '-']) {
      expect(words('gateway', word), word).to.equal('other');
    }
  });

  it('are so many for each provider and no more; those that are known stay', () => {
    const words = createWords();
    const labels = Array.from({ length: 1_000 }, (_, index) => words('flood', `code-${index}`));
    expect(new Set(labels).size).to.equal(MOST_CODES + 1);
    expect(words('flood', 'code-7')).to.equal('code-7');
    expect(words('other-provider', 'code-999')).to.equal('code-999');
  });
});

describe('what messages cost', () => {
  const prices = { currency: 'EUR', perPart: { default: '0.1', US: '0.0075', EE: '0.000001' } };

  it('is summed exactly, by provider, country and currency', () => {
    const spending = createSpending();
    for (let message = 0; message < 3; message++) spending.add(prices, 1, { provider: 'a', country: 'LV' });
    for (let message = 0; message < 100_000; message++) spending.add(prices, 3, { provider: 'a', country: 'EE' });
    spending.add(prices, 2, { provider: 'b', country: 'US' });
    spending.add({ ...prices, currency: 'USD' }, 1, { provider: 'b', country: 'US' });
    expect(spending.totals().map(({ spent, amount }) => [...Object.values(spent), amount])).to.deep.equal([
      ['a', 'LV', 'EUR', 0.3],
      ['a', 'EE', 'EUR', 0.3],
      ['b', 'US', 'EUR', 0.015],
      ['b', 'US', 'USD', 0.0075],
    ]);
  });

  it('is nothing without prices, or without one for the country', () => {
    const spending = createSpending();
    spending.add(undefined, 1, { provider: 'a', country: 'EE' });
    spending.add({ currency: 'EUR', perPart: { EE: '0.1' } }, 1, { provider: 'a', country: 'LV' });
    expect(spending.totals()).to.deep.equal([]);
  });
});
