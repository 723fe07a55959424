/** The expressions of mappings, held to the library whose grammar they have. */
import { search } from '@jmespath-community/jmespath';
import { expect } from 'chai';
import fc from 'fast-check';
import { compileExpression } from '../../../src/core/sources/expression/compile-expression.js';
import { startRun } from '../../../src/core/sources/expression/run.js';
import { NumberText, type Value } from '../../../src/core/sources/expression/value.js';
import { readJson } from '../../../src/core/sources/formats/json.js';

const TABLES = { codes: new Map(), zones: new Map() };

function evaluate(text: string, body: unknown, limits = {}): Value {
  const root = readJson(JSON.stringify(body));
  return compileExpression(text, new Set()).evaluate(root, { root, variables: {}, run: startRun(TABLES, limits) });
}

/** Numbers as such again, for comparing. */
function plain(value: Value): unknown {
  if (value instanceof NumberText) return Number(value.text);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner as Value)]));
}

const BODY = {
  a: { b: { c: 1 }, 'x y': 'quoted', list: [1, 2, 3, null, 'four'], flag: true, off: false, empty: '', none: null },
  items: [
    { id: 'i1', type: 'card', amount: 10, tags: ['p', 'q'] },
    { id: 'i2', type: 'cash', amount: 20.5, tags: [] },
    { id: 'i3', type: 'card', amount: 10, nested: { deep: [[1], [2, [3]]] } },
  ],
  text: 'hello',
  matrix: [
    [1, 2],
    [3, 4],
  ],
};

const EXPRESSIONS = [
  ...[
    '@',
    '$',
    'a',
    'a.b',
    'a.b.c',
    'a."x y"',
    'missing',
    'missing.further',
    'a.list[0]',
    'a.list[-1]',
    'a.list[9]',
    'text[0]',
  ],
  ...[
    'a.list[1:3]',
    'a.list[::2]',
    'a.list[::-1]',
    'a.list[-2:]',
    'a.list[3:1:-1]',
    'text[1:3]',
    'text[::-1]',
    'a.list[:-1]',
    'a.list[5:]',
  ],
  ...[
    'a.list[*]',
    'items[*].id',
    'items[].tags',
    'items[].tags[]',
    'items[*].tags[*]',
    'items[*].nested.deep[]',
    'matrix[]',
    'matrix[][]',
  ],
  ...[
    'items[?type==`"card"`].id',
    "items[?type=='card' && amount > `5`].id",
    'items[?amount >= `20.5`] | [0].id',
    'items[?nested]',
  ],
  ...['a.*', 'a.b.*', '*.b', 'items[0].{name: id, sum: amount}', 'items[*].[id, amount]', '{x: a.flag, y: missing}'],
  ...[
    'a.flag && a.text',
    'a.off || text',
    'a.empty || a.none || text',
    '!(a.off)',
    '!missing',
    'a.flag ? text : a',
    'missing ? text : a.b',
  ],
  ...[
    'a.b.c == `1`',
    'a.b.c == `1.0`',
    'text == `"hello"`',
    'a == a',
    'items[0] != items[1]',
    'text > `1`',
    'a.b.c < `2`',
    'a.b.c <= `1`',
  ],
  ...[
    'items[*].id | [1]',
    'items | length(@)',
    'let $x = text in {y: $x}',
    'let $x = a in items[*].[$x.b.c, id]',
    '`[1, "two", null]`',
    "'raw'",
  ],
  ...[
    'length(text)',
    'length(items)',
    'keys(a.b)',
    'not_null(missing, a.none, text)',
    'to_array(text)',
    'type(a)',
    'type(missing)',
    'upper(text)',
  ],
  ...[
    "join('-', items[*].id)",
    "split('a,b,c', ',')",
    "replace(text, 'l', 'L')",
    "contains(text, 'ell')",
    "starts_with(text, 'he')",
    "ends_with(text, 'lo')",
  ],
  ...[
    "contains(items[*].id, 'i2')",
    'reverse(a.list)',
    'merge(a.b, {d: text})',
    'a.list[?@ == `2`]',
    'items[1:].id',
    'items[*].tags | []',
  ],
];

describe('expressions of mappings', () => {
  for (const text of EXPRESSIONS) {
    it(`answers ${text} as JMESPath does`, () => {
      expect(plain(evaluate(text, BODY))).to.deep.equal(search(BODY as never, text) ?? null);
    });
  }

  it('answers generated paths over generated bodies as JMESPath does', () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const body = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(null, true, false, '', 'x', 0, 1, 2.5),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('value'), { maxLength: 3 }),
      object: fc.dictionary(key, tie('value'), { maxKeys: 3 }),
    })).value;
    const step = fc.oneof(
      key.map((name) => `.${name}`),
      fc.constantFrom(
        '[0]',
        '[-1]',
        '[*]',
        '[]',
        '[1:]',
        '[::-1]',
        '.*',
        '[?a]',
        '[?b == c]',
        '.[a, b]',
        '.{x: a, y: c}',
        ' | [0]',
        ' || b',
        ' && a',
      ),
    );
    const path = fc.tuple(key, fc.array(step, { maxLength: 5 })).map(([first, steps]) => first + steps.join(''));
    fc.assert(
      fc.property(body, path, (value, text) => {
        expect(plain(evaluate(text, value))).to.deep.equal(search(value as never, text) ?? null);
      }),
      { numRuns: 3000, seed: 7 },
    );
  });

  it('keeps every digit of a number', () => {
    const root = readJson('{"sum": 0.30000000000000004, "large": 9007199254740993, "huge": 1e400, "zero": 0.10}');
    const scope = { root, variables: {}, run: startRun(TABLES) };
    const text = (expression: string) => compileExpression(expression, new Set()).evaluate(root, scope);
    expect(text('text(sum)')).to.equal('0.30000000000000004');
    expect(text('text(large)')).to.equal('9007199254740993');
    expect(text('text(huge)')).to.equal('1e400');
    expect(text('text(zero)')).to.equal('0.10');
    expect(text('large == `9007199254740992`')).to.equal(false);
    expect(text('large > `9007199254740992`')).to.equal(true);
  });

  it('reads nothing from a prototype', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'length']) {
      expect(evaluate(`a."${name}"`, BODY), name).to.equal(null);
      expect(evaluate(`text."${name}"`, BODY), name).to.equal(null);
      expect(evaluate(`items."${name}"`, BODY), name).to.equal(null);
    }
    expect(() => readJson('{"a":{"__proto__":{"b":1}}}')).to.throw('`__proto__`');
  });

  it('refuses what nobody means, and says what to write', () => {
    const mistakes: [string, string][] = [
      ['a + b', 'add(a, b)'],
      ['-a', 'negate(a)'],
      ['a == null', '`null`'],
      ['true', '`true`'],
      ['!a.b', '!(a.b)'],
      ['eval(a)', 'no function eval'],
      ['map(&a, b)', 'no function map'],
      ['money(a)', 'money takes 2 values'],
      ['$unknown', 'nothing is called $unknown'],
      ['a[::0]', 'step 0'],
      ['a ==', 'no JMESPath'],
      ['  ', 'may not be empty'],
      [`a${'.a'.repeat(2100)}`, '4000 characters'],
      [`a${' || a'.repeat(300)}`, 'too large'],
    ];
    for (const [text, said] of mistakes) expect(() => compileExpression(text, new Set(['body'])), text).to.throw(said);
  });

  it('ends what takes too many steps', () => {
    const body = { list: Array.from({ length: 1000 }, (_one, at) => at) };
    expect(() => evaluate('list[].[$.list[].[$.list[]]]', body)).to.throw('more steps');
  });

  it('ends what makes too much, however it doubles', () => {
    const doubling = "['aaaaaaaa']".concat(" | [join('', [@[0], @[0]])]".repeat(30));
    expect(() => evaluate(doubling, {})).to.throw('more than one delivery may make');
    expect(() => evaluate("replace(text, 'h', text)", { text: 'h'.repeat(5000) })).to.throw('may make');
    expect(() => evaluate("padLeft('a', `99999`, 'b')", {})).to.throw('may make');
  });
});
