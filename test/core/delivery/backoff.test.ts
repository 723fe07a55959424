import { expect } from 'chai';
import fc from 'fast-check';
import { LANES } from '../../../src/contracts/rule.js';
import { type Attempted, retryAt, SCHEDULES } from '../../../src/core/delivery/backoff.js';

const NOW = Date.UTC(2026, 0, 15);
const attempted: fc.Arbitrary<Attempted> = fc.record(
  {
    attempt: fc.integer({ min: 1, max: 20 }),
    lane: fc.constantFrom(...LANES),
    now: fc.constant(NOW),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    retryAfterMs: fc.double({ min: 0, max: 3_600_000, noNaN: true }),
    expiresAt: fc.integer({ min: NOW - 60_000, max: NOW + 7_200_000 }),
  },
  { requiredKeys: ['attempt', 'lane', 'now', 'random'] },
);

describe('when to try again', () => {
  it('waits up to a ceiling that doubles with each attempt, then stays', () => {
    const ceilings = [1, 2, 3, 4, 5].map((attempt) => {
      const at = retryAt({ attempt, lane: 'otp', now: 0, random: 1 - Number.EPSILON });
      return (at ?? Number.NaN) + 1;
    });
    expect(ceilings).to.deep.equal([1_000, 2_000, 4_000, 8_000, 8_000]);
  });

  it('spreads evenly: half the chance is half the wait, and none is at once', () => {
    expect(retryAt({ attempt: 3, lane: 'otp', now: 0, random: 0.5 })).to.equal(2_000);
    expect(retryAt({ attempt: 3, lane: 'otp', now: 0, random: 0 })).to.equal(0);
  });

  it('gives up when the lane has no attempt left', () => {
    for (const lane of LANES) {
      const { attempts } = SCHEDULES[lane];
      expect(retryAt({ attempt: attempts - 1, lane, now: NOW, random: 0 })).to.equal(NOW);
      expect(retryAt({ attempt: attempts, lane, now: NOW, random: 0 })).to.equal(undefined);
    }
  });

  it('gives up when the provider asks to wait until after the message is worthless', () => {
    const base = { attempt: 1, lane: 'otp', now: NOW, random: 0 } as const;
    expect(retryAt({ ...base, retryAfterMs: 60_000, expiresAt: NOW + 60_000 })).to.equal(undefined);
    expect(retryAt({ ...base, retryAfterMs: 60_000, expiresAt: NOW + 60_001 })).to.equal(NOW + 60_000);
  });

  it('does not believe a Retry-After of more than a day, nor one that is no number', () => {
    const base = { attempt: 1, lane: 'service', now: NOW, random: 0 } as const;
    expect(retryAt({ ...base, retryAfterMs: 1e15 })).to.equal(NOW + 86_400_000);
    expect(retryAt({ ...base, retryAfterMs: Number.NaN })).to.equal(NOW);
    expect(retryAt({ ...base, retryAfterMs: -5 })).to.equal(NOW);
  });

  it('is never before what the provider asked, never at or past the expiry, and a whole millisecond', () => {
    fc.assert(
      fc.property(attempted, (given) => {
        const at = retryAt(given);
        if (at === undefined) return;
        expect(Number.isSafeInteger(at)).to.equal(true);
        expect(at).to.be.at.least(given.now + (given.retryAfterMs ?? 0));
        if (given.expiresAt !== undefined) expect(at).to.be.below(given.expiresAt);
        expect(at - given.now - Math.ceil(given.retryAfterMs ?? 0)).to.be.below(SCHEDULES[given.lane].cap);
      }),
    );
  });

  it('does not give up while an attempt is left and time remains', () => {
    fc.assert(
      fc.property(attempted, (given) => {
        const left = (given.expiresAt ?? Number.POSITIVE_INFINITY) - given.now - Math.ceil(given.retryAfterMs ?? 0);
        const alive = given.attempt < SCHEDULES[given.lane].attempts && left > 0;
        expect(retryAt(given) !== undefined).to.equal(alive);
      }),
    );
  });

  it('has shorter waits the more urgent the lane is', () => {
    for (const [index, lane] of LANES.slice(1).entries()) {
      expect(SCHEDULES[LANES[index] as (typeof LANES)[number]].base).to.be.below(SCHEDULES[lane].base);
    }
  });
});
