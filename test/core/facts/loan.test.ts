import { expect } from 'chai';
import type { Condition, HistoryParams } from '../../../src/contracts/rule.js';
import { context, DAY, rule, ruleSet, run, type Short, T0 } from '../rule-world.js';

const paid = (amount: string, at: number): Short => ({
  type: 'loan.paid',
  at,
  data: { loanId: 'l-1', customerId: '2', instalmentId: `${at}`, dueDate: '2026-03-01', amount, currency: 'EUR' },
});

function last(conditions: Condition, events: Short[]): string[] {
  const on = ['loan.paid', 'transaction.posted'] as const;
  const set = ruleSet([rule('one', { on: [...on], conditions })]);
  return run(set, events, context({ account: undefined })).outcomes.at(-1) ?? [];
}

describe('the fact loan', () => {
  it('compares the amount of a loan exactly, and knows none on other events', () => {
    const above: Condition = { fact: 'loan', path: '$.amount', operator: 'greaterThan', value: { EUR: '120.00' } };
    expect(last(above, [paid('120.01', T0)])).to.deep.equal(['alert']);
    expect(last(above, [paid('120.00', T0)])).to.deep.equal([]);
    expect(last(above, [{ data: { amount: '500.00' } }])).to.deep.equal([]);
  });

  it('is measured by history', () => {
    const params: Partial<HistoryParams> = { measure: 'sum', of: 'amount', on: ['loan.paid'], window: 'P30D' };
    const sum = (value: string): Condition => ({
      fact: 'history',
      params: params as Record<string, string>,
      operator: 'equal',
      value: { EUR: value },
    });
    const events = [paid('100.00', T0), paid('20.50', T0 + DAY)];
    expect(last(sum('120.50'), events)).to.deep.equal(['alert']);
    expect(last(sum('20.50'), events)).to.deep.equal([]);
  });
});
