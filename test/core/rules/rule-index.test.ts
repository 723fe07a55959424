import { expect } from 'chai';
import fc from 'fast-check';
import type { Condition, RuleDocument } from '../../../src/contracts/rule.js';
import type { Recipient } from '../../../src/core/context.js';
import type { Frame } from '../../../src/core/rules/frame.js';
import { evaluateNode, type Test } from '../../../src/core/rules/node.js';
import { BY_NO_MEANS, CERTAINLY, type RuleIndex } from '../../../src/core/rules/rule-index.js';
import { type CompiledRule, compileRuleSet, type RuleSet } from '../../../src/core/rules/rule-set.js';
import { FALSE, TRUE } from '../../../src/core/rules/truth.js';
import { frameFor } from '../../support/frame.js';
import { ruleSet } from '../../support/rules.js';
import { holder } from '../rule-world.js';

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

/** Ones that an index cannot read off a value, among others that it can. */
const beyondTheIndex = fc.oneof(
  fc.record({
    fact: fc.constant('transaction'),
    path: fc.constant('$.amount'),
    operator: fc.constantFrom('greaterThanInclusive', 'not:lessThan', 'swap:lessThan'),
    value: fc.constantFrom(
      { EUR: '100.00' },
      { JPY: '250', EUR: '250.50' },
      { fact: 'parameter', params: { name: 'own' } },
      { fact: 'parameter', params: { name: 'fixed' } },
      { fact: 'account', path: '$.balanceAfter' },
    ),
  }),
  fc.record({
    fact: fc.constant('transaction'),
    path: fc.constantFrom('$.category', '$.odd'),
    operator: fc.constantFrom('matches', 'not:equal', 'present', 'contains'),
    value: fc.constantFrom('a', true),
  }),
  fc.record({
    fact: fc.constant('customer'),
    path: fc.constantFrom('$.role', '$.locale'),
    operator: fc.constant('equal'),
    value: fc.constantFrom('owner', 'en'),
  }),
  fc.record({
    fact: fc.constant('login'),
    path: fc.constant('$.channel'),
    operator: fc.constant('equal'),
    value: fc.constant('a'),
  }),
) as fc.Arbitrary<Condition>;

const sketch = fc.record({
  conditions: treesOf(fc.oneof({ weight: 4, arbitrary: leaf as fc.Arbitrary<Condition> }, beyondTheIndex)),
  fires: fc.constantFrom('each', 'each', 'each', 'edge'),
});

const recipient = fc.constantFrom(
  undefined,
  holder('1', { role: 'authorised-user', preferences: {} }),
  holder('2', { preferences: { topics: { shared: { parameters: { own: { EUR: '250.50', JPY: '99' } } } } } }),
);

function treesOf(leaves: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> {
  return fc
    .letrec<{ tree: Condition }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        leaves,
        fc.record({ all: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }) as fc.Arbitrary<Condition>,
        fc.record({ any: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }) }) as fc.Arbitrary<Condition>,
        fc.record({ not: tie('tree') }) as fc.Arbitrary<Condition>,
      ),
    }))
    .tree.map((tree) => ('all' in tree || 'any' in tree ? tree : { all: [tree] }));
}

function compile(sketches: readonly { conditions: Condition; fires?: 'each' | 'edge' }[]) {
  const parameters: RuleDocument['parameters'] = {
    own: { type: 'money', default: { EUR: '100.00', JPY: '250' }, customerMayChange: {} },
    fixed: { type: 'money', default: { EUR: '250.50' } },
  };
  const set = ruleSet(
    ...sketches.map((one, index) => ({
      fires: 'each' as const,
      ...one,
      name: `r${index}`,
      topic: 'shared',
      parameters,
    })),
  );
  return compileRuleSet(set);
}

class Counts {
  left = 0;
  known = 0;
  evaluated = { false: 0, true: 0, unknown: 0 };
}

/** Holds every rule's answer by way of the index against the answer of its whole conditions. */
function compareAll({ byType, scratch }: RuleSet, frame: Frame, counts = new Counts()): Counts {
  const index = byType.get('transaction.posted') as RuleIndex<CompiledRule>;
  const { count, rules, tests } = index.select(frame);
  scratch.nextEvent();
  let at = 0;
  for (const rule of index.rules) {
    const expected = evaluateNode(rule.node, frame, scratch);
    if (at === count || rules[at] !== rule) {
      expect(expected, rule.name).to.equal(FALSE);
      expect(rule.always, rule.name).to.equal(false);
      counts.left += 1;
      continue;
    }
    const test = tests[at] as Test;
    at += 1;
    expect(
      test(frame, scratch),
      `${rule.name} ${JSON.stringify([rule.document.conditions, frame.event.data])}`,
    ).to.equal(expected);
    if (test === CERTAINLY || test === BY_NO_MEANS) counts.known += 1;
    else counts.evaluated[expected === TRUE ? 'true' : expected === FALSE ? 'false' : 'unknown'] += 1;
  }
  expect(at, 'rules named').to.equal(count);
  return counts;
}

function postedWith(facts: object & { currency: string }, recipient?: Recipient): Frame {
  const whole = facts.currency === 'JPY' ? { ...facts, amount: '100', balanceAfter: '300' } : facts;
  const frame = frameFor({ ...whole, direction: 'debit', kind: 'card', accountId: '7' });
  return recipient === undefined ? frame : { ...frame, recipient };
}

describe('the index of rules', () => {
  it('answers as the whole conditions do, for few rules', () => {
    const counts = new Counts();
    fc.assert(
      fc.property(fc.array(sketch, { minLength: 1, maxLength: 40 }), data, recipient, (sketches, facts, recipient) => {
        compareAll(compile(sketches), postedWith(facts, recipient), counts);
      }),
      { numRuns: 1500 },
    );
    expectAllKinds(counts);
  });

  it('answers as the whole conditions do, for so many rules that they are sorted', () => {
    const counts = new Counts();
    fc.assert(
      fc.property(
        fc.array(sketch, { minLength: 900, maxLength: 1200, size: 'max' }),
        fc.array(fc.tuple(data, recipient), { minLength: 40, maxLength: 40 }),
        (sketches, cases) => {
          const compiled = compile(sketches);
          for (const [facts, recipient] of cases) compareAll(compiled, postedWith(facts, recipient), counts);
        },
      ),
      { numRuns: 8, endOnFailure: true },
    );
    expectAllKinds(counts);
  });

  it('answers as the whole conditions do where nearly every rule has bounds and constants of its own', () => {
    const conditions = Array.from({ length: 6_000 }, (_, at): Condition => {
      const bound = (200 + ((at * 7919) % 6_000)) / 100;
      const least = {
        fact: 'transaction',
        path: '$.amount',
        operator: 'greaterThanInclusive',
        value: bound.toFixed(at % 3),
      };
      const below = {
        fact: 'transaction',
        path: '$.balanceAfter',
        operator: 'lessThan',
        value: (90 - bound).toFixed(2),
      };
      const shop = { fact: 'transaction', path: '$.merchant.name', operator: 'in', value: [`shop ${at}`, `${at % 9}`] };
      const items = { fact: 'transaction', path: '$.items', operator: 'lessThanInclusive', value: at / 8 };
      const parts = [
        [least, below],
        [below, items],
        [shop, least],
        [items, { not: shop }],
      ][at % 4] as Condition[];
      return { all: parts };
    });
    const compiled = compile(conditions.map((conditions) => ({ conditions })));
    const counts = new Counts();
    for (let at = 0; at < 40; at++) {
      const amount = { EUR: (at * 1.27).toFixed(2), JPY: String(at), BHD: (at * 1.111).toFixed(3) };
      const currency = (['EUR', 'EUR', 'JPY', 'BHD'] as const)[at % 4] ?? 'EUR';
      const balanceAfter = at % 7 === 0 ? undefined : amount[currency];
      const own = {
        merchant: { name: at % 2 === 0 ? `shop ${at * 50}` : `${at % 9}` },
        items: at % 5 === 0 ? 'x' : at * 13,
      };
      const facts = { accountId: '7', direction: 'debit', kind: 'card', amount: amount[currency], currency, ...own };
      compareAll(compiled, frameFor(balanceAfter === undefined ? facts : { ...facts, balanceAfter }), counts);
    }
    expect(counts.left, 'rules left out').to.be.above(100_000);
    expect(counts.known, 'rules known to hold').to.be.above(5_000);
    expect(counts.evaluated.unknown, 'unknown').to.be.above(1_000);
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

function expectAllKinds({ left, known, evaluated }: Counts): void {
  const found = { left, known, ...evaluated };
  for (const [kind, count] of Object.entries(found))
    expect(count, `${kind} of ${JSON.stringify(found)}`).to.be.above(100);
}
