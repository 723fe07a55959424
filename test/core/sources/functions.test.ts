import { expect } from 'chai';
import { compileExpression } from '../../../src/core/sources/expression/compile-expression.js';
import { startRun } from '../../../src/core/sources/expression/run.js';
import { NumberText, type Value } from '../../../src/core/sources/expression/value.js';
import { readJson } from '../../../src/core/sources/formats/json.js';
import { ValueRefused } from '../../../src/core/sources/mapping-refused.js';

const TABLES = {
  codes: new Map([['kinds', new Map([['D', 'debit']])]]),
  zones: new Map([
    ['MST', 'America/Phoenix'],
    ['X', '-07:00'],
  ]),
};

/** What an expression gives over `{"a": ...}`, where `a` is written as JSON. */
function give(expression: string, a = 'null'): Value | string {
  const root = readJson(`{"a":${a}}`);
  try {
    const value = compileExpression(expression, new Set()).evaluate(root, {
      root,
      variables: {},
      run: startRun(TABLES),
    });
    return value instanceof NumberText ? `number ${value.text}` : value;
  } catch (error) {
    if (error instanceof ValueRefused) return `refused: ${error.code}`;
    throw error;
  }
}

type Row = [expression: string, a: string, given: Value];

const TABLE: Record<string, Row[]> = {
  'money is exact, whatever it is written as': [
    ["money(a, 'EUR')", '0.1', '0.10'],
    ["money(a, 'EUR')", '0.30000000000000004', 'refused: mapping-amount'],
    ["money(a, 'EUR')", '9007199254740993', '9007199254740993.00'],
    ["money(a, 'EUR')", '"-950.00"', '-950.00'],
    ["money(a, 'EUR')", '"+5"', '5.00'],
    ["money(a, 'EUR')", '1.23456789E7', '12345678.90'],
    ["money(a, 'EUR')", '950.000000', '950.00'],
    ["money(a, 'JPY')", '"100.00"', '100'],
    ["money(a, 'JPY')", '"100.50"', 'refused: mapping-amount'],
    ["money(a, 'KWD')", '1.5', '1.500'],
    ["money(a, 'EUR')", '"1,000.00"', 'refused: mapping-amount'],
    ["money(a, 'EUR')", '1e400', 'refused: mapping-amount'],
    ["money(a, 'EUR')", '-0', '0.00'],
    ["money(a, 'XXX')", '1', 'refused: mapping-currency'],
    ['money(a, b)', '1', 'refused: mapping-currency'],
    ["money(a, 'EUR')", 'null', null],
    ["money(a, 'EUR')", '" "', null],
    ["money(a, 'EUR')", '[]', 'refused: mapping-type'],
  ],
  'minor units have the decimals of the currency, or those that are stated': [
    ["minorUnits(a, 'USD')", '95000', '950.00'],
    ["minorUnits(a, 'JPY')", '950', '950'],
    ["minorUnits(a, 'JPY', `2`)", '95000', '950'],
    ["minorUnits(a, 'USD')", '-5', '-0.05'],
    ["minorUnits(a, 'USD')", '"1.5"', 'refused: mapping-amount'],
    ["minorUnits(a, 'USD')", '9007199254740993', '90071992547409.93'],
  ],
  'signs and sums are exact': [
    ['absolute(a)', '"-0.10"', '0.10'],
    ['negate(a)', '0.1', '-0.1'],
    ['add(a, `0.2`)', '0.1', '0.3'],
    ['subtract(a, `0.1`)', '0.3', '0.2'],
    ['add(a, `1`)', '9007199254740992', '9007199254740993'],
    ['direction(a)', '"-0.01"', 'debit'],
    ['direction(a)', '0', 'credit'],
  ],
  'times are moments, whatever they are written as': [
    ['time(a)', '"2026-11-21T22:37:00.123456Z"', '2026-11-21T22:37:00.123Z'],
    ['time(a)', '"2026-11-21 22:37:00+02:00"', '2026-11-21T20:37:00.000Z'],
    ['time(a)', '"2026-11-21T22:37+0200"', '2026-11-21T20:37:00.000Z'],
    ['time(a)', '"2026-11-21T22:37:00"', 'refused: mapping-zone'],
    ["time(a, 'Europe/Tallinn')", '"2026-07-01T12:00:00"', '2026-07-01T09:00:00.000Z'],
    ["time(a, 'Europe/Tallinn')", '"2026-11-21"', '2026-11-20T22:00:00.000Z'],
    ["time(a, 'Europe/Tallinn')", '"2026-10-25T03:30:00"', '2026-10-25T00:30:00.000Z'],
    ["time(a, 'Europe/Tallinn')", '"2026-03-29T03:30:00"', '2026-03-29T01:30:00.000Z'],
    ["time(a, '+05:30')", '"2026-11-21T00:00:00"', '2026-11-20T18:30:00.000Z'],
    ["time(a, 'Europe/Talinn')", '"2026-11-21T00:00:00"', 'refused: mapping-zone'],
    ['time(a)', '"2026-11-21 11:20:33 MST"', '2026-11-21T18:20:33.000Z'],
    ['time(a)', '"2026-11-21 11:20:33 X"', 'refused: mapping-time'],
    ['time(a)', '"2026-11-21 11:20:33 CST"', 'refused: mapping-zone'],
    ["time(a, 'UTC', 'dd MMMM yyyy')", '"21 November 2026"', '2026-11-21T00:00:00.000Z'],
    ["time(a, 'UTC', 'MM/dd/yyyy HH:mm')", '"11/21/2026 11:20 MST"', '2026-11-21T18:20:00.000Z'],
    ["time(a, 'UTC')", '[2026,11,21,22,37,0,123456000]', '2026-11-21T22:37:00.123Z'],
    ["time(a, 'UTC')", '[2026,13,1]', 'refused: mapping-time'],
    ['time(a)', '"2026-02-30T00:00:00Z"', 'refused: mapping-time'],
    ['time(a)', '1700000000', 'refused: mapping-type'],
    ['epochSeconds(a)', '1763764620', '2025-11-21T22:37:00.000Z'],
    ['epochSeconds(a)', '"1763764620.5"', '2025-11-21T22:37:00.500Z'],
    ['epochMilliseconds(a)', '1763764620123', '2025-11-21T22:37:00.123Z'],
    ['epochSeconds(a)', '-1', 'refused: mapping-time'],
    ['epochSeconds(a)', '1e300', 'refused: mapping-time'],
    ['date(a)', '[2026,11,21]', '2026-11-21'],
    ['date(a)', '"2026-11-21T22:37:00Z"', '2026-11-21'],
    ["date(a, 'dd MMMM yyyy')", '"21 November 2026"', '2026-11-21'],
  ],
  'codes are translated, and never guessed': [
    ["code('kinds', a)", '"D"', 'debit'],
    ["code('kinds', a)", '"Z"', 'refused: mapping-code'],
    ["code('kinds', a, 'other')", '"Z"', 'other'],
    ["code('kinds', a, `null`)", '"Z"', null],
    ["code('kinds', a)", '"constructor"', 'refused: mapping-code'],
    ["code('absent', a)", '"D"', 'refused: mapping-code'],
    ['currency(a)', '"eur"', 'EUR'],
    ['currency(a)', '978', 'EUR'],
    ['currency(a)', '"8"', 'ALL'],
    ['currency(a)', '"EURO"', 'refused: mapping-currency'],
    ['country(a)', '"EST"', 'EE'],
    ['country(a)', '233', 'EE'],
    ['country(a)', '"ee"', 'EE'],
    ['country(a)', '"XX"', 'refused: mapping-country'],
  ],
  'text is text': [
    ['text(a)', '17', '17'],
    ['text(a)', '1.50', '1.50'],
    ['text(a)', '""', null],
    ['text(a)', 'true', 'true'],
    ['number(a)', '"59.437000"', 'number 59.437000'],
    ['number(a)', '"north"', 'refused: mapping-type'],
    ['slug(a)', '"Standing Order (café)"', 'standing-order-cafe'],
    ['label(a)', '"  a \\n b  "', 'a b'],
    ['mask(a)', '"4111 1111 1111 1234"', '**** 1234'],
    ["padLeft(a, `3`, '0')", '7', '007'],
    ["join('-', [a, missing, 'b'])", '1', '1-b'],
  ],
};

describe('functions of mappings', () => {
  for (const [title, rows] of Object.entries(TABLE)) {
    it(title, () => {
      for (const [expression, a, given] of rows) expect(give(expression, a), `${expression} of ${a}`).to.equal(given);
    });
  }

  it('tells values apart that look alike when they are hashed', () => {
    const digests = ['17', '"17"', '17.0', '["17"]', 'null', '{"b":17}'].map((a) => give('sha256(a, `1`)', a));
    expect(new Set(digests).size).to.equal(digests.length);
    expect(give('sha256(a)', '{"b":1,"c":2}')).to.equal(give('sha256(a)', '{"c":2,"b":1}'));
  });
});
