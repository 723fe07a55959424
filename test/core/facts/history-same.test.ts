import { expect } from 'chai';
import type { HistoryParams, LeafCondition } from '../../../src/contracts/rule.js';
import { EXACT_ENTRIES } from '../../../src/core/profile/series.js';
import { DAY, HOUR, MINUTE, permutations, rule, ruleSet, run, type Short, T0 } from '../rule-world.js';

/** Counts payments to the payee of this event. */
function samePayee(
  params: Partial<HistoryParams>,
  operator = 'equal',
  value: LeafCondition['value'] = 0,
): LeafCondition {
  const asked = { measure: 'count', same: 'counterparty.account', window: 'all', include: 'previous', ...params };
  return { fact: 'history', params: asked as LeafCondition['params'], operator, value };
}
const paidTo = (account: string, at = T0, more: Short = {}): Short => ({
  ...more,
  at,
  data: { counterparty: { account }, ...more.data },
});
/** Whether the condition holds for each of the events. */
function holds(condition: LeafCondition, events: Short[]): boolean[] {
  return run(ruleSet([rule('one', { conditions: condition })]), events).outcomes.map((told) => told.includes('alert'));
}

describe('history of the same value', () => {
  it('counts earlier events with the value of this one', () => {
    const events = [paidTo('A'), paidTo('B', T0 + 1), paidTo('A', T0 + 2), paidTo('a', T0 + 3)];
    expect(holds(samePayee({}), events)).to.deep.equal([true, true, false, true]);
    expect(holds(samePayee({ include: 'current' }, 'equal', 2), events)).to.deep.equal([false, false, true, false]);
  });

  it('is not known where the event has no such value', () => {
    expect(holds(samePayee({}), [{ at: T0 }])).to.deep.equal([false]);
    expect(holds(samePayee({}, 'notEqual', 7), [{ at: T0 }])).to.deep.equal([false]);
  });

  it('takes names that objects inherit as values like others', () => {
    const events = ['__proto__', 'constructor', '__proto__'].map((name, index) => paidTo(name, T0 + index));
    expect(holds(samePayee({}), events)).to.deep.equal([true, true, false]);
  });

  it('slides: an event exactly as old as the window is out, a millisecond younger is in', () => {
    const within = samePayee({ window: 'PT1H' });
    expect(holds(within, [paidTo('A'), paidTo('A', T0 + HOUR)])).to.deep.equal([true, true]);
    expect(holds(within, [paidTo('A', T0 + 1), paidTo('A', T0 + HOUR)])).to.deep.equal([true, false]);
  });

  it('counts only events that where names', () => {
    const credit = { data: { direction: 'credit' } };
    const events = [paidTo('A', T0, credit), paidTo('A', T0 + 1), paidTo('A', T0 + 2)];
    const outgoing = samePayee({ where: { direction: 'debit' } });
    expect(holds(outgoing, events)).to.deep.equal([true, true, false]);
  });

  it('an authorisation and its posting are one payment, and a reversal takes it out again', () => {
    const first = { data: { transactionId: 't-1' } };
    const events = [
      paidTo('A', T0, { ...first, type: 'transaction.authorised' }),
      paidTo('A', T0 + MINUTE, first),
      { type: 'transaction.reversed', at: T0 + HOUR, data: { transactionId: 't-1' } },
      paidTo('A', T0 + DAY),
      paidTo('A', T0 + DAY + 1),
    ];
    for (const window of ['all', 'P7D']) {
      expect(holds(samePayee({ window }), events), window).to.deep.equal([false, true, false, true, false]);
    }
  });

  it('is the same in whichever order earlier events came', () => {
    const before = [paidTo('A'), paidTo('B', T0 + 1), paidTo('A', T0 + 2)];
    for (const order of permutations(before)) {
      const counted = holds(samePayee({ include: 'current' }, 'equal', 3), [...order, paidTo('A', T0 + 3)]);
      expect(counted.at(-1)).to.equal(true);
    }
  });

  it('shares its series with distinct of the same path', () => {
    const distinct = { measure: 'distinct', of: 'counterparty.account', window: 'all' };
    const set = ruleSet([
      rule('one', { conditions: samePayee({}) }),
      rule('two', { conditions: { fact: 'history', params: distinct, operator: 'greaterThan', value: 1 } }),
    ]);
    expect(set.series).to.have.length(1);
  });

  it('beyond its bound it knows the values it kept, and calls no other new', () => {
    const crowd = Array.from({ length: EXACT_ENTRIES + 1 }, (_, index) => paidTo(`payee ${index}`, T0 + index));
    const events = [...crowd, paidTo('payee 7', T0 + DAY), paidTo('somebody new', T0 + DAY + 1)];
    const told = holds(samePayee({}), events);
    expect(told.slice(0, EXACT_ENTRIES).every(Boolean)).to.equal(true);
    expect(told.slice(-2)).to.deep.equal([false, false]);
    expect(holds(samePayee({ window: 'P7D' }), events).at(-1)).to.equal(false);
  }).timeout(60_000);
});
