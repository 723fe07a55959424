import { expect } from 'chai';
import { type Ceiling, ceilingCounts, isThrottled, throttleSpan } from '../../../src/core/delivery/flood.js';

const HOUR = 3_600_000;
const NOW = 100 * HOUR + 10;

describe('a throttle', () => {
  const told = (...ago: number[]) => ago.map((before) => ({ topic: 'news', sentAt: NOW - before }));
  const throttles = [{ messages: 2, minutes: 60 }];
  const news = { lane: 'service', topic: 'news' } as const;

  it('counts what left to the customer about the topic within the period, which slides', () => {
    expect(isThrottled(throttles, news, told(1), NOW)).to.be.false;
    expect(isThrottled(throttles, news, told(1, HOUR - 1), NOW)).to.be.true;
    expect(isThrottled(throttles, news, told(1, HOUR), NOW)).to.be.false;
    expect(isThrottled(throttles, { ...news, topic: 'other' }, told(1, 2), NOW)).to.be.false;
  });

  it('is for the lanes and topics it names, and the strictest one decides', () => {
    const some = [
      { lanes: ['marketing' as const], messages: 1, minutes: 60 },
      { topics: ['news'], messages: 3, minutes: 1440 },
    ];
    expect(isThrottled(some, news, told(1, 2), NOW)).to.be.false;
    expect(isThrottled(some, news, told(1, 2, 20 * HOUR), NOW)).to.be.true;
    expect(isThrottled(some, { ...news, lane: 'marketing' }, told(1), NOW)).to.be.true;
    expect(throttleSpan(some)).to.equal(24 * HOUR);
    expect(throttleSpan([])).to.equal(0);
  });
});

describe('a ceiling', () => {
  const scopes = (ceilings: Ceiling[], country?: string, lane: 'otp' | 'service' = 'service') =>
    ceilingCounts(ceilings, { lane, country }, NOW).map(({ scope }) => scope);

  it('counts all together, or each country for itself', () => {
    const all = { messages: 9, minutes: 60 };
    const baltic = { countries: ['EE', 'LV'], messages: 5, minutes: 60 };
    const rest = { countries: ['*'], messages: 1, minutes: 1440 };
    expect(scopes([all, baltic, rest], 'EE')).to.deep.equal(['all/all/60', 'EE/all/60']);
    expect(scopes([all, baltic, rest], 'LV')).to.deep.equal(['all/all/60', 'LV/all/60']);
    expect(scopes([all, baltic, rest], 'CU')).to.deep.equal(['all/all/60', 'CU/all/1440']);
    expect(scopes([all, baltic, rest])).to.deep.equal(['all/all/60', 'none/all/1440']);
  });

  it('is for the lanes it names, and starts again with each period', () => {
    const codes = { lanes: ['otp' as const], messages: 9, minutes: 60 };
    expect(scopes([codes], 'EE')).to.deep.equal([]);
    expect(ceilingCounts([codes], { lane: 'otp', country: 'EE' }, NOW)).to.deep.equal([
      { scope: 'all/otp/60', messages: 9, startsAt: 100 * HOUR, endsAt: 101 * HOUR },
    ]);
  });
});
