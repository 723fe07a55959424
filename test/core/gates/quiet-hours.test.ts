import { expect } from 'chai';
import { type SendInput, sendVerdict } from '../../../src/core/gates/send.js';
import { possibleTimeZones } from '../../../src/core/phone.js';

const HOUR = 3_600_000;
/** 10:00 in London. */
const MORNING = Date.UTC(2026, 10, 10, 10);

function asked(now: number, zones: readonly string[], quietHours = { from: '22:00', to: '07:00' }): SendInput {
  return {
    alert: { lane: 'service', fires: 'each', delayed: false },
    recipient: { status: 'active', preferences: { quietHours }, consents: {} },
    phone: '+37255501234',
    held: false,
    now,
    zones: () => zones,
    throttled: () => false,
    ceilingUntil: () => undefined,
  };
}

describe('quiet hours of a customer whose zone is not known', () => {
  it('are over where they are over in every zone at the same time, and are asked about once', () => {
    const zones = ['Europe/Tallinn', 'America/New_York'];
    const until = sendVerdict(asked(MORNING, zones))?.until ?? 0;
    expect(new Date(until).toISOString()).to.equal('2026-11-10T12:00:00.000Z');
    expect(sendVerdict(asked(until, zones))).to.equal(undefined);
    const evening = Date.UTC(2026, 10, 10, 20);
    expect(sendVerdict(asked(evening, zones))?.until, 'past both nights').to.equal(Date.UTC(2026, 10, 11, 12));
  });

  it('are those of the first zone where no hour suits all of them: late is not never', () => {
    const anywhere = ['Europe/London', ...possibleTimeZones('+80012345678')];
    expect(sendVerdict(asked(MORNING, anywhere))).to.equal(undefined);
    const night = Date.UTC(2026, 10, 10, 23);
    expect(sendVerdict(asked(night, anywhere))).to.deep.equal({
      status: 'deferred',
      reason: 'quiet-hours',
      until: night + 8 * HOUR,
    });
  });

  it('are those of the first zone where a wide country and long nights leave no hour', () => {
    const zones = ['Europe/Tallinn', ...possibleTimeZones('+12015550100')];
    expect(sendVerdict(asked(MORNING, zones, { from: '20:00', to: '09:00' }))).to.equal(undefined);
  });
});
