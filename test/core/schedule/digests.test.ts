import { expect } from 'chai';
import { digestDayBefore, type Frequency, lookAtDigest, nextDigestDay } from '../../../src/core/schedule/digests.js';
import { DEFAULT_SCHEDULE_POLICY, type SchedulePolicy } from '../../../src/core/schedule/policy.js';

const at = (text: string): number => Date.parse(text);

/** The days told by looks every quarter of an hour. */
function told(frequency: Frequency, zone: string, from: string, to: string, policy: SchedulePolicy): string[] {
  const days: string[] = [];
  let mark: number | undefined;
  for (let now = at(from); now < at(to); now += 900_000) {
    const look = lookAtDigest(frequency, { mark, now }, { zone, policy });
    for (const digest of look.raise) days.push(`${digest.day} ${new Date(now).toISOString().slice(5, 16)}`);
    mark = look.mark;
  }
  return days;
}

const hours = (from: string, to = '23:00'): SchedulePolicy => ({ ...DEFAULT_SCHEDULE_POLICY, hours: { from, to } });

describe('the days of balance digests', () => {
  it('are every day, a day of the week, or a day of the month or its last', () => {
    const days = { weekday: 1, dayOfMonth: 31 };
    expect(nextDigestDay('2026-11-22', 'daily', days)).to.equal('2026-11-22');
    expect(nextDigestDay('2026-11-22', 'weekly', days)).to.equal('2026-11-23');
    expect(nextDigestDay('2026-11-23', 'weekly', days)).to.equal('2026-11-23');
    expect(nextDigestDay('2026-11-22', 'monthly', days)).to.equal('2026-11-30');
    expect(nextDigestDay('2028-02-01', 'monthly', days)).to.equal('2028-02-29');
    expect(nextDigestDay('2026-12-02', 'monthly', { weekday: 1, dayOfMonth: 1 })).to.equal('2027-01-01');
    expect(digestDayBefore('2026-03-31', 'monthly', days)).to.equal('2026-02-28');
    expect(digestDayBefore('2027-01-01', 'monthly', { weekday: 1, dayOfMonth: 1 })).to.equal('2026-12-01');
  });

  it('come once on a day whose hour is skipped, and once on a day that has it twice', () => {
    expect(
      told('daily', 'Europe/Tallinn', '2026-03-28T00:00:00Z', '2026-03-31T00:00:00Z', hours('03:30')),
    ).to.deep.equal(['2026-03-28 03-28T01:30', '2026-03-29 03-29T01:30', '2026-03-30 03-30T00:30']);
    expect(
      told('daily', 'Europe/Tallinn', '2026-10-24T00:00:00Z', '2026-10-27T00:00:00Z', hours('03:30')),
    ).to.deep.equal(['2026-10-24 10-24T00:30', '2026-10-25 10-25T00:30', '2026-10-26 10-26T01:30']);
  });

  it('leave out a day that a zone left out', () => {
    expect(told('daily', 'Pacific/Apia', '2011-12-29T00:00:00Z', '2012-01-01T00:00:00Z', hours('10:00'))).to.deep.equal(
      ['2011-12-29 12-29T20:00', '2011-12-31 12-30T20:00', '2012-01-01 12-31T20:00'],
    );
  });

  it('come once a day for a customer who crosses the date line, and never again for a clock that goes back', () => {
    const world = (zone: string) => ({ zone, policy: hours('10:00') });
    const first = lookAtDigest('daily', { mark: 20261109, now: at('2026-11-10T01:00:00Z') }, world('Asia/Tokyo'));
    expect(first.raise.map(({ day }) => day)).to.deep.equal(['2026-11-10']);
    const again = lookAtDigest(
      'daily',
      { mark: first.mark, now: at('2026-11-10T20:00:00Z') },
      world('Pacific/Honolulu'),
    );
    expect(again.raise).to.deep.equal([]);
    expect(new Date(again.next).toISOString()).to.equal('2026-11-11T20:00:00.000Z');
    const back = lookAtDigest('daily', { mark: first.mark, now: at('2026-10-01T01:00:00Z') }, world('Asia/Tokyo'));
    expect(back.raise).to.deep.equal([]);
  });

  it('are told late on their day, but not in the night, and not on another day', () => {
    const world = { zone: 'Europe/Tallinn', policy: DEFAULT_SCHEDULE_POLICY };
    const look = (now: string) => lookAtDigest('daily', { mark: 20261109, now: at(now) }, world);
    expect(look('2026-11-10T17:59:59Z').raise).to.have.length(1);
    expect(look('2026-11-10T18:00:00Z').raise).to.have.length(0);
    expect(look('2026-11-10T18:00:00Z').next).to.equal(at('2026-11-10T22:00:00Z'));
    const late = look('2026-11-11T08:00:00Z');
    expect(late.raise.map(({ day, until }) => [day, until <= at('2026-11-11T08:00:00Z')])).to.deep.equal([
      ['2026-11-10', true],
      ['2026-11-11', false],
    ]);
  });

  it('do not pile up in a long absence', () => {
    const world = { zone: 'Europe/Tallinn', policy: DEFAULT_SCHEDULE_POLICY };
    const look = lookAtDigest('daily', { mark: 20241109, now: at('2026-11-10T09:00:00Z') }, world);
    expect(look.raise).to.have.length(8);
    expect(look.mark).to.equal(20261110);
  });
});
