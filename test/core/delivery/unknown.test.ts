import { expect } from 'chai';
import { atDeadline, DEADLINES, deadlineOf, FIRST_LOOKUP, nextLook } from '../../../src/core/delivery/unknown.js';

const DOUBT = { lane: 'security', sentAt: 0, lookups: 0, canLookUp: true, now: 0 } as const;

describe('a message that may have been sent', () => {
  it('is looked up sooner at first and then less often, at the deadline at the latest', () => {
    expect(nextLook(DOUBT)).to.equal(FIRST_LOOKUP);
    expect(nextLook({ ...DOUBT, lookups: 2, now: 20_000 })).to.equal(20_000 + FIRST_LOOKUP * 4);
    expect(nextLook({ ...DOUBT, lookups: 30, now: DEADLINES.security - 1 })).to.equal(deadlineOf(DOUBT));
  });

  it('waits for its deadline where the provider cannot be asked', () => {
    expect(nextLook({ ...DOUBT, canLookUp: false })).to.equal(DEADLINES.security);
  });

  it('is sent again only where the policy says so, once, and never after its expiry', () => {
    expect(atDeadline('give-up', { resends: 0, now: 10 })).to.equal('give-up');
    expect(atDeadline('resend', { resends: 0, now: 10 })).to.equal('resend');
    expect(atDeadline('resend', { resends: 1, now: 10 })).to.equal('give-up');
    expect(atDeadline('resend', { resends: 0, expiresAt: 10, now: 10 })).to.equal('give-up');
  });
});
