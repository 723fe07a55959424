import { expect } from 'chai';
import { available, refilled, taken } from '../../../src/core/delivery/token-bucket.js';

const RATE = { perSecond: 10, burst: 20 };

describe('the rate of a provider', () => {
  it('is a burst, and then so many a second', () => {
    const full = { tokens: 20_000, refilledAt: 0 };
    expect(available(full)).to.equal(20);
    const empty = taken(full, 20);
    expect(available(empty)).to.equal(0);
    expect(available(refilled(empty, RATE, 99))).to.equal(0);
    expect(available(refilled(empty, RATE, 100))).to.equal(1);
    expect(available(refilled(empty, RATE, 1_000))).to.equal(10);
    expect(available(refilled(empty, RATE, 3_600_000)), 'never more than the burst').to.equal(20);
  });

  it('loses nothing to looking often, and gains nothing from a clock that goes backwards', () => {
    let bucket = { tokens: 0, refilledAt: 0 };
    for (let now = 1; now <= 1_000; now++) bucket = refilled(bucket, RATE, now);
    expect(available(bucket)).to.equal(10);
    expect(refilled(bucket, RATE, 500)).to.deep.equal(bucket);
  });

  it('may be slower than one a second', () => {
    const empty = { tokens: 0, refilledAt: 0 };
    const slow = { perSecond: 0.1, burst: 1 };
    expect(available(refilled(empty, slow, 9_999))).to.equal(0);
    expect(available(refilled(empty, slow, 10_000))).to.equal(1);
  });
});
