/**
 * Rules as every contestant can be given them: a tree of comparisons, amounts in minor units. About one in twenty-five
 * holds for an event of its type, so that about 2 % of all pairs of rule and event match.
 */
import { type Random, randomFrom } from '../harness/random.js';
import { amountAt, balanceAt, CATEGORIES, CHANNELS, COUNTRIES, KINDS, MCCS, pickType, type Type } from './banking.js';

export type Operator = 'equal' | 'notEqual' | 'in' | 'lessThan' | 'greaterThanInclusive';

export interface Comparison {
  path: string;
  operator: Operator;
  value: string | number | string[];
  /** The rule's own limit, which the customer may have changed; `value` is its default. */
  parameter?: boolean;
}

export type Tree = { all: Tree[] } | { any: Tree[] } | { not: Tree } | Comparison;

export interface Rule {
  name: string;
  type: Type;
  conditions: { all: Tree[] };
}

export const MONEY = new Set(['amount', 'balanceAfter']);

export function isComparison(tree: Tree): tree is Comparison {
  return 'path' in tree;
}

const is = (path: string, value: string): Comparison => ({ path, operator: 'equal', value });
const isNot = (path: string, value: string): Comparison => ({ path, operator: 'notEqual', value });
const among = (path: string, value: string[]): Comparison => ({ path, operator: 'in', value });
const atLeast = (path: string, value: number): Comparison => ({ path, operator: 'greaterThanInclusive', value });
const below = (path: string, value: number): Comparison => ({ path, operator: 'lessThan', value });

/** An amount that this share of all amounts (between the two) reaches. */
const reachedBy = (random: Random, from: number, to: number) => amountAt(1 - (from + (to - from) * random.next()));

const TEMPLATES: readonly ((random: Random) => Tree[])[] = [
  (random) => [
    is('direction', 'debit'),
    { ...atLeast('amount', reachedBy(random, 0.05, 0.15)), parameter: true },
    among('channel', random.some(CHANNELS, 3)),
  ],
  (random) => [among('merchant.mcc', random.some(MCCS, 6)), atLeast('amount', reachedBy(random, 0.2, 0.5))],
  (random) => [
    among('counterparty.country', random.some(COUNTRIES, 5)),
    is('direction', 'debit'),
    atLeast('amount', reachedBy(random, 0.2, 0.5)),
  ],
  (random) => [below('balanceAfter', balanceAt(0.15 * random.next())), among('kind', random.some(KINDS, 4))],
  (random) => [
    isNot('location.country', random.pick(COUNTRIES)),
    { any: [is('channel', random.pick(CHANNELS)), is('category', random.pick(CATEGORIES))] },
    atLeast('amount', reachedBy(random, 0.1, 0.3)),
  ],
  (random) => [is('merchant.country', random.pick(COUNTRIES)), { not: is('category', random.pick(CATEGORIES)) }],
  (random) => [
    is('direction', 'debit'),
    {
      any: [
        { all: [is('kind', random.pick(KINDS)), atLeast('amount', reachedBy(random, 0.1, 0.3))] },
        { all: [is('category', random.pick(CATEGORIES)), below('balanceAfter', balanceAt(0.2))] },
      ],
    },
  ],
];

export function drawRules(seed: number, count: number): Rule[] {
  const random = randomFrom(seed);
  return Array.from({ length: count }, (_, at) => {
    const template = TEMPLATES[at % TEMPLATES.length] as (typeof TEMPLATES)[number];
    return { name: `rule-${at}`, type: pickType(random), conditions: { all: template(random) } };
  });
}

/**
 * Rules of which an event satisfies the same few however many there are: they name other shops, other merchant codes, and
 * amounts that nobody pays.
 */
export function drawDisjointRules(count: number): Rule[] {
  return Array.from({ length: count }, (_, at) => ({
    name: `rule-${at}`,
    type: 'transaction.posted',
    conditions: { all: disjoint(at) },
  }));
}

function disjoint(at: number): Tree[] {
  const series = Math.floor(at / 3);
  if (at % 3 === 0) return [is('merchant.name', `Shop ${series}`), is('direction', 'debit')];
  if (at % 3 === 1)
    return [atLeast('amount', series < 3 ? 5_000 * (series + 1) : 100_000_000 + series), is('direction', 'debit')];
  return [
    among('merchant.mcc', series < 3 ? [MCCS[series] as string] : [String(6000 + series), String(60_000 + series)]),
  ];
}
