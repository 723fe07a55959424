/**
 * Random rules and facts for the referee. Each comparison comes twice: as ours, and as the library can judge it. Where money
 * is compared, the library is handed the sign of an exact comparison (worked out here, in minor units) and nought.
 */
import fc from 'fast-check';
import type { Json, JsonObject } from '../../../src/contracts/json.js';
import type { Condition, LeafCondition, Parameter } from '../../../src/contracts/rule.js';

/** The fields of one event that conditions look at. */
export interface Facts {
  currency: 'EUR' | 'JPY' | 'BHD';
  amount: number;
  balance?: number;
  /** Whatever the bank sends beside the listed fields. */
  own: JsonObject;
  /** The customer's own value of the parameter `level`. */
  level?: number;
}

export interface Leaf {
  ours: LeafCondition;
  theirs: LeafCondition;
  /** The fact of `theirs`, where the library needs a lowered one. */
  lowered?: { fact: string; read(facts: Facts): number | undefined };
}

export type Tree =
  | { kind: 'leaf'; leaf: Leaf }
  | { kind: 'all' | 'any'; children: Tree[] }
  | { kind: 'not'; child: Tree }
  | { kind: 'reference'; name: string };

export const PARAMETERS: Record<string, Parameter> = {
  level: { type: 'number', default: 2, customerMayChange: {} },
  words: { type: 'texts', default: ['a', 'b', ''] },
  limit: { type: 'money', default: { EUR: '2.00', JPY: '2' } },
};
export const DECIMALS = { EUR: 2, JPY: 0, BHD: 3 } as const;

const numbers = fc.constantFrom(0, 1, 2, 3, -1, 0.1, 0.30000000000000004, 1e21, 2 ** 53, -0);
const texts = fc.constantFrom('', 'a', 'b', 'ab', '1', '01', '2', '1e3', ' 1', 'true', 'null', '\u00e4');
const scalars: fc.Arbitrary<Json> = fc.oneof(
  { weight: 5, arbitrary: numbers },
  { weight: 5, arbitrary: texts },
  { weight: 2, arbitrary: fc.boolean() },
);
const lists: fc.Arbitrary<Json[]> = fc.array(scalars, { maxLength: 4 });
const odd: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: scalars },
  { weight: 2, arbitrary: lists },
  { weight: 1, arbitrary: fc.constantFrom<Json>({}, { x: 1 }, [[1]], [{}]) },
  { weight: 1, arbitrary: fc.constant(null) },
);

export const facts: fc.Arbitrary<Facts> = fc.record(
  {
    currency: fc.constantFrom('EUR', 'JPY', 'BHD'),
    amount: fc.constantFrom(0, 1, 2, 199, 200, 201, 2000, 2001, Number.MAX_SAFE_INTEGER),
    balance: fc.constantFrom(-200, -1, 0, 1, 2, 200, 201, 2000),
    level: fc.constantFrom(0, 1, 2, 3),
    own: fc.record(
      {
        n: numbers,
        m: numbers,
        t: texts,
        u: texts,
        flag: fc.boolean(),
        list: lists,
        odd,
        in: fc.record({ x: odd, y: numbers, l: lists }),
      },
      { requiredKeys: [] },
    ) as fc.Arbitrary<JsonObject>,
  },
  { requiredKeys: ['currency', 'amount', 'own'] },
);

const NUMBER_PATHS = ['$.n', '$.m', '$.in.y', '$.list[0]'];
const TEXT_PATHS = ['$.t', '$.u', '$.in.x'];
const ANY_PATHS = [...NUMBER_PATHS, ...TEXT_PATHS, '$.flag', '$.odd', '$.in', '$.list[1]', '$.in.l[2]', '$.nowhere'];
const LIST_PATHS = ['$.list', '$.list', '$.in.l', '$.odd'];

/** Decorators whose place in front of an operator the value and the fact allow, outermost first. */
function decorated(operator: string, path: string, value: Json, names: readonly string[]): LeafCondition {
  return { fact: 'transaction', path, operator: [...names, operator].join(':'), value };
}

const ORDERINGS = ['lessThan', 'lessThanInclusive', 'greaterThan', 'greaterThanInclusive'];
const nots = fc.constantFrom<string[]>([], [], ['not'], ['not', 'not']);
const level = fc.constant({ fact: 'parameter', params: { name: 'level' } });
const words = fc.constant({ fact: 'parameter', params: { name: 'words' } });

const equality = fc
  .tuple(
    fc.constantFrom('equal', 'notEqual'),
    fc.constantFrom(...ANY_PATHS),
    fc.oneof(scalars, level),
    fc.constantFrom([], ['not'], ['swap']),
  )
  .map(([operator, path, value, names]) => decorated(operator, path, value, names));
const ordering = fc
  .tuple(
    fc.constantFrom(...ORDERINGS),
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...NUMBER_PATHS) },
      { weight: 1, arbitrary: fc.constantFrom(...ANY_PATHS) },
    ),
    fc.oneof({ weight: 5, arbitrary: numbers }, { weight: 1, arbitrary: level }, { weight: 1, arbitrary: texts }),
    fc.constantFrom([], [], ['not'], ['swap'], ['not', 'swap']),
  )
  .map(([operator, path, value, names]) => decorated(operator, path, value, names));
const membership = fc
  .tuple(fc.constantFrom('in', 'notIn'), fc.constantFrom(...ANY_PATHS), fc.oneof(lists, words), nots)
  .map(([operator, path, value, names]) => decorated(operator, path, value, names));
const containing = fc
  .tuple(fc.constantFrom('contains', 'doesNotContain'), fc.constantFrom(...LIST_PATHS), scalars, nots)
  .map(([operator, path, value, names]) => decorated(operator, path, value, names));
const throughFacts = fc
  .tuple(
    fc.constantFrom('someFact', 'everyFact'),
    fc.constantFrom('equal', 'notEqual', ...ORDERINGS),
    fc.constantFrom(...LIST_PATHS),
    scalars,
    nots,
  )
  .map(([decorator, operator, path, value, names]) => decorated(operator, path, value, [...names, decorator]));
const throughValues = fc
  .tuple(
    fc.constantFrom('someValue', 'everyValue'),
    fc.constantFrom('equal', 'notEqual', ...ORDERINGS),
    fc.constantFrom(...ANY_PATHS),
    fc.oneof(lists, words),
    nots,
  )
  .map(([decorator, operator, path, value, names]) => decorated(operator, path, value, [...names, decorator]));
const throughBoth = fc
  .tuple(
    fc.constantFrom('someFact', 'everyFact'),
    fc.constantFrom('someValue', 'everyValue'),
    fc.constantFrom('equal', 'lessThan'),
    fc.constantFrom(...LIST_PATHS),
    lists,
  )
  .map(([ofFact, ofValue, operator, path, value]) => decorated(operator, path, value, [ofFact, ofValue]));
const ours = fc
  .oneof(
    fc.tuple(fc.constant('present'), fc.constantFrom(...ANY_PATHS), fc.boolean(), nots),
    fc.tuple(
      fc.constant('matches'),
      fc.constantFrom(...TEXT_PATHS, '$.n'),
      fc.constantFrom('^a', 'b$', '^(a|b)*$', '\\d', ''),
      nots,
    ),
  )
  .map(([operator, path, value, names]) => decorated(operator, path, value, names));

const plain: fc.Arbitrary<Leaf> = fc
  .oneof(
    { weight: 4, arbitrary: equality },
    { weight: 5, arbitrary: ordering },
    { weight: 3, arbitrary: membership },
    { weight: 2, arbitrary: containing },
    { weight: 2, arbitrary: throughFacts },
    { weight: 2, arbitrary: throughValues },
    { weight: 1, arbitrary: throughBoth },
    { weight: 3, arbitrary: ours },
  )
  .map((leaf) => ({ ours: leaf, theirs: leaf }));

/** The other side of a money comparison: as it is written, and in the minor units of the event's currency. */
interface Side {
  value: LeafCondition['value'];
  minor(facts: Facts): number | undefined;
}

const plainAmount: fc.Arbitrary<Side> = fc.constantFrom('0', '1', '2', '20').chain((text) =>
  fc.constantFrom<LeafCondition['value']>(text, Number(text)).map((value) => ({
    value,
    minor: ({ currency }) => Number(text) * 10 ** DECIMALS[currency],
  })),
);
const currencyMap: fc.Arbitrary<Side> = fc.constant({
  value: { EUR: '2.00', JPY: '200', BHD: '0.199' },
  minor: ({ currency }) => ({ EUR: 200, JPY: 200, BHD: 199 })[currency],
});
/** No rate is known, and the limit has no entry for BHD: there, neither side has an answer. */
const limit: fc.Arbitrary<Side> = fc.constant({
  value: { fact: 'parameter', params: { name: 'limit' } },
  minor: ({ currency }) => ({ EUR: 200, JPY: 2, BHD: undefined })[currency],
});
const balance: fc.Arbitrary<Side> = fc.constant({
  value: { fact: 'account', path: '$.balanceAfter' },
  minor: (of) => of.balance,
});

const money: fc.Arbitrary<Leaf> = fc
  .tuple(
    fc.constantFrom('equal', 'notEqual', ...ORDERINGS),
    fc.constantFrom([], [], ['not'], ['swap'], ['not', 'swap']),
    fc.boolean(),
    fc.oneof(plainAmount, currencyMap, limit, balance),
  )
  .map(([operator, names, isAmount, side]) => {
    const written = [...names, operator].join(':');
    // Equal comparisons have equal signs, so they may share one fact.
    const fact = `lowered ${isAmount} ${JSON.stringify(side.value)}`;
    return {
      ours: {
        fact: 'transaction',
        path: isAmount ? '$.amount' : '$.balanceAfter',
        operator: written,
        value: side.value,
      },
      theirs: { fact, operator: written, value: 0 },
      lowered: { fact, read: (of) => signOf(isAmount ? of.amount : of.balance, side.minor(of)) },
    };
  });

function signOf(left: number | undefined, right: number | undefined): number | undefined {
  return left === undefined || right === undefined ? undefined : Math.sign(left - right) + 0;
}

export const leaves: fc.Arbitrary<Leaf> = fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: money });

export const REFERENCES = ['first', 'second'];

export const trees: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree; leaf: Tree; list: Tree; not: Tree; reference: Tree }>(
  (tie) => ({
    leaf: leaves.map((leaf): Tree => ({ kind: 'leaf', leaf })),
    list: fc
      .tuple(fc.constantFrom('all' as const, 'any' as const), fc.array(tie('tree'), { minLength: 1, maxLength: 3 }))
      .map(([kind, children]): Tree => ({ kind, children })),
    not: tie('tree').map((child): Tree => ({ kind: 'not', child })),
    reference: fc.constantFrom(...REFERENCES).map((name): Tree => ({ kind: 'reference', name })),
    tree: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      { weight: 4, arbitrary: tie('leaf') },
      { weight: 6, arbitrary: tie('list') },
      { weight: 2, arbitrary: tie('not') },
      { weight: 1, arbitrary: tie('reference') },
    ),
  }),
).tree;

/** Trees without references, for the conditions that others refer to. */
export const shared: fc.Arbitrary<Tree> = fc.oneof(
  leaves.map((leaf): Tree => ({ kind: 'all', children: [{ kind: 'leaf', leaf }] })),
  fc
    .array(leaves, { minLength: 2, maxLength: 2 })
    .map((two): Tree => ({ kind: 'any', children: two.map((leaf): Tree => ({ kind: 'leaf', leaf })) })),
);

export function toCondition(tree: Tree, side: 'ours' | 'theirs'): Condition {
  switch (tree.kind) {
    case 'leaf':
      return tree.leaf[side];
    case 'all':
      return { all: tree.children.map((child) => toCondition(child, side)) };
    case 'any':
      return { any: tree.children.map((child) => toCondition(child, side)) };
    case 'not':
      return { not: toCondition(tree.child, side) };
    case 'reference':
      return { condition: tree.name };
  }
}

export function leavesOf(tree: Tree): Leaf[] {
  if (tree.kind === 'leaf') return [tree.leaf];
  if (tree.kind === 'not') return leavesOf(tree.child);
  return tree.kind === 'reference' ? [] : tree.children.flatMap(leavesOf);
}

export function depthOf(tree: Tree): number {
  if (tree.kind === 'not') return 1 + depthOf(tree.child);
  return tree.kind === 'all' || tree.kind === 'any' ? 1 + Math.max(...tree.children.map(depthOf)) : 0;
}
