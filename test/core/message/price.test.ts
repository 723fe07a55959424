import { expect } from 'chai';
import { priceOf } from '../../../src/core/message/price.js';

const PRICES = { currency: 'EUR', perPart: { default: '0.0500', EE: '0.061525', US: '1' } };

describe('the price of a text', () => {
  it('is the price of a part times the parts, exactly, with the decimals of the table', () => {
    expect(priceOf(PRICES, 1)).to.equal('0.0500');
    expect(priceOf(PRICES, 3)).to.equal('0.1500');
    expect(priceOf(PRICES, 3, 'EE')).to.equal('0.184575');
    expect(priceOf(PRICES, 7, 'US')).to.equal('7');
    expect(priceOf({ currency: 'EUR', perPart: { default: '999999.999999' } }, 255)).to.equal('254999999.999745');
  });

  it('is that of "default" in a country without one, and unknown without a table', () => {
    expect(priceOf(PRICES, 2, 'FI')).to.equal('0.1000');
    expect(priceOf(undefined, 2, 'FI')).to.equal(undefined);
  });
});
