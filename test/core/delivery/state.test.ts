import { expect } from 'chai';
import fc from 'fast-check';
import { ALERT_STATUSES, type AlertStatus } from '../../../src/contracts/decision.js';
import { type AlertEvent, isFinal, nextStatus } from '../../../src/core/delivery/state.js';

const RECEIPTS = ['receipt-accepted', 'receipt-delivered', 'receipt-failed'] as const;
const EVENTS: AlertEvent[] = [
  ...['hold', 'release', 'defer', 'due', 'suppress', 'expire', 'recover', 'cancel', 'send'],
  ...['accepted', 'rejected', 'retryable', 'unknown', 'lost', 'give-up', 'resend', 'absent', ...RECEIPTS],
] as AlertEvent[];

const follow = (from: AlertStatus, ...events: AlertEvent[]) => events.reduce(nextStatus, from);
const anyEvent = fc.constantFrom(...EVENTS);

describe('the life of an alert', () => {
  it('goes from queued over sending and accepted to delivered', () => {
    expect(follow('queued', 'send', 'accepted', 'receipt-accepted', 'receipt-delivered')).to.equal('delivered');
  });

  it('never lets a late "accepted" undo "delivered", nor any other word', () => {
    for (const event of EVENTS) expect(nextStatus('delivered', event)).to.equal('delivered');
  });

  it('believes a receipt that overtakes the answer of the provider', () => {
    for (const answer of ['accepted', 'rejected', 'retryable', 'unknown', 'lost'] as const) {
      expect(follow('queued', 'send', 'receipt-delivered', answer)).to.equal('delivered');
    }
  });

  it('lets a NACK follow an acceptance', () => {
    expect(follow('queued', 'send', 'accepted', 'receipt-failed')).to.equal('failed');
  });

  it('lets a receipt settle what was unknown', () => {
    expect(nextStatus('unknown', 'receipt-accepted')).to.equal('accepted');
    expect(nextStatus('unknown', 'receipt-delivered')).to.equal('delivered');
    expect(nextStatus('unknown', 'receipt-failed')).to.equal('failed');
  });

  it('semantics line twenty-nine: a crash in flight makes unknown, and only a stated resend or a certain no sends that again', () => {
    expect(follow('queued', 'send', 'lost')).to.equal('unknown');
    const again = ['resend', 'absent', 'retryable'];
    for (const event of EVENTS) {
      const becomes = nextStatus('unknown', event);
      if (again.includes(event)) expect(becomes).to.equal('queued');
      else expect(['queued', 'sending', 'held', 'deferred']).not.to.include(becomes);
    }
  });

  it('believes the missing answer when it is recorded at last', () => {
    for (const answer of ['accepted', 'rejected', 'retryable', 'give-up'] as const) {
      expect(follow('queued', 'send', 'lost', answer)).to.equal(follow('queued', 'send', answer));
    }
  });

  it('cancels, expires, suppresses and recovers only what has not left', () => {
    for (const event of ['cancel', 'expire', 'suppress', 'recover'] as const) {
      for (const left of ['sending', 'accepted', 'unknown', 'failed', 'dead'] as const) {
        expect(nextStatus(left, event)).to.equal(left);
      }
      for (const waiting of ['queued', 'held', 'deferred'] as const)
        expect(isFinal(nextStatus(waiting, event))).to.be.true;
    }
  });

  it('has seven final statuses, and nothing of ours ever changes them', () => {
    const finals = ALERT_STATUSES.filter(isFinal);
    expect(finals).to.have.members(['suppressed', 'delivered', 'failed', 'expired', 'recovered', 'cancelled', 'dead']);
    const ours = fc.constantFrom(...EVENTS.filter((event) => !event.startsWith('receipt-')));
    fc.assert(
      fc.property(fc.constantFrom(...finals), fc.array(ours), (status, events) => {
        expect(follow(status, ...events)).to.equal(status);
      }),
    );
  });

  it('never changes what a provider ended', () => {
    fc.assert(
      fc.property(fc.constantFrom('delivered', 'failed'), fc.array(anyEvent), (status, events) => {
        expect(follow(status, ...events)).to.equal(status);
      }),
    );
  });

  it('believes a provider that had it all the time, after we gave it up', () => {
    for (const ended of ['suppressed', 'expired', 'recovered', 'cancelled', 'dead'] as const) {
      expect(nextStatus(ended, 'receipt-accepted')).to.equal('accepted');
      expect(follow(ended, 'receipt-delivered', 'receipt-accepted')).to.equal('delivered');
      expect(nextStatus(ended, 'receipt-failed')).to.equal('failed');
    }
  });

  it('queues again what was refused or given up, by hand alone', () => {
    expect(follow('dead', 'redrive')).to.equal('queued');
    expect(follow('failed', 'redrive')).to.equal('queued');
    for (const status of ALERT_STATUSES.filter((one) => one !== 'dead' && one !== 'failed'))
      expect(nextStatus(status, 'redrive')).to.equal(status);
  });

  it('sends again what its provider never took', () => {
    expect(follow('queued', 'send', 'unknown', 'absent')).to.equal('queued');
    expect(follow('accepted', 'absent')).to.equal('accepted');
  });

  it('takes any event in any status, and the same one twice means the same as once', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ALERT_STATUSES), anyEvent, (status, event) => {
        const once = nextStatus(status, event);
        expect(ALERT_STATUSES).to.include(once);
        expect(nextStatus(once, event)).to.equal(once);
      }),
    );
  });

  it('comes to the same end in whichever order acceptance and delivery are told', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          ['accepted', 'receipt-accepted', 'receipt-delivered', 'receipt-delivered'] as AlertEvent[],
          {
            minLength: 4,
          },
        ),
        (events) => {
          expect(follow('queued', 'send', ...events)).to.equal('delivered');
        },
      ),
    );
  });
});
