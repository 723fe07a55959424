import { expect } from 'chai';
import type { RuleCase } from '../../../src/core/rules/rule-case.js';
import type { RuleSetSource } from '../../../src/core/rules/rule-set.js';
import { runCase } from '../../../src/core/rules/run-case.js';
import { rule } from '../rule-world.js';

const source: RuleSetSource = {
  rules: [
    rule('debits'),
    rule('credits', { conditions: { fact: 'transaction', path: '$.direction', operator: 'equal', value: 'credit' } }),
    rule('soon', {
      conditions: { fact: 'customer', path: '$.minutesSincePasswordChange', operator: 'lessThan', value: 60 },
    }),
    rule('laundering', { notify: 'bank' }),
  ],
  topics: {},
  conditions: {},
};
const data = { direction: 'debit', amount: '5.00', currency: 'EUR', kind: 'card' };
const when = { type: 'transaction.posted', time: '2026-06-15T12:00:00Z', data };

/** The case with this expectation; written as entries, since an object with "then" would pass for a promise. */
function example(expectation: object, changes: object = {}): RuleCase {
  return Object.fromEntries(Object.entries({ name: 'a case', when, ...changes, [THEN]: expectation })) as never;
}

const THEN = 'then';

describe('runCase', () => {
  it('passes where exactly this text is sent', () => {
    expect(runCase(source, 'debits', example({ sms: 'debits' })).passed).to.equal(true);
  });

  it('says both sides where it is another text', () => {
    expect(runCase(source, 'debits', example({ sms: 'Debits' }))).to.deep.equal({
      rule: 'debits',
      case: 'a case',
      passed: false,
      expected: 'SMS: Debits',
      got: 'SMS to 2: debits',
    });
  });

  it('runs the rule alone: others do not count', () => {
    expect(runCase(source, 'credits', example({ silent: true })).passed).to.equal(true);
  });

  it('fails where somebody is told who should not be', () => {
    const holders = [{ id: 'a' }, { id: 'b', phone: false }];
    expect(runCase(source, 'debits', example({ sms: { a: 'debits' } }, { holders })).passed).to.equal(true);
    expect(runCase(source, 'debits', example({ sms: { b: 'debits' } }, { holders })).passed).to.equal(false);
    const reasons = { sms: { a: 'debits' }, reason: { b: 'no-phone' } };
    expect(runCase(source, 'debits', example(reasons, { holders })).passed).to.equal(true);
    expect(runCase(source, 'debits', example({ ...reasons, reason: { b: 'role' } }, { holders })).passed).to.equal(
      false,
    );
    expect(runCase(source, 'debits', example({ silent: true }, { holders })).passed).to.equal(false);
  });

  it("lets an account's rule see what the customer did before", () => {
    const given = [{ type: 'customer.password-changed', time: '2026-06-15T11:30:00Z' }];
    expect(runCase(source, 'soon', example({ sms: 'soon' }, { given })).passed).to.equal(true);
    expect(runCase(source, 'soon', example({ silent: true })).passed).to.equal(true);
  });

  it('knows rules that only tell the bank', () => {
    expect(runCase(source, 'laundering', example({ bank: true })).passed).to.equal(true);
  });

  it('says why a case cannot run, and does not throw', () => {
    const broken = example({ silent: true }, { when: { ...when, data: { ...data, amount: '12abc' } } });
    expect(runCase(source, 'debits', broken).got)
      .to.contain('the case cannot run')
      .and.contain('/data/amount');
    expect(runCase(source, 'debits', example({ silent: true }, { with: ['none'] })).got).to.contain('no rule "none"');
  });
});
