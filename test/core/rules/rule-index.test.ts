import { expect } from 'chai';
import fc from 'fast-check';
import type { Condition } from '../../../src/contracts/rule.js';
import { evaluateNode } from '../../../src/core/rules/node.js';
import { indexRules } from '../../../src/core/rules/rule-index.js';
import { compileRuleSet } from '../../../src/core/rules/rule-set.js';
import { Scratch } from '../../../src/core/rules/scratch.js';
import { frameFor } from '../../support/frame.js';
import { ruleSet } from '../../support/rules.js';

const leaf = fc.oneof(
  fc.record({
    fact: fc.constant('transaction'),
    path: fc.constantFrom('$.amount', '$.balanceAfter'),
    operator: fc.constantFrom('lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive', 'equal'),
    value: fc.constantFrom<string | number>('100', '100.00', 250, '250.50', '1000', '0.001'),
  }),
  fc.record({
    fact: fc.constant('transaction'),
    path: fc.constantFrom('$.category', '$.merchant.name', '$.odd'),
    operator: fc.constantFrom('equal', 'notEqual'),
    value: fc.constantFrom<string | number | boolean>('a', 'b', 'c', 1, true),
  }),
  fc.record({
    fact: fc.constant('transaction'),
    path: fc.constant('$.category'),
    operator: fc.constantFrom('in', 'notIn'),
    value: fc.constantFrom(['a', 'b'], ['c'], ['a', 'a']),
  }),
  fc.record({
    fact: fc.constant('transaction'),
    path: fc.constant('$.installments'),
    operator: fc.constantFrom('lessThan', 'greaterThanInclusive'),
    value: fc.constantFrom(1, 2, 3),
  }),
);

const condition: fc.Arbitrary<Condition> = fc
  .letrec<{ tree: Condition }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf as fc.Arbitrary<Condition>,
      fc.record({ all: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }) as fc.Arbitrary<Condition>,
      fc.record({ any: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }) as fc.Arbitrary<Condition>,
      fc.record({ not: tie('tree') }) as fc.Arbitrary<Condition>,
    ),
  }))
  .tree.map((tree) => ('all' in tree || 'any' in tree ? tree : { all: [tree] }));

const data = fc.record(
  {
    amount: fc.constantFrom('99.99', '100.00', '100.01', '250.50', '1000.00'),
    balanceAfter: fc.constantFrom('-5.00', '100.00', '300.00'),
    currency: fc.constantFrom('EUR', 'JPY'),
    category: fc.constantFrom('a', 'b', 'c', 'd'),
    merchant: fc.record({ name: fc.constantFrom('a', 'b') }),
    odd: fc.constantFrom<unknown>(1, true, 'a', ['a'], { a: 1 }),
    installments: fc.constantFrom<unknown>(1, 2, 3, 'two'),
  },
  { requiredKeys: ['amount', 'currency'] },
);

describe('the index of rules', () => {
  it('leaves out no rule that is not certainly false, whatever the rules and the event', () => {
    let left = 0;
    let kept = 0;
    fc.assert(
      fc.property(fc.array(condition, { minLength: 1, maxLength: 12 }), data, (conditions, facts) => {
        const { rules } = compileRuleSet(
          ruleSet(...conditions.map((conditions, index) => ({ name: `r${index}`, conditions }))),
        );
        const whole = facts.currency === 'JPY' ? { ...facts, amount: '100', balanceAfter: '300' } : facts;
        const frame = frameFor({ ...whole, direction: 'debit', kind: 'card', accountId: '7' });
        const candidates = new Set(indexRules(rules).candidates(frame));
        const scratch = new Scratch(1000);
        scratch.nextEvent();
        for (const rule of rules) {
          if (candidates.has(rule)) {
            kept += 1;
            continue;
          }
          left += 1;
          expect(evaluateNode(rule.node, frame, scratch), rule.name).to.equal(0);
        }
      }),
      { numRuns: 3000 },
    );
    expect(left, 'rules left out').to.be.above(1000);
    expect(kept, 'rules kept').to.be.above(1000);
  });

  it('looks at the few rules that an event concerns among ten thousand', () => {
    const conditions = (index: number): Condition => ({
      all: [
        { fact: 'transaction', path: '$.merchant.name', operator: 'equal', value: `shop ${index}` },
        { fact: 'transaction', path: '$.amount', operator: 'greaterThan', value: '10' },
      ],
    });
    const names = Array.from({ length: 10_000 }, (_, index) => index);
    const { byType } = compileRuleSet(
      ruleSet(...names.map((index) => ({ name: `r${index}`, conditions: conditions(index) }))),
    );
    const frame = frameFor({
      accountId: '7',
      direction: 'debit',
      kind: 'card',
      amount: '50.00',
      currency: 'EUR',
      merchant: { name: 'shop 4711' },
    });
    const candidates = byType.get('transaction.posted')?.candidates(frame) ?? [];
    expect(candidates.map(({ name }) => name)).to.deep.equal(['r4711']);
  });

  it('keeps edge rules, which have to know when they are false', () => {
    const { byType } = compileRuleSet(
      ruleSet({
        name: 'edge',
        fires: 'edge',
        conditions: { all: [{ fact: 'transaction', path: '$.category', operator: 'equal', value: 'a' }] },
      }),
    );
    const frame = frameFor({
      accountId: '7',
      direction: 'debit',
      kind: 'card',
      amount: '1.00',
      currency: 'EUR',
      category: 'b',
    });
    expect(byType.get('transaction.posted')?.candidates(frame)).to.have.length(1);
  });
});
