import { expect } from 'chai';
import type { Condition } from '../../../src/contracts/rule.js';
import { rule, ruleSet, run, type Short, T0 } from '../rule-world.js';

const left = (balanceAfter: string, at = T0, currency = 'EUR'): Short => ({ at, data: { balanceAfter, currency } });

/** What the last event took, found by asking for each percentage. */
function percentTaken(events: Short[]): number | undefined {
  const asks = (value: number): Condition => ({ fact: 'account', path: '$.percentTaken', operator: 'equal', value });
  const candidates = [0, 1, 33, 89, 90, 99, 100, 110];
  const set = ruleSet(candidates.map((value) => rule(`is-${value}`, { conditions: asks(value) })));
  const told = run(set, events).results.at(-1)?.decisions[0]?.rule;
  return told === undefined ? undefined : Number(told.slice('is-'.length));
}

describe('account $.percentTaken', () => {
  it('is what part of the balance the event took, in whole percents rounded down', () => {
    const cases: [string, string, number][] = [
      ['1000.00', '100.00', 90],
      ['1000.00', '100.01', 89],
      ['1000.00', '999.99', 0],
      ['3.00', '2.00', 33],
      ['1000.00', '0.00', 100],
      ['1000.00', '0.01', 99],
      ['1000.00', '-100.00', 110],
    ];
    for (const [before, after, percent] of cases) {
      expect(percentTaken([left(before), left(after, T0 + 1)]), `${before} to ${after}`).to.equal(percent);
    }
  });

  it('is not known where nothing was taken, or there was nothing to take from', () => {
    expect(percentTaken([left('100.00')])).to.equal(undefined);
    expect(percentTaken([left('100.00'), left('100.00', T0 + 1)])).to.equal(undefined);
    expect(percentTaken([left('100.00'), left('200.00', T0 + 1)])).to.equal(undefined);
    expect(percentTaken([left('0.00'), left('-10.00', T0 + 1)])).to.equal(undefined);
    expect(percentTaken([left('-10.00'), left('-20.00', T0 + 1)])).to.equal(undefined);
  });

  it('is not known between two currencies', () => {
    expect(percentTaken([left('100.00'), left('1.00', T0 + 1, 'USD')])).to.equal(undefined);
  });
});
