import { expect } from 'chai';
import {
  addDays,
  instantOf,
  localDay,
  moved,
  startOf,
  weekdayOf,
  withinHours,
} from '../../../src/core/schedule/local-time.js';

const at = (text: string): number => Date.parse(text);

describe('days and local times', () => {
  it('count days without a zone, over months, years and leap days', () => {
    expect(addDays('2028-02-28', 1)).to.equal('2028-02-29');
    expect(addDays('2026-01-01', -1)).to.equal('2025-12-31');
    expect(weekdayOf('2026-11-22')).to.equal(7);
  });

  it('move weekends and holidays to the business day before or after', () => {
    expect(moved('2026-11-22', 'before', [])).to.equal('2026-11-20');
    expect(moved('2026-11-22', 'after', ['2026-11-23'])).to.equal('2026-11-24');
    expect(moved('2026-11-22', 'none', [])).to.equal('2026-11-22');
    expect(moved('2026-11-20', 'before', [])).to.equal('2026-11-20');
  });

  it('find the moment of a wall clock on each side of the world', () => {
    expect(instantOf('2026-11-22', '10:00', 'Pacific/Kiritimati')).to.equal(at('2026-11-21T20:00:00Z'));
    expect(instantOf('2026-11-22', '10:00', 'Pacific/Pago_Pago')).to.equal(at('2026-11-22T21:00:00Z'));
    expect(instantOf('2026-11-22', '10:00', 'Asia/Kathmandu')).to.equal(at('2026-11-22T04:15:00Z'));
  });

  it('take a skipped hour as the moment after the gap, and of a doubled one the first', () => {
    expect(instantOf('2026-03-29', '03:30', 'Europe/Tallinn')).to.equal(at('2026-03-29T01:30:00Z'));
    expect(instantOf('2026-10-25', '03:30', 'Europe/Tallinn')).to.equal(at('2026-10-25T00:30:00Z'));
    expect(instantOf('2026-11-01', '01:30', 'America/New_York')).to.equal(at('2026-11-01T05:30:00Z'));
  });

  it('begin a day that has no midnight when it begins', () => {
    expect(startOf('2026-03-29', 'Asia/Beirut')).to.equal(at('2026-03-28T22:00:00Z'));
  });

  it('wait for the hours in which something may be sent', () => {
    const hours = { from: '10:00', to: '20:00' };
    const wait = (now: string) => new Date(withinHours(at(now), 'Europe/Tallinn', hours)).toISOString();
    expect(wait('2026-11-22T07:59:59Z')).to.equal('2026-11-22T08:00:00.000Z');
    expect(wait('2026-11-22T08:00:00Z')).to.equal('2026-11-22T08:00:00.000Z');
    expect(wait('2026-11-22T17:59:59Z')).to.equal('2026-11-22T17:59:59.000Z');
    expect(wait('2026-11-22T18:00:00Z')).to.equal('2026-11-23T08:00:00.000Z');
    expect(localDay(at('2026-11-22T22:00:00Z'), 'Europe/Tallinn')).to.equal('2026-11-23');
  });
});
