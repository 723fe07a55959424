import { expect } from 'chai';
import { DEFAULT_SCHEDULE_POLICY, type SchedulePolicy } from '../../../src/core/schedule/policy.js';
import { lookAtTip, type Tip, type TipWorld } from '../../../src/core/schedule/security-tips.js';

const at = (text: string): number => Date.parse(text);
const HOUR = 3_600_000;

function worldOf(tips: Partial<SchedulePolicy['securityTips']> = {}, around: Partial<TipWorld> = {}): TipWorld {
  const securityTips = { ...DEFAULT_SCHEDULE_POLICY.securityTips, everyMonths: 1 as const, ...tips };
  const policy = { ...DEFAULT_SCHEDULE_POLICY, securityTips };
  return { zone: 'Europe/Tallinn', holidays: [], policy, share: 0, ...around };
}

/** Every tip between two moments, looked at whenever a look says so. */
function tipsOf(world: TipWorld, from: string, to: string, mark?: number): (Tip & { told: string })[] {
  const told: (Tip & { told: string })[] = [];
  let known = mark;
  for (let now = at(from); now < at(to); ) {
    const look = lookAtTip({ mark: known, now }, world);
    if (look.raise !== undefined) told.push({ ...look.raise, told: new Date(now).toISOString().slice(0, 16) });
    known = look.mark;
    expect(look.next, 'time goes on').to.be.above(now);
    now = look.next as number;
  }
  return told;
}

describe('when a security tip comes', () => {
  it('is once a month, at the first hour of its business day', () => {
    const tips = tipsOf(worldOf(), '2026-10-01T00:00:00Z', '2027-02-01T00:00:00Z');
    expect(tips.map(({ told }) => told)).to.deep.equal([
      '2026-10-05T07:00',
      '2026-11-05T08:00',
      // The fifth of December is a Saturday.
      '2026-12-07T08:00',
      '2027-01-05T08:00',
    ]);
    expect(tips.map(({ period }) => period)).to.deep.equal(['2026-10', '2026-11', '2026-12', '2027-01']);
    expect(tips.map(({ number }) => number)).to.deep.equal([10, 11, 12, 1]);
  });

  it('goes through all twelve numbers, however seldom it is', () => {
    for (const everyMonths of [1, 2, 3, 4, 6, 12] as const) {
      const tips = tipsOf(worldOf({ everyMonths }), '2024-01-01T00:00:00Z', '2048-01-01T00:00:00Z');
      expect(tips.length, `every ${everyMonths}`).to.equal((24 * 12) / everyMonths);
      expect(new Set(tips.map(({ number }) => number)).size).to.equal(12);
      expect(new Set(tips.map(({ period }) => period)).size).to.equal(tips.length);
    }
  });

  it('moves off weekends and holidays, and stays within its month', () => {
    const holidays = Array.from({ length: 12 }, (_, day) => `2026-12-${14 + day}`);
    const world = worldOf({ dayOfMonth: 15, spreadDays: 12 }, { holidays, share: 0.999 });
    const [tip] = tipsOf(world, '2026-12-01T00:00:00Z', '2027-01-01T00:00:00Z');
    expect(tip?.told).to.equal('2026-12-28T08:00');
  });

  it('is spread over the days, each customer on their own', () => {
    const days = [0, 0.1, 0.25, 0.5, 0.99].map(
      (share) => tipsOf(worldOf({}, { share }), '2026-10-01T00:00:00Z', '2026-11-01T00:00:00Z')[0]?.told,
    );
    expect(days).to.deep.equal([
      '2026-10-05T07:00',
      '2026-10-06T07:00',
      '2026-10-07T07:00',
      '2026-10-12T07:00',
      '2026-10-14T07:00',
    ]);
  });

  it('waits for the hours, and is left out where the service slept for more than a week', () => {
    const world = worldOf();
    const look = (now: string) => lookAtTip({ mark: 202610, now: at(now) }, world);
    expect(look('2026-11-05T19:00:00Z')).to.deep.equal({ mark: 202610, next: at('2026-11-06T08:00:00Z') });
    expect(look('2026-11-12T17:59:59Z').raise?.period).to.equal('2026-11');
    expect(look('2026-11-12T22:00:00Z')).to.deep.equal({ mark: 202611, next: at('2026-12-07T08:00:00Z') });
  });

  it('is for a new customer the next one that comes', () => {
    const [first] = tipsOf(worldOf(), '2026-11-20T00:00:00Z', '2027-01-01T00:00:00Z');
    expect(first?.period).to.equal('2026-12');
  });

  it('comes once to whoever crosses the date line', () => {
    const tokyo = worldOf({ dayOfMonth: 1 }, { zone: 'Asia/Tokyo' });
    const [told] = tipsOf(tokyo, '2026-09-30T20:00:00Z', '2026-10-01T02:00:00Z');
    expect(told?.period).to.equal('2026-10');
    const honolulu = worldOf({ dayOfMonth: 1 }, { zone: 'Pacific/Honolulu' });
    const later = tipsOf(honolulu, '2026-10-01T02:00:00Z', '2026-11-01T00:00:00Z', 202610);
    expect(later.filter(({ period }) => period === '2026-10')).to.deep.equal([]);
  });

  it('is never where there are none', () => {
    expect(lookAtTip({ mark: 1, now: HOUR }, worldOf({ everyMonths: 0 }))).to.deep.equal({ mark: 1, next: undefined });
  });
});
