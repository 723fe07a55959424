import { expect } from 'chai';
import type { Condition } from '../../src/contracts/rule.js';
import { rule, ruleSet, run } from './rule-world.js';

// Text in an ordering comparison is an error; a path the event lacks is merely missing.
const error: Condition = { fact: 'transaction', path: '$.kind', operator: 'lessThan', value: 5 };
const missing: Condition = { fact: 'transaction', path: '$.absent', operator: 'equal', value: 'x' };
const holds: Condition = { fact: 'transaction', path: '$.direction', operator: 'equal', value: 'debit' };
const fails: Condition = { fact: 'transaction', path: '$.direction', operator: 'equal', value: 'credit' };

function outcome(conditions: Condition): string[] | undefined {
  return run(ruleSet([rule('one', { conditions })]), [{}]).outcomes[0];
}

describe('a rule whose answer is not known', () => {
  it('semantics line twelve: is rule-error where the outcome depends on the error', () => {
    expect(outcome(error)).to.deep.equal(['rule-error']);
    expect(outcome({ all: [holds, error] })).to.deep.equal(['rule-error']);
    expect(outcome({ any: [missing, error] })).to.deep.equal(['rule-error']);
    expect(outcome({ any: [error, missing] })).to.deep.equal(['rule-error']);
    expect(outcome({ not: { all: [error, missing] } })).to.deep.equal(['rule-error']);
  });

  it('semantics line twelve: is silent where a missing fact keeps it from holding whatever the error would say', () => {
    expect(outcome({ all: [missing, error] })).to.deep.equal([]);
    expect(outcome({ all: [error, missing] })).to.deep.equal([]);
    expect(outcome({ not: { any: [missing, error] } })).to.deep.equal([]);
  });

  it('semantics line twelve: an error in a part that is already decided is none', () => {
    expect(outcome({ all: [missing, { any: [error, holds] }] })).to.deep.equal([]);
    expect(outcome({ any: [error, holds] })).to.deep.equal(['alert']);
    expect(outcome({ all: [error, fails] })).to.deep.equal([]);
  });

  it('says which comparison failed and why', () => {
    const [decision] = run(ruleSet([rule('one', { conditions: error })]), [{}]).results[0]?.decisions ?? [];
    expect(decision?.detail).to.contain('not-a-number').and.contain('lessThan');
  });

  it('does not stop the rules beside it', () => {
    const set = ruleSet([rule('broken', { conditions: error }), rule('sound')]);
    expect(run(set, [{}]).outcomes[0]).to.deep.equal(['rule-error', 'alert']);
  });
});
